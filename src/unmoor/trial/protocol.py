"""The one loop of the house: simulate up to a decision, let the rules look at the patients, change what they get next.

A rule sees values just before anything that happens at its time. At one time, rules that look at patients come first,
then those that read the plan alone; in both, first the rules after a procedure, then "on" that time, then before a
dose, then before a procedure, and in the order of the study file otherwise. A session that has begun runs to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.dosing.events import Events
from unmoor.trial.plan import Occasion, Plan
from unmoor.trial.rules import COMPARISONS, SESSION_WORDS, Compare, Follows, Rule
from unmoor.trial.sessions import Sessions

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Column = tuple[int, float]

#: names of the procedure's two outputs among the columns; no output of a model can be called so
PRE_COUNT, COLLECTED = "count before a session", "collected in sessions"


@dataclass(frozen=True)
class Protocol:
    """What the loop needs besides patients.

    `times` (h) is the grid of the curves, ending at `duration`; `columns` maps quantities of rules, and those
    of the procedure, to an output of the simulator and the internal value of one declared unit; `sessions` counts the
    planned ones; `dose(rule, time)` makes the occasions of a "give" rule.
    """

    rules: tuple[Rule, ...]
    times: Floats
    duration: float
    columns: Mapping[str, Column]
    sessions: int
    dose: Callable[[Rule, float], list[Occasion]]


@dataclass(frozen=True)
class Course:
    """How an arm went: curves (patient, output, time) in internal units, sessions, doses given, withdrawals (h)."""

    curves: Floats
    sessions: Sessions
    given: tuple[tuple[Occasion, Mask], ...]
    withdrawn: Floats
    snapshot: Any


@dataclass(frozen=True)
class _Now:
    """All that a decision may change, and who is still in the study."""

    plan: Plan
    sessions: Sessions
    withdrawn: Floats
    present: Mask


def run(simulator: Any, parameters: Mapping[str, Any], n: int, plan: Plan, protocol: Protocol, **engine: Any) -> Course:
    """Carry n patients through the study, decision by decision; `engine` is handed to `Simulator.advance`."""
    snapshot = simulator.begin(parameters, n)
    here = simulator.observe(snapshot)
    now = _Now(plan, Sessions.none(n, protocol.sessions), np.full(n, np.nan), snapshot.status == 0)
    now = _look(now, protocol, here, 0.0)
    curves = np.full((n, here.shape[1], protocol.times.size), np.nan)
    given: list[tuple[Occasion, Mask]] = []
    time = 0.0
    while True:
        stop = _next_decision(now.plan, protocol, time)
        last = stop >= protocol.duration
        now, begun = _walk(now, protocol, time, stop, last)
        given += begun
        # the end of a session or infusion may lie in a later stretch than its beginning
        events = Events.join(each.events.drop(~mask, after=-np.inf) for each, mask in given)
        events = events.between(time, np.nextafter(stop, np.inf) if last else stop)
        inside = np.flatnonzero((protocol.times >= time) & ((protocol.times < stop) | last))
        looks = _session_moments(given, time, stop)
        grid, place = np.unique(np.concatenate([protocol.times[inside], looks]), return_inverse=True)
        values, snapshot = simulator.advance(snapshot, events, stop, grid, closed=last, **engine)
        curves[:, :, inside] = values[:, :, place[: inside.size]]
        seen = {time: here, **{t: values[:, :, k] for t, k in zip(looks.tolist(), place[inside.size :], strict=True)}}
        here = seen[stop] = simulator.observe(snapshot)
        now = replace(now, present=now.present & (snapshot.status == 0))
        now = replace(now, sessions=_recorded(now.sessions, protocol, given, seen, time, stop))
        if last:
            return Course(curves, now.sessions, tuple(given), now.withdrawn, snapshot)
        now = _look(now, protocol, here, stop)
        time = stop


def _next_decision(plan: Plan, protocol: Protocol, now: float) -> float:
    """The next time after `now` at which a rule must see the patients, or the end of the study."""
    times = [t for rule in protocol.rules if rule.needs_state for t, _ in _moments(rule, plan)]
    return min([t for t in times if now < t < protocol.duration], default=protocol.duration)


def _moments(rule: Rule, plan: Plan) -> list[tuple[float, Occasion | None]]:
    """When a rule decides, and about which occasion."""
    if rule.kind == "on":
        return [(time, None) for time in rule.times]
    return [(o.end if rule.kind == "after" else o.time, o) for o in plan.occasions if o.name == rule.name]


def _phase(rule: Rule, plan: Plan) -> int:
    if rule.kind == "before":
        return 3 if any(o.name == rule.name and o.kind == "session" for o in plan.occasions) else 2
    return ("after", "on").index(rule.kind)


def _look(now: _Now, protocol: Protocol, outputs: Floats, time: float) -> _Now:
    """Decisions at `time` of the rules that look at patients; `outputs` (patient, output) in internal units."""
    for rule in sorted(protocol.rules, key=lambda rule: _phase(rule, now.plan)):
        if rule.needs_state:
            for at, occasion in _moments(rule, now.plan):
                if at == time:
                    now = _apply(now, protocol, rule, occasion, outputs, time)
    return now


def _walk(
    now: _Now, protocol: Protocol, start: float, stop: float, last: bool
) -> tuple[_Now, list[tuple[Occasion, Mask]]]:
    """From `start` to `stop`: decisions of the rules that read the plan alone, and the occasions that begin."""
    points: list[tuple[float, int, Rule | None, Occasion | None]] = [
        (occasion.time, 9, None, occasion) for occasion in now.plan.occasions
    ]
    for each in protocol.rules:
        if not each.needs_state:
            phase = _phase(each, now.plan)
            points += [(time, phase, each, occasion) for time, occasion in _moments(each, now.plan)]
    begun: list[tuple[Occasion, Mask]] = []
    nothing = np.empty((now.present.size, 0))
    for time, _, rule, occasion in sorted(points, key=lambda point: point[:2]):
        if start <= time and (time < stop or (last and time == stop)):
            if rule is not None:
                now = _apply(now, protocol, rule, occasion, nothing, time)
            elif occasion is not None:
                index = now.plan.index(occasion)
                mask = now.plan.active[index] & now.present
                if mask.any():
                    begun.append((occasion.reduced(now.plan.share[index]), mask))
    return now, begun


def _apply(now: _Now, protocol: Protocol, rule: Rule, occasion: Occasion | None, outputs: Floats, time: float) -> _Now:
    """The situation after one rule has decided about one occasion."""
    index = None if occasion is None else now.plan.index(occasion)
    chosen = now.present & np.isnan(now.withdrawn)
    if index is not None:
        chosen &= now.plan.active[index]
    if rule.conditions:
        holds = np.ones(chosen.size, dtype=bool)
        for condition in rule.conditions:
            holds &= _holds(condition, now, protocol, outputs, index, time)
        chosen &= ~holds if rule.negated else holds
    if not chosen.any():
        return now
    if rule.action == "give":
        return replace(now, plan=now.plan.add(protocol.dose(rule, time), chosen))
    if rule.action == "skip" and index is not None:
        return replace(now, plan=now.plan.skip(index, chosen))
    if rule.action == "reduce":
        return replace(now, plan=now.plan.reduce(chosen, rule.amount, start=time, names=rule.targets))
    until = time + rule.amount if rule.action == "hold" else np.inf
    plan = now.plan.cancel(chosen, start=time, names=rule.targets or None, before=until)
    if rule.action == "withdraw":
        return replace(now, plan=plan, withdrawn=np.where(chosen, time, now.withdrawn))
    return replace(now, plan=plan)


def _holds(
    condition: Compare | Follows, now: _Now, protocol: Protocol, outputs: Floats, index: int | None, time: float
) -> Mask:
    if isinstance(condition, Follows):
        return now.plan.follows(condition.name, index, time, condition.within)
    if condition.quantity in SESSION_WORDS:
        values = now.sessions.last(condition.quantity)
    else:
        values = _column(outputs, protocol.columns[condition.quantity])
    return np.asarray(COMPARISONS[condition.sign](values, condition.limit), dtype=bool)


def _column(outputs: Floats, column: Column) -> Floats:
    """One output in its declared unit, shape (patient,)."""
    place, factor = column
    return outputs[:, place] / factor


def _session_moments(given: list[tuple[Occasion, Mask]], start: float, stop: float) -> Floats:
    """The last instants before sessions begin or end between `start` and `stop`, both excluded."""
    times = {t for occasion, _ in given if occasion.kind == "session" for t in (occasion.time, occasion.end)}
    return np.array([np.nextafter(t, -np.inf) for t in sorted(times) if start < t < stop])


def _recorded(
    sessions: Sessions,
    protocol: Protocol,
    given: list[tuple[Occasion, Mask]],
    seen: Mapping[float, Floats],
    start: float,
    stop: float,
) -> Sessions:
    """The sessions with those that began from `start` or ended until `stop`, as they were seen."""
    for occasion, mask in given:
        if occasion.kind != "session":
            continue
        if start <= occasion.time < stop:
            values = seen[start if occasion.time == start else float(np.nextafter(occasion.time, -np.inf))]
            count, collected = (_column(values, protocol.columns[name]) for name in (PRE_COUNT, COLLECTED))
            sessions = sessions.begun(occasion.number, mask, occasion.time, count, collected)
        if start < occasion.end <= stop:
            values = seen[stop if occasion.end == stop else float(np.nextafter(occasion.end, -np.inf))]
            sessions = sessions.ended(occasion.number, mask, _column(values, protocol.columns[COLLECTED]))
    return sessions
