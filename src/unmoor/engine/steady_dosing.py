"""Steady states under repeated doses and endless infusions, found with the engine for any model, by patient."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from unmoor.dosing.events import Action, Events
from unmoor.dosing.steady_doses import SteadyDoses
from unmoor.dosing.timeline import Step, Timeline, in_order
from unmoor.engine.ensemble import Floats, Ints
from unmoor.engine.fixed_point import Flags, Map, fixed_points
from unmoor.engine.simulator import Simulator, Snapshot
from unmoor.model.expression import symbols
from unmoor.model.model import Model

#: parts of a cycle after which the states are looked at, in the first cycles and in later ones
PARTS, FEWER = (0.02, 0.1, 0.25, 0.5, 1.0), (0.1, 1.0)
#: hours after which an endless infusion is looked at again
LOOKS = tuple(10.0**power for power in range(11))


@dataclass(frozen=True, eq=False)
class SteadyStates:
    """States (dose, state) in internal units at each steady-state record, before its own dose; whether each is one."""

    states: Floats
    found: Flags


def steady_states(
    simulator: Simulator, doses: SteadyDoses, home: Floats, parameters: Floats, snapshot: Snapshot,
    *, rtol: float, atol: float, threads: int | None = None,
) -> SteadyStates:  # fmt: skip
    """The states in which each regimen of `doses` has been given since ever.

    `home` (dose, state) and `parameters` (dose, given parameter) are the patient's initial state and constants at the
    record. Cycles begin at the record's time, lags included; a model that reads time has its cycles in the hours before
    the record. States that nothing depends on, not even they themselves, never settle and stay at home.
    """
    states, found = home.copy(), np.zeros(len(doses), dtype=bool)
    tolerance = max(0.01 * rtol, 1e-10)
    fine = {
        "rtol": max(0.01 * tolerance, 1e-12),
        "atol": atol * max(0.01 * tolerance, 1e-12) / rtol,
        "threads": threads,
    }
    settle = np.array([name not in never_settling(simulator.model) for name in simulator.layout.states])
    cycle = _cycles(doses)
    cyclic = doses.cyclic
    clock = simulator.layout.has_clock
    begins = np.where(cyclic & clock, doses.time - doses.interval, 0.0)
    for begin, interval in sorted(set(zip(begins[cyclic].tolist(), doses.interval[cyclic].tolist(), strict=True))):
        group = np.flatnonzero(cyclic & (begins == begin) & (doses.interval == interval))
        start = _taken(snapshot, doses.course[group], begin, home[group], parameters[group])
        image = _image(simulator, start, cycle.of(group), begin, interval, settle, fine)
        ended = fixed_points(image, home[group][:, settle], tolerance, floor=0.01 * atol)
        states[np.ix_(group, np.flatnonzero(settle))] = ended.points
        found[group] = ended.found
    endless = np.flatnonzero(~cyclic)
    if endless.size:
        start = _taken(snapshot, doses.course[endless], 0.0, home[endless], parameters[endless])
        rows = [simulator.layout.target(str(name)) for name in doses.state[endless]]
        inputs = np.array([row[1] if row else -1 for row in rows])
        states[endless], found[endless] = _settled(
            simulator, start, inputs, doses.rate[endless], settle, tolerance, 0.01 * atol, fine
        )
    return SteadyStates(states, found)


def never_settling(model: Model) -> frozenset[str]:
    """States that only add up: no rate depends on them, but for those of states that only add up too."""
    reads = {name: _read(model, name) for name in model.states}
    found: set[str] = set()
    while True:
        more = {
            name for name in model.states if all(name not in reads[each] for each in model.states if each not in found)
        }
        # a state that reads itself settles by itself
        more = {name for name in more if name not in reads[name]} - found
        if not more:
            return frozenset(found)
        found |= more


def _read(model: Model, state: str) -> frozenset[str]:
    """Every state that the rate of `state` depends on, through assignments."""
    seen: set[str] = set()
    waiting = list(symbols(model.rates[state]))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name in model.assignments and name not in model.states:
                waiting.extend(symbols(model.assignments[name]))
    return frozenset(seen & set(model.states))


def _cycles(doses: SteadyDoses) -> Events:
    """One cycle of each regimen, from hour 0; the patients of the events are the doses."""
    which, zero = np.arange(len(doses)), np.zeros(len(doses))
    running, end = doses.running()
    infused = doses.cyclic & (doses.rate > 0)
    parts = []
    for state in np.unique(doses.state):
        for mask, time, action, value in (
            (doses.cyclic & ~infused, doses.phase, Action.ADD, doses.amount),
            (infused & (running > 0), zero, Action.RATE, running * doses.rate),
            (infused, doses.phase, Action.RATE, doses.rate),
            (infused & (end > 0), end, Action.RATE, -doses.rate),
        ):
            here = mask & (doses.state == state)
            parts.append(Timeline.of(which[here], time[here], 0, Step.DOSE, action, str(state), value[here]))
    return in_order(Timeline.join(parts))[0]


def _image(
    simulator: Simulator, start: Snapshot, cycle: Events, begin: float, interval: float, settle: Flags, fine: dict
) -> Map:
    """The map from the states at the start of a cycle to those at its end, with their sizes and swings on the way."""
    shifted = replace(cycle, time=cycle.time + begin, start=cycle.start + begin)
    looks = 0

    def image(which: Ints, points: Floats) -> tuple[Floats, Floats, Floats]:
        nonlocal looks
        states = start.states[which].copy()
        states[:, settle] = points
        now = _taken(start, which, begin, states, start.parameters[which])
        events, size, swing = shifted.of(which), np.abs(points), np.zeros(points.shape)
        looks += 1
        for part in PARTS if looks <= 3 else FEWER:
            _, now = simulator.advance(now, events, begin + part * interval, **fine)
            seen = now.states[:, settle]
            size, swing = np.fmax(size, np.abs(seen)), np.fmax(swing, np.abs(seen - points))
        return seen, size, swing

    return image


def _settled(
    simulator: Simulator, start: Snapshot, inputs: Ints, rates: Floats, settle: Flags, tolerance: float,
    floor: float, fine: dict,
) -> tuple[Floats, Flags]:  # fmt: skip
    """States under a constant input, when ten times as long a time changes nothing any more."""
    parameters = start.parameters.copy()
    fed = np.flatnonzero(inputs >= 0)
    parameters[fed, inputs[fed]] = rates[fed]
    now = replace(start, parameters=parameters)
    states, found = start.states.copy(), np.zeros(len(start), dtype=bool)
    size = np.abs(states)
    for look in LOOKS:
        live = np.flatnonzero(~found)
        if not live.size:
            break
        before = now.states[:, settle]
        _, now = simulator.advance(now, Events.none(), look, **fine)
        size = np.fmax(size, np.abs(now.states))
        change = np.abs(now.states[:, settle] - before)
        still = (change <= tolerance * size[:, settle] + floor).all(axis=1)
        new = still & ~found
        states[np.ix_(new, settle)] = now.states[np.ix_(new, settle)]
        found |= new
    return states, found


def _taken(snapshot: Snapshot, which: Ints, time: float, states: Floats, parameters: Floats) -> Snapshot:
    """Chosen patients of a snapshot at another time, with other states and parameters, and nothing failed yet."""
    columns = {each.name: getattr(snapshot, each.name) for each in fields(snapshot)}
    columns = {name: value[which] for name, value in columns.items() if isinstance(value, np.ndarray)}
    rest = columns | {"time": time, "states": states, "parameters": parameters}
    found = replace(snapshot, **rest)
    return replace(found, status=np.zeros_like(found.status), failed_at=np.full(len(which), np.nan))
