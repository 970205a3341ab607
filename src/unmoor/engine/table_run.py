"""Patients of an event table through time: steady states first, then all that they are given, read where asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unmoor.dosing.events import Action
from unmoor.dosing.table import EventTable
from unmoor.dosing.time_order import snapped_to
from unmoor.dosing.timeline import Observed, Step, Timeline, in_order
from unmoor.engine import task as at
from unmoor.engine.ensemble import Floats, Ints
from unmoor.engine.event_stepper import EventSimulator
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator, Snapshot
from unmoor.engine.steady_dosing import steady_states

#: courses that share one grid of observation times when hardly any two have the same
TOGETHER = 64


@dataclass(frozen=True, eq=False)
class TableRun:
    """What came of a table: `status`, `failed_at` (h) and `steps` (tried, rejected) by course; `values` as asked.

    `values` is (course, output, time) on a grid of times, else (observation, output), in the order of `observed`.
    """

    values: Floats
    status: Ints
    failed_at: Floats
    worst: Ints
    steps: Ints
    trace: Floats | None = None


def run_courses(
    simulator: Simulator | EventSimulator, table: EventTable, parameters: Mapping[str, Floats], times: Floats | None,
    *, rtol: float, atol: float, traced: int = 0,
) -> TableRun:  # fmt: skip
    """Integrate every course of `table`; `parameters` (name: shape (course,)) are internal units.

    Outputs are at `times` (h) for everyone, after all that happens at a time; without them at the table's own
    observation records, in the order of records: an observation before a dose of its time shows the state before it.
    The first `traced` steps of each course are in `trace` (course, step, column of task.TRACE_COLUMNS).
    """
    options: dict = {"rtol": rtol, "atol": atol}
    begin = table.begin if times is None else np.minimum(table.begin, times[0])
    count = begin.size
    status, worst = np.zeros(count, dtype=np.int64), np.full(count, -1)
    failed_at, steps = np.full(count, np.nan), np.zeros((count, 2), dtype=np.int64)
    trace = np.full((count, traced, at.TRACE_COLUMNS), np.nan) if traced else None
    snapshots, parts = [], [table.timeline]
    for hour in np.unique(begin):
        who = np.flatnonzero(begin == hour)
        snapshot = simulator.begin({name: value[who] for name, value in parameters.items()}, who.size, float(hour))
        if isinstance(simulator, Simulator):
            happenings, lost, when = _from_the_model(simulator, table, snapshot, who, set(parameters), options)
            parts.append(happenings)
            snapshot = _failed(snapshot, lost, when)
        snapshots.append((who, snapshot))
    if times is None:
        parts.append(_last_looks(table.observed, simulator.model.states))
    events, read_at = in_order(Timeline.join(parts), table.observed if times is None else None)
    if times is not None:
        events = replace(events, time=snapped_to(times, events.time))
    values: Floats | None = None
    for who, snapshot in snapshots:
        if times is None:
            groups = _groups(who, table.observed, read_at, snapshot.time)
        else:
            groups = [(np.arange(who.size), times, snapshot.time)]
        for inside, grid, first in groups:
            chosen, start = who[inside], replace(_some(snapshot, inside), time=first)
            curves, last = simulator.advance(
                start, events.of(chosen), max(float(grid[-1]), first), grid, closed=True, traced=traced, **options
            )
            if values is None:
                outputs = curves.shape[1]
                values = np.full((count, outputs, times.size) if times is not None else (read_at.size, outputs), np.nan)
            status[chosen], failed_at[chosen], worst[chosen] = last.status, last.failed_at, last.worst
            steps[chosen] = last.steps
            if trace is not None:
                trace[chosen] = last.trace
            if times is not None:
                values[chosen] = curves
            else:
                mine = np.flatnonzero(np.isin(table.observed.course, chosen))
                row = np.searchsorted(chosen, table.observed.course[mine])
                column: Ints = np.searchsorted(grid, read_at[mine])
                values[mine] = curves[row, :, column]
    assert values is not None, "a table has a patient, and observations where no times are given"
    return TableRun(values, status, failed_at, worst, steps, trace)


def _from_the_model(
    simulator: Simulator, table: EventTable, snapshot: Snapshot, who: Ints, given: set[str], options: dict
) -> tuple[Timeline, Ints, Floats]:
    """What the table's resets and steady states do to the states; courses (of `who`) that reach none, and when."""
    doses = table.steady
    if doses is None or not np.isin(doses.course, who).any():
        return Timeline.join([]), np.zeros(0, dtype=np.int64), np.zeros(0)
    doses = doses.where(np.isin(doses.course, who))
    place = np.searchsorted(who, doses.course)
    brought = _rows(simulator, table, snapshot, place, doses.record)
    # where a reset leads
    home = simulator._start(brought)
    own = [k for k, name in enumerate(simulator.layout.states) if name in given]
    home[:, own] = snapshot.states[place][:, own]
    local = replace(doses, course=place)
    found = steady_states(simulator, local, home, brought, snapshot, **options)
    added = found.states - home
    lost = ~found.found
    added[lost] = 0.0
    parts = _added(simulator, doses.course, doses.record, doses.time, added)
    return Timeline.join(parts), place[lost], doses.time[lost]


def _rows(simulator: Simulator, table: EventTable, snapshot: Snapshot, place: Ints, record: Ints) -> Floats:
    """Parameter rows of courses (places in the snapshot) as they are at records."""
    rows = snapshot.parameters[place].copy()
    for name, values in table.covariates.constants.items():
        target = simulator.layout.target(name)
        if target is not None:
            rows[:, target[1]] = values[record]
    return rows


def _added(simulator: Simulator, course: Ints, record: Ints, time: Floats, amounts: Floats) -> list[Timeline]:
    """Amounts (record, state) that enter states at once, after the record's reset."""
    found = []
    for k in range(amounts.shape[1]):
        some = amounts[:, k] != 0
        where = (course[some], time[some], record[some])
        found.append(Timeline.of(*where, Step.STEADY, Action.ADD, simulator.layout.states[k], amounts[some, k]))
    return found


def _failed(snapshot: Snapshot, lost: Ints, when: Floats) -> Snapshot:
    """The snapshot in which courses without their steady state have failed, at the first such record."""
    if not lost.size:
        return snapshot
    status, failed_at = snapshot.status.copy(), snapshot.failed_at.copy()
    for place, hour in zip(lost[::-1], when[::-1], strict=True):
        if snapshot.status[place] == Status.OK:
            status[place], failed_at[place] = Status.DOSES_NOT_STEADY, hour
    return replace(snapshot, status=status, failed_at=failed_at)


def _some(snapshot: Snapshot, which: Ints) -> Snapshot:
    """Chosen patients of a snapshot."""
    if which.size == len(snapshot):
        return snapshot
    arrays: dict[str, Any] = {name: value for name, value in vars(snapshot).items() if isinstance(value, np.ndarray)}
    return replace(snapshot, **{name: value[which] for name, value in arrays.items()})


def _last_looks(observed: Observed, states: tuple[str, ...]) -> Timeline:
    """Nothing, given at each course's last observation: a stop there, so that no other course's end moves its steps."""
    last = np.flatnonzero(np.concatenate([observed.course[1:] != observed.course[:-1], [True]]))
    if not states or not observed.course.size:
        return Timeline.join([])
    where = (observed.course[last], observed.time[last], observed.record[last])
    return Timeline.of(*where, Step.IMPLIED, Action.ADD, states[0], 0.0)


def _groups(who: Ints, observed: Observed, read_at: Floats, begin: float) -> list[tuple[Ints, Floats, float]]:
    """Courses (places in `who`) with their observation times and their beginning.

    Those with the same times are together, those with times of their own are mixed with others, who are read more often
    than they need.
    """
    same: dict[bytes, list[int]] = {}
    grids: dict[bytes, Floats] = {}
    first = np.searchsorted(observed.course, who)
    last = np.searchsorted(observed.course, who, side="right")
    for place, (a, b) in enumerate(zip(first, last, strict=True)):
        if a < b:
            grid = np.unique(read_at[a:b])
            same.setdefault(grid.tobytes(), []).append(place)
            grids[grid.tobytes()] = grid
    found: list[tuple[Ints, Floats, float]] = []
    single: list[tuple[float, float, list[int], Floats]] = []
    for key, places in same.items():
        # an observation before a dose at the very beginning is read a moment before it
        start = min(begin, float(grids[key][0]))
        if len(places) >= TOGETHER // 8:
            found.append((np.array(places), grids[key], start))
        else:
            single.append((start, float(grids[key][-1]), places, grids[key]))
    single.sort(key=lambda each: each[:2])
    while single:
        start = single[0][0]
        block = [each for each in single[:TOGETHER] if each[0] == start]
        single = single[len(block) :]
        mixed = np.sort(np.concatenate([each[2] for each in block]))
        found.append((mixed, np.unique(np.concatenate([each[3] for each in block])), start))
    return found
