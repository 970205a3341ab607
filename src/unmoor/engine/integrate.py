"""integrate: one model, one treatment, one call; curves as an xarray Dataset in the units of the model's tables."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.dosing import Regimen
from unmoor.dosing.events import Action, Events
from unmoor.dosing.time_order import snapped_to
from unmoor.engine import step_trace
from unmoor.engine.ensemble import Floats
from unmoor.engine.event_stepper import EventSimulator
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator, Snapshot
from unmoor.engine.table_curves import at_records, run_table, set_apart, table_of
from unmoor.model.model import Model

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from unmoor.engine.table_run import TableRun


def integrate(
    model: Model,
    dose: Regimen | str | None = None,
    *,
    events: pd.DataFrame | str | os.PathLike[str] | Events | None = None,
    parameters: pd.DataFrame | Mapping[str, ArrayLike] | None = None,
    times: ArrayLike | None = None,
    hours: float | None = None,
    outputs: Sequence[str] | None = None,
    amounts: Sequence[str] = (),
    concentrations: Sequence[str] = (),
    rtol: float = 1e-6,
    atol: float = 1e-9,
    debug: bool = False,
    covariates: Literal["locf", "nocb"] = "locf",
) -> xr.Dataset:
    """Curves of `model` under a regimen or an event table, as a Dataset with one variable an output.

    Axes: time (h), and patient before it when `parameters` or `events` describe patients. `parameters` has one row a
    patient and a column a constant, covariate or initial state, in the units the model declares; `events` is a
    NONMEM-style table (pandas or a CSV file; with an ID column each ID is a patient; docs/dosing.md) or an Events
    table. Give `times` (h) or `hours` (then about ten points an hour), or with a table neither: outputs are then at its
    observation records, along a dimension record (time, where no patient is named), in the order of its rows. A column
    of the table named like a constant changes it in time, carried forward ("locf") or backward ("nocb").
    `outputs` are ids of the model (default: its own; of an SBML file all it names, beside the amounts asked for);
    `amounts` and `concentrations` report species as such. An output at the time of a dose shows the state after the
    dose. Coordinate `status` holds a Status code a patient (0: well), a failed patient is nan. `debug` integrates
    again and adds the numbers of steps tried (`steps`) and `rejected` and, for each step along a dimension step,
    `step_time` and `step_size` (h), `step_error` (estimated, as a share of the tolerance) and `step_accepted`. `atol`
    is absolute, in internal units. Where an output is called like a coordinate (`time`), the coordinate gets an
    underscore (`time_`).

    Raises UnknownName for an unknown symbol and BadInput for what cannot be meant, before anything is computed.
    """
    tabular = events is not None and not isinstance(events, Events)
    grid = None if tabular and times is None and hours is None else _grid(times, hours)
    if not (0 < rtol < 1 and atol > 0):
        raise BadInput(f"rtol {rtol:g} and atol {atol:g} are not usable", todo="0 < rtol < 1 and atol > 0")
    if dose is not None and events is not None:
        raise BadInput("both a regimen and an event table are given", todo="give one of `dose` and `events`")
    apart = set_apart(model, parameters)
    values, labels = _parameters(model, apart.rest)
    labels = apart.labels or labels
    shown = _reported(model, outputs, amounts, concentrations)
    if events is not None and not isinstance(events, Events):
        table = table_of(events, model, values, apart.doses, labels, covariates)
        if grid is None and not table.observed.record.size:
            raise BadInput("the time span is not given once", todo="give times=[...] (h), hours=... or EVID 0 records")
        through = (EventSimulator if model.events else Simulator)(model, list(shown.values()), table.infused)

        def through_table(traced: int) -> TableRun:
            return run_table(through, table, values, grid, rtol=rtol, atol=atol, traced=traced)

        ran = through_table(0)
        if debug:
            ran = through_table(step_trace.room(ran.steps))
        if grid is None:
            return at_records(model, shown, table, ran)
        named = table.columns.labels
        return _dataset(model, shown, ran.values, grid, None if named is None else list(named), ran)
    assert grid is not None
    if apart.doses:
        what = f"'{next(iter(apart.doses))}' is a parameter of an event table's doses, and there is no such table"
        raise BadInput(what, todo="leave it out; the doses of a regimen have the parameters of the drug's routes")
    if events is not None and labels is None and len(events):
        labels = list(range(int(events.patient[-1]) + 1))
    count = len(labels) if labels is not None else 1
    if dose is not None:
        regimen = Regimen.of(dose) if isinstance(dose, str) else dose
        everyone = {name: np.broadcast_to(value, count) for name, value in values.items()}
        treatment = regimen.events(model, parameters=everyone or None).events
    else:
        treatment = events or Events.none()
    treatment = replace(treatment, time=snapped_to(grid, treatment.time))
    infused = sorted({treatment.names[k] for k in treatment.target[treatment.action == Action.RATE]})
    simulator = (EventSimulator if model.events else Simulator)(model, list(shown.values()), infused)
    begin = float(min([0.0, grid[0], *treatment.time[:1], treatment.time.min(initial=0.0)]))
    started = simulator.begin(values, count, begin)

    def through_events(traced: int) -> tuple[Floats, Snapshot]:
        until = max(float(grid[-1]), begin)
        return simulator.advance(started, treatment, until, grid, rtol=rtol, atol=atol, closed=True, traced=traced)

    curves, last = through_events(0)
    if debug:
        curves, last = through_events(step_trace.room(last.steps))
    return _dataset(model, shown, curves, grid, labels, last)


def _grid(times: ArrayLike | None, hours: float | None) -> Floats:
    if (times is None) == (hours is None):
        raise BadInput("the time span is not given once", todo="give either times=[...] (h) or hours=...")
    if hours is not None:
        if not (np.isfinite(hours) and hours > 0):
            raise BadInput(f"hours={hours} is not a span of time", todo="give a number above zero")
        return np.linspace(0.0, float(hours), int(np.clip(hours * 10, 100, 2000)) + 1)
    grid = np.asarray(times, dtype=float).ravel()
    if not grid.size or not np.all(np.isfinite(grid)) or np.any(np.diff(grid) < 0):
        raise BadInput("output times must be finite, sorted and at least one", todo="sort them: numpy.sort(times)")
    return grid


def _parameters(model: Model, given: Any) -> tuple[dict[str, Floats], list[Any] | None]:
    """Values (patient,) in internal units, and the patients' labels (None: nobody was described, one is meant)."""
    if given is None:
        return {}, None
    values: dict[str, Floats] = {}
    for name in given:
        symbol = model.resolve(str(name))
        if symbol in values:
            raise BadInput(f"parameter '{symbol}' is given twice, once as '{name}'", todo="leave one of them")
        try:
            values[symbol] = np.asarray(given[name], dtype=float)
        except (TypeError, ValueError):
            raise BadInput(f"parameter '{name}' is not a number", todo="give one number a patient") from None
        if values[symbol].ndim > 1:
            raise BadInput(f"parameter '{name}' has {values[symbol].ndim} axes", todo="give one number a patient")
    lengths = {value.shape[0] for value in values.values() if value.ndim}
    if len(lengths) > 1:
        raise BadInput(f"parameter columns have {sorted(lengths)} rows", todo="give one row a patient")
    internal = {name: value * model.factors.get(name, 1.0) for name, value in values.items()}
    if not lengths:
        return internal, None
    index = getattr(given, "index", None)
    return internal, list(range(lengths.pop())) if index is None else list(index)


def _reported(
    model: Model, outputs: Sequence[str] | None, amounts: Sequence[str], concentrations: Sequence[str]
) -> dict[str, str]:
    """What the user calls each output -> the model symbol that gives it."""
    shown = {name: model.resolve(name) for name in outputs or ()}
    asked = {*amounts, *concentrations}
    # an SBML file has no word for what it reports: what is not asked for as an amount stays beside what is
    if outputs is None and (not asked or model.untabled):
        shown = {name: model.resolve(name) for name in model.outputs if name not in asked}
    for kind, names in (("amount", amounts), ("concentration", concentrations)):
        for name in names:
            symbol = model.species_symbol(name, kind)
            if shown.setdefault(name, symbol) != symbol:
                raise BadInput(f"'{name}' is asked for in two ways", todo="ask for its amount and concentration apart")
    if not shown:
        raise BadInput(f"model '{model.name}' reports nothing by itself", todo="name what to report: outputs=[...]")
    return shown


def _dataset(
    model: Model, shown: Mapping[str, str], curves: Floats, grid: Floats, labels: Sequence[Any] | None,
    last: Snapshot | TableRun,
) -> xr.Dataset:  # fmt: skip
    import xarray as xr

    variables = {}
    # a model may have a symbol of such a name, and a Dataset has one name for one thing
    patient, time, status = (f"{name}_" if name in shown else name for name in ("patient", "time", "status"))
    for k, (name, symbol) in enumerate(shown.items()):
        values = curves[:, k, :] / model.factors.get(symbol, 1.0)
        variables[name] = ((patient, time), values, {"units": model.units.get(symbol, "")})
    coordinates: dict[str, Any] = {patient: list(labels or [0]), time: (time, grid, {"units": "h"})}
    coordinates[status] = (patient, last.status, {"meaning": {int(s): s.sentence for s in Status}})
    if last.trace is not None:
        coordinates |= step_trace.coordinates(last.trace, patient, shown)
        tried, rejected = (f"{name}_" if name in shown else name for name in ("steps", "rejected"))
        coordinates |= {tried: (patient, last.steps[:, 0]), rejected: (patient, last.steps[:, 1])}
    found = xr.Dataset(variables, coordinates, attrs={"model": model.name})
    return found.isel({patient: 0}) if labels is None else found
