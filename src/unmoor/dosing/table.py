"""Event tables in the columns of NONMEM become happenings, changing constants and questions for the engine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.dosing.covariates import CARRIES, Carry, Covariates, fill_columns
from unmoor.dosing.destination import destination
from unmoor.dosing.dose_values import DoseValues
from unmoor.dosing.drug import Drug
from unmoor.dosing.drug_file import library_drugs
from unmoor.dosing.events import Action, Events
from unmoor.dosing.steady_doses import SteadyDoses
from unmoor.dosing.table_checks import DOSE, OBSERVATION, OTHER, RESET_AND_DOSE, check, goes_back
from unmoor.dosing.table_columns import Columns, read_columns
from unmoor.dosing.table_doses import doses_into, resets, without_cancelled
from unmoor.dosing.timeline import Observed, Step, Timeline, in_order, soon
from unmoor.model.expression import symbols

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from unmoor.dosing.dose_parameters import DoseParameter
    from unmoor.model.model import Model


@dataclass(frozen=True, eq=False)
class EventTable:
    """What an event table says: `timeline` and `steady` by course, a patient's records while time runs forward.

    Without resets that set time back courses are patients; `patient` (course,) says whose each is. `start` holds, for
    each constant that a column gives, its value (course,) when the course begins, `begin` (course,) when that is (h):
    hour 0, or the first record where it is earlier.
    """

    columns: Columns
    patient: NDArray[np.int64]
    begin: NDArray[np.float64]
    covariates: Covariates
    start: Mapping[str, NDArray[np.float64]]
    timeline: Timeline
    steady: SteadyDoses | None
    observed: Observed

    @property
    def infused(self) -> tuple[str, ...]:
        """States that infusions enter."""
        found = self.timeline.targets(Action.RATE)
        if self.steady is not None:
            found |= set(self.steady.state[self.steady.rate > 0].tolist())
        return tuple(sorted(found))


def read_event_table(
    table: pd.DataFrame | str | os.PathLike[str],
    model: Model,
    *,
    ids: Sequence[Any] | None = None,
    parameters: Mapping[str, ArrayLike] | None = None,
    doses: Mapping[DoseParameter, ArrayLike] | None = None,
    amount_unit: str | None = None,
    drugs: Sequence[Drug] = (),
    covariates: Carry = "locf",
) -> EventTable:
    """Read a NONMEM-style event table, a DataFrame or a CSV file; docs/dosing.md says what every column means.

    AMT is in the unit the model declares for the state it enters, or in `amount_unit`; columns named like constants of
    the model are in their declared units. `parameters` (name: shape (patient,)) and `doses` are the patients' own
    values in internal units; `ids` lists the patients. `covariates` says how a constant of a column reaches the times
    between records: carried forward from the last ("locf") or backward from the next ("nocb").
    Raises BadInput with row (from 1) and column for what cannot be meant, UnknownName for an unknown column, state or
    ID, Unsupported by name for what NONMEM has and is not computed here.
    """
    if covariates not in CARRIES:
        raise unknown("way to carry covariates", str(covariates), CARRIES)
    columns = read_columns(table, model, ids)
    check(columns)
    course, patient = _courses(columns)
    own = {name: np.asarray(value, dtype=np.float64) for name, value in (parameters or {}).items()}
    own_doses = {name: np.asarray(value, dtype=np.float64) for name, value in (doses or {}).items()}
    _refuse_twice(columns, {*own}, {*own_doses})
    _refuse_lengths(columns, {**own, **{str(name): value for name, value in own_doses.items()}})
    _refuse_sizes(columns, model)
    constants, dose_columns = fill_columns(columns, covariates)
    changing = Covariates(course, columns.numbers["TIME"], constants, covariates)
    values = DoseValues(model, columns, own, own_doses, constants, dose_columns)
    known = {drug.name: drug for drug in (*library_drugs(), *drugs)}
    parts, steady = [resets(columns, course)], []
    dosed = np.isin(columns.numbers["EVID"], (DOSE, RESET_AND_DOSE))
    for text in np.unique(columns.compartment[dosed]):
        rows = np.flatnonzero(dosed & (columns.compartment == text))
        where = columns.at(int(rows[0]))
        into = destination(str(text), model, known, {*own_doses, *dose_columns}, amount_unit, where)
        happenings, at_steady_state = doses_into(into, rows, values, changing)
        parts.append(happenings)
        steady.append(at_steady_state)
    regular = SteadyDoses.join(steady)
    if regular is not None:
        parts.append(regular.still_to_come(columns))
    timeline = without_cancelled(Timeline.join(parts), columns, course)
    start = {
        name: changing.start(name, patient.size, _default(model, own, name, columns.count)[patient])
        for name in constants
    }
    settings = Timeline.join(_settings(changing, name) for name in constants)
    seen = np.flatnonzero(np.isin(columns.numbers["EVID"], (OBSERVATION, OTHER)))
    observed = Observed(course[seen], columns.numbers["TIME"][seen], seen)
    begin = np.zeros(patient.size)
    np.minimum.at(begin, course, columns.numbers["TIME"])
    return EventTable(columns, patient, begin, changing, start, Timeline.join([timeline, settings]), regular, observed)


def read_table(
    table: pd.DataFrame | str | os.PathLike[str],
    model: Model,
    *,
    ids: Sequence[Any] | None = None,
    parameters: Mapping[str, ArrayLike] | None = None,
    amount_unit: str | None = None,
    drugs: Sequence[Drug] = (),
    covariates: Carry = "locf",
) -> Events:
    """The events of an event table without steady states, as `read_event_table` reads it, for use with a Simulator.

    Constants that the table gives are set at each patient's first record too. Raises what `read_event_table` raises,
    and Unsupported for SS, which needs the engine: give the table to `integrate`.
    """
    found = read_event_table(
        table, model, ids=ids, parameters=parameters, amount_unit=amount_unit, drugs=drugs, covariates=covariates
    )
    if found.steady is not None:
        where = found.columns.at(int(found.steady.record[0]))
        raise Unsupported("a steady state is found by the engine", where=where, todo="integrate(model, events=table)")
    refuse_several_courses(found)
    first = np.flatnonzero(np.concatenate([[True], np.diff(found.covariates.course) > 0]))
    course, time = found.covariates.course[first], found.covariates.time[first]
    begun = [
        Timeline.of(course, time, first, Step.IMPLIED, Action.SET, name, values[course])
        for name, values in found.start.items()
    ]
    return in_order(Timeline.join([*begun, found.timeline]))[0]


def refuse_several_courses(table: EventTable) -> None:
    """Refuse a table in which a reset sets a patient's time back, where one time axis must hold for the patient."""
    back = np.flatnonzero(goes_back(table.columns))
    if back.size:
        where, time = table.columns.at(int(back[0])), table.columns.numbers["TIME"][back[0]]
        what = f"TIME is {time:g}: the reset sets time back, so that a time means two instants"
        todo = "leave `times` out: outputs are then at the table's own observation records"
        raise Unsupported(what, where=where, todo=todo)


def _courses(columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The course of each record, and the patient of each course; patients are courses where no time goes back."""
    back = goes_back(columns)
    if not back.any():
        return columns.patient, np.arange(columns.count, dtype=np.int64)
    new = np.concatenate([[True], columns.patient[1:] != columns.patient[:-1]]) | back
    return np.cumsum(new) - 1, columns.patient[new]


def _default(
    model: Model, parameters: Mapping[str, NDArray[np.float64]], name: str, patients: int
) -> NDArray[np.float64]:
    """A constant's value (patient,) for patients without records."""
    return np.broadcast_to(parameters.get(name, np.float64(model.constants[name])), (patients,))


def _settings(covariates: Covariates, name: str) -> Timeline:
    """When a constant takes another value: at its record, or, carried backward, right after the record before."""
    record = covariates.changes(name)
    course, time, value = covariates.course[record], covariates.time[record], covariates.constants[name][record]
    if covariates.carry == "locf":
        return Timeline.of(course, time, record, Step.SET, Action.SET, name, value)
    before = covariates.time[record - 1]
    together = before == time
    # what is observed at the record before still sees that record's own value
    early = np.minimum(before + soon(before), before + (time - before) / 2)
    step = np.where(together, int(Step.SET), int(Step.IMPLIED))
    return Timeline.of(course, np.where(together, time, early), record, step, Action.SET, name, value)


def _refuse_twice(columns: Columns, parameters: set[str], doses: set[DoseParameter]) -> None:
    for name in (*sorted(columns.constants.keys() & parameters), *sorted(map(str, columns.doses.keys() & doses))):
        what = f"'{name}' is in the table and in `parameters`"
        raise BadInput(what, where=columns.where, todo="give it in one place")


def _refuse_lengths(columns: Columns, given: Mapping[str, NDArray[np.float64]]) -> None:
    for name, value in given.items():
        if value.ndim and value.shape != (columns.count,):
            what = f"'{name}' has {value.shape[0]} values for {columns.count} patients of the table"
            raise BadInput(what, where=columns.where, todo="give one value a patient, or one for all")


def _refuse_sizes(columns: Columns, model: Model) -> None:
    """A concentration cannot stay an amount when its compartment changes at once."""
    for amount, symbol in model.species.values():
        if symbol in model.states and amount in model.assignments:
            for name in columns.constants.keys() & symbols(model.assignments[amount]):
                values = columns.constants[name]
                same = columns.patient[1:] == columns.patient[:-1]
                if np.any(same & (values[1:] != values[:-1])):
                    what = (
                        f"'{name}' changes in time and is the size of a compartment where '{symbol}' is a concentration"
                    )
                    raise Unsupported(what, where=columns.where, todo="write the species as an amount (substance only)")
