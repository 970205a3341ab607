"""An event table integrated for `integrate`: whose records they are, and curves at times or at the table's records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput, Unsupported
from unmoor.dosing.covariates import Carry
from unmoor.dosing.dose_parameters import DoseParameter, dose_parameter
from unmoor.dosing.events import Action
from unmoor.dosing.table import EventTable, read_event_table, refuse_several_courses
from unmoor.engine import step_trace
from unmoor.engine.ensemble import Floats
from unmoor.engine.event_stepper import EventSimulator
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator
from unmoor.engine.table_run import TableRun, run_courses
from unmoor.model.model import Model

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class Apart:
    """What `parameters` says of patients beside the model's own symbols: dose parameters, and a column of IDs."""

    rest: Any
    doses: Mapping[DoseParameter, Floats]
    labels: list[Any] | None


def set_apart(model: Model, given: Any) -> Apart:
    """Parameters of doses that are no symbol of the model (such as `lag_depot`), internal units, and IDs in a column.

    Raises BadInput for values that are no finite number.
    """
    if given is None:
        return Apart(None, {}, None)
    known = model.names | model.aliases.keys()
    doses: dict[DoseParameter, Floats] = {}
    labels, kept = None, []
    for name in given:
        text = str(name)
        parameter = None
        if text in known or text.replace(".", "_") in known:
            kept.append(name)
        elif text.strip().upper() == "ID":
            labels = list(given[name])
            if len(set(labels)) < len(labels):
                raise BadInput("an ID of the parameters is there twice", todo="give one row a patient")
        elif (parameter := dose_parameter(text, model)) is None:
            kept.append(name)
        if parameter is not None:
            try:
                doses[parameter] = np.asarray(given[name], dtype=float) * parameter.factor(model)
            except (TypeError, ValueError):
                raise BadInput(f"parameter '{name}' is not a number", todo="give one number a patient") from None
    if len(kept) == len(given.keys()):
        return Apart(given, doses, labels)
    rest = {name: given[name] for name in kept} if isinstance(given, Mapping) else given[kept]
    return Apart(rest, doses, labels)


def table_of(
    table: pd.DataFrame | str | os.PathLike[str], model: Model, values: Mapping[str, Floats],
    doses: Mapping[DoseParameter, Floats], labels: list[Any] | None, covariates: Carry,
) -> EventTable:  # fmt: skip
    """The event table with its patients: those of the parameters, else the IDs in the order of their records."""
    return read_event_table(table, model, ids=labels, parameters=values, doses=doses, covariates=covariates)


def run_table(
    simulator: Simulator | EventSimulator, table: EventTable, values: Mapping[str, Floats], grid: Floats | None,
    *, rtol: float, atol: float, traced: int = 0,
) -> TableRun:  # fmt: skip
    """The table's patients through time (`run_courses`); `values` are scalars or (patient,), internal units.

    Raises Unsupported for a time that is set back while `grid` wants one time axis, and for resets and steady states
    of a model with events of its own.
    """
    if grid is not None:
        refuse_several_courses(table)
    if simulator.model.events and (table.steady is not None or Action.RESET in table.timeline.action):
        what = "a reset or a steady state of doses does not go with events of the model itself"
        raise Unsupported(what, where=table.columns.where, todo="write the doses before, with ADDL")
    count = table.columns.count
    by_course = {name: np.broadcast_to(value, (count,))[table.patient] for name, value in values.items()}
    return run_courses(simulator, table, {**by_course, **table.start}, grid, rtol=rtol, atol=atol, traced=traced)


def at_records(model: Model, shown: Mapping[str, str], table: EventTable, ran: TableRun) -> xr.Dataset:
    """Outputs at the observation records of the table, as a Dataset in the order of its rows.

    Its dimension is `record`, with coordinates patient, time (h) and row (of the table, from 1); a table without
    patients has `time` for its dimension. Steps that were noted are along `course` and step; `in_course` is the course
    of each record (a reset that sets time back begins another).
    """
    import xarray as xr

    columns, observed = table.columns, table.observed
    order = np.argsort(columns.row[observed.record], kind="stable")
    course, record = observed.course[order], observed.record[order]
    axis = "time" if columns.labels is None else "record"
    variables = {
        name: (axis, ran.values[order, k] / model.factors.get(symbol, 1.0), {"units": model.units.get(symbol, "")})
        for k, (name, symbol) in enumerate(shown.items())
    }
    coordinates: dict[str, Any] = {
        "time": (axis, columns.numbers["TIME"][record], {"units": "h"}),
        "row": (axis, columns.row[record]),
        "status": (axis, ran.status[course], {"meaning": {int(s): s.sentence for s in Status}}),
    }
    if columns.labels is not None:
        coordinates["patient"] = (axis, np.array(columns.labels)[columns.patient[record]])
    if ran.trace is not None:
        coordinates |= {"steps": (axis, ran.steps[course, 0]), "rejected": (axis, ran.steps[course, 1])}
        coordinates |= {"in_course": (axis, course), **step_trace.coordinates(ran.trace, "course", shown)}
    return xr.Dataset(variables, coordinates, attrs={"model": model.name})
