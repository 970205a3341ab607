"""What happens at one instant of a model with events: triggers, waiting executions, priorities, cascades.

The rules are those of SBML Level 3 Version 2 Core, section 4.12; executions of equal priority go in the order in which
they were triggered, those of one instant in document order, and an event without a priority goes last.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from unmoor.engine.ensemble import Floats
from unmoor.engine.event_watch import Watch

#: executions at one instant beyond which events are taken to trigger each other without end
MOST = 10_000


class EventFault(Exception):
    """Events that trigger each other at one instant without end, or a delay or value that is no usable number."""


@dataclass(frozen=True)
class Waiting:
    """An execution of event number `event` due at `time` (h), with its values where they were taken already."""

    event: int
    time: float
    values: tuple[float, ...] | None


@dataclass
class Queue:
    """The truth of each trigger as last seen, and the executions that wait, of one patient."""

    watch: Watch
    truth: list[bool] = field(init=False)
    waiting: list[Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.truth = [event.initial_value for event in self.watch.events]

    @property
    def next_time(self) -> float:
        """When the next waiting execution is due (h); inf when none waits."""
        return min((each.time for each in self.waiting), default=math.inf)

    def settle(self, time: float, states: Floats, observe: Callable[[Floats], Floats]) -> tuple[Floats, bool]:
        """Carry out everything due at `time` (h): the states (state,) after it, and whether anything was executed.

        `observe` gives the outputs (output,) of states at this time. Raises EventFault.
        """
        executed = 0
        while True:
            seen = observe(states)
            self._notice(time, seen)
            due = [each for each in self.waiting if each.time <= time]
            if not due:
                return states, executed > 0
            executed += 1
            if executed > MOST:
                raise EventFault
            chosen = max(due, key=lambda each: self._priority(each, seen))
            self.waiting.remove(chosen)
            states = self._executed(chosen, states, seen)

    def _notice(self, time: float, seen: Floats) -> None:
        """Triggers that have turned true ask for an execution; those that have turned false may take one back."""
        truth = [bool(each) for each in seen[self.watch.triggers]]
        for k, (event, now, before) in enumerate(zip(self.watch.events, truth, self.truth, strict=True)):
            if now and not before:
                self.waiting.append(Waiting(k, time + self._delay(k, seen), self._values(k, seen, early=True)))
            elif not now and not event.persistent:
                self.waiting = [each for each in self.waiting if each.event != k]
        self.truth = truth

    def _delay(self, event: int, seen: Floats) -> float:
        place = self.watch.delays[event]
        delay = float(seen[place]) if place >= 0 else 0.0
        if not delay >= 0.0:
            raise EventFault
        return delay

    def _values(self, event: int, seen: Floats, *, early: bool) -> tuple[float, ...] | None:
        if early and not self.watch.events[event].from_trigger_time:
            return None
        return tuple(float(seen[place]) for place in self.watch.values[event])

    def _priority(self, waiting: Waiting, seen: Floats) -> float:
        place = self.watch.priorities[waiting.event]
        priority = float(seen[place]) if place >= 0 else -math.inf
        return -math.inf if math.isnan(priority) else priority

    def _executed(self, waiting: Waiting, states: Floats, seen: Floats) -> Floats:
        """The states after one execution; all assignments of an event happen at once."""
        values = waiting.values if waiting.values is not None else self._values(waiting.event, seen, early=False)
        changed = states.copy()
        places = zip(self.watch.rows[waiting.event], values or (), self.watch.factors[waiting.event], strict=True)
        for row, value, factor in places:
            changed[row] = value * float(seen[factor]) if factor >= 0 else value
        if not np.all(np.isfinite(changed)):
            raise EventFault
        return changed
