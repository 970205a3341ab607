"""Dose records become happenings: further doses, lag, bioavailability, infusions, resets and what they cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.dosing.events import Action
from unmoor.dosing.steady_doses import SteadyDoses
from unmoor.dosing.table_checks import DOSE, RESET, RESET_AND_DOSE
from unmoor.dosing.time_order import snapped
from unmoor.dosing.timeline import Step, Timeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unmoor.dosing.covariates import Covariates
    from unmoor.dosing.destination import Destination
    from unmoor.dosing.dose_values import DoseValues
    from unmoor.dosing.table_columns import Columns


@dataclass(frozen=True, eq=False)
class _Doses:
    """Single doses, those of ADDL one by one: the record, when given and when entering (h), whose values hold then."""

    record: NDArray[np.int64]
    given: NDArray[np.float64]
    enter: NDArray[np.float64]
    argument: NDArray[np.int64]
    own: NDArray[np.bool_]


def doses_into(
    into: Destination, rows: NDArray[np.int64], values: DoseValues, covariates: Covariates
) -> tuple[Timeline, SteadyDoses]:
    """What the dose records `rows`, which all enter one state, do; and those of them that are at steady state.

    NONMEM's rules: the lag is that of the record, for further doses too; bioavailability and duration are those in
    force when a dose enters, a modelled rate is the one in force at every time while the infusion runs.
    """
    columns = values.columns
    numbers, course = columns.numbers, covariates.course
    steady = numbers["SS"][rows] > 0
    endless = steady & (numbers["AMT"][rows] == 0)
    doses = _one_by_one(into, rows[~endless], values, covariates)
    what = numbers["AMT"][doses.record] * into.scale * values.of(into, "bioavailability", doses.argument)
    size = values.size(into, doses.argument)
    speed = _rates(into, doses.record, doses.argument, what, values)
    what, speed = what / size, speed / size
    over = np.divide(what, speed, out=np.zeros(what.size), where=speed > 0)
    # an infusion too short to tell its end from its start is a bolus
    bolus = (speed == 0) | (doses.enter + over == doses.enter)
    step = np.where(doses.own, int(Step.DOSE), int(Step.IMPLIED))
    who, state = course[doses.record], into.state

    def part(mask: NDArray[np.bool_], time: NDArray[np.float64], place: NDArray[np.int64] | int, action: Action,
             value: NDArray[np.float64]) -> Timeline:  # fmt: skip
        where = place[mask] if isinstance(place, np.ndarray) else place
        return Timeline.of(
            who[mask], time[mask], doses.record[mask], where, action, state, value[mask], doses.given[mask]
        )

    changing = ~bolus & (numbers["RATE"][doses.record] == -1) & values.varies(into, "rate")
    fixed = ~bolus & ~changing
    parts = [
        part(bolus & (what > 0), doses.enter, step, Action.ADD, what),
        part(fixed, doses.enter, step, Action.RATE, speed),
        part(fixed, doses.enter + over, int(Step.IMPLIED), Action.RATE, -speed),
    ]
    for k in np.flatnonzero(changing).tolist():
        parts.append(_changing(into, doses, k, float(what[k]), int(step[k]), values, covariates))
    return Timeline.join(parts), _steady(into, rows[steady], values, covariates)


def _one_by_one(into: Destination, rows: NDArray[np.int64], values: DoseValues, covariates: Covariates) -> _Doses:
    numbers, course = values.columns.numbers, covariates.course
    count = 1 + numbers["ADDL"][rows].astype(np.int64)
    record = np.repeat(rows, count)
    nth = np.arange(record.size) - np.repeat(np.cumsum(count) - count, count)
    lag = np.repeat(values.of(into, "lag", rows), count)
    given = numbers["TIME"][record] + nth * numbers["II"][record]
    own = (nth == 0) & (lag == 0)
    enter = np.where(own, given, snapped(course, covariates.time, course[record], given + lag))
    argument = np.where(own, record, covariates.record_at(course[record], enter))
    return _Doses(record, given, enter, argument, own)


def _rates(
    into: Destination,
    record: NDArray[np.int64],
    argument: NDArray[np.int64],
    amount: NDArray[np.float64],
    values: DoseValues,
) -> NDArray[np.float64]:
    """Amount per hour at which doses enter, 0 for a bolus; `argument` is the record whose values hold."""
    given = values.columns.numbers["RATE"][record]
    speed = np.where(given > 0, given * into.scale, 0.0)
    modelled = given == -1
    speed[modelled] = values.of(into, "rate", argument[modelled]) if modelled.any() else 0.0
    timed = given == -2
    if timed.any():
        speed[timed] = amount[timed] / values.of(into, "duration", argument[timed])
    return speed


def _changing(
    into: Destination, doses: _Doses, k: int, amount: float, step: int, values: DoseValues, covariates: Covariates
) -> Timeline:
    """An infusion whose modelled rate changes as it runs, until the whole amount has entered."""
    course = covariates.course[doses.record[k]]
    bounds = np.unique(covariates.time[(covariates.course == course) & (covariates.time > doses.enter[k])])
    middles = (np.concatenate([[doses.enter[k]], bounds]) + np.concatenate([bounds, bounds[-1:] + 2.0])) / 2
    if not bounds.size:
        middles = np.array([doses.enter[k] + 1.0])
    at = covariates.record_at(np.full(middles.size, course), middles)
    speeds = values.of(into, "rate", at) / values.size(into, at)
    times, rates, now = [], [], float(doses.enter[k])
    for speed, stop in zip(speeds, [*bounds.tolist(), np.inf], strict=True):
        times.append(now)
        rates.append(float(speed))
        end = now + amount / speed
        if end <= stop:
            times.append(end)
            rates.append(0.0)
            break
        amount -= speed * (stop - now)
        now = stop
    steps = np.diff(np.concatenate([[0.0], rates]))
    places = np.full(steps.size, int(Step.IMPLIED))
    places[0] = step
    found = Timeline.of(course, times, doses.record[k], places, Action.RATE, into.state, steps, doses.given[k])
    return found.where(found.value != 0)


def _steady(into: Destination, rows: NDArray[np.int64], values: DoseValues, covariates: Covariates) -> SteadyDoses:
    """The steady-state records among dose records; their parameters are those of the record for all implied doses."""
    numbers = values.columns.numbers
    endless = numbers["AMT"][rows] == 0
    amount = numbers["AMT"][rows] * into.scale * values.of(into, "bioavailability", rows)
    size = values.size(into, rows)
    rate = _rates(into, rows, rows, amount, values)
    lag = np.where(endless, 0.0, values.of(into, "lag", rows))  # NONMEM: no lag for an infusion without end
    return SteadyDoses(
        covariates.course[rows], rows, numbers["TIME"][rows], np.full(rows.size, into.state),
        amount / size, rate / size, lag, numbers["II"][rows], numbers["SS"][rows] == 2,
    )  # fmt: skip


def resets(columns: Columns, course: NDArray[np.int64]) -> Timeline:
    """Returns to the initial state: EVID 3 and 4, and the doses that put a steady state in place of all amounts."""
    rows = np.flatnonzero(_cancels(columns))
    return Timeline.of(course[rows], columns.numbers["TIME"][rows], rows, Step.RESET, Action.RESET, "", 0.0)


def without_cancelled(timeline: Timeline, columns: Columns, course: NDArray[np.int64]) -> Timeline:
    """What is left when resets and SS 1 cancel what earlier records would still do: doses to come, infusions.

    What happens at the very time of the reset stays: it comes before it, and may be observed in between.
    """
    rows = np.flatnonzero(_cancels(columns))
    if not rows.size or not len(timeline):
        return timeline
    place = np.searchsorted(rows, timeline.record, side="right")
    following = rows[np.minimum(place, rows.size - 1)]
    stops = (place < rows.size) & (course[following] == timeline.course)
    gone = stops & (timeline.time > columns.numbers["TIME"][following])
    doses = np.isin(timeline.action, (Action.ADD, Action.RATE))
    return timeline.where(~(gone & doses))


def _cancels(columns: Columns) -> NDArray[np.bool_]:
    evid, steady = columns.numbers["EVID"], columns.numbers["SS"]
    return np.isin(evid, (RESET, RESET_AND_DOSE)) | ((evid == DOSE) & np.isin(steady, (1, 3)))
