"""The course of one patient through a model with events: step, look for changes, land on them, carry them out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.engine import task as at
from unmoor.engine.ensemble import Floats
from unmoor.engine.event_lanes import Lanes
from unmoor.engine.event_queue import EventFault, Queue
from unmoor.engine.event_search import SHARES, Samples, Search
from unmoor.engine.event_watch import Watch
from unmoor.engine.outcome import Status
from unmoor.engine.vector_ir import WIDTH

#: a step is at most this share of the span, so that a condition on time alone is looked at often enough
LONGEST = 1 / 50
#: steps below this share of the span are not halved any more for the sake of a condition that jumps
SHORTEST = 1e-5
_EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Dose:
    """One dosing event of a patient: time (h), kind (task.TO_STATE, TO_ROW or SET_ROW), row and value."""

    time: float
    kind: int
    row: int
    value: float


class Course:
    """One patient from `time` to `end` (h); `run` fills `curves` (output, time) and leaves the last state behind."""

    def __init__(
        self, lanes: Lanes, watch: Watch, time: float, end: float, states: Floats, parameters: Floats,
        doses: list[Dose], grid: Floats,
    ) -> None:  # fmt: skip
        self.lanes, self.watch, self.time, self.end = lanes, watch, time, end
        self.states, self.parameters = states.copy(), parameters.copy()
        self.doses, self.grid = doses, grid
        self.curves = np.full((watch.reported, grid.size), np.nan)
        self.queue = Queue(watch)
        self.status, self.worst, self.tried, self.rejected = Status.OK, -1, 0, 0
        self.noted: list[tuple[float, float, float, bool]] = []
        self._dosed, self._reported, self._span = 0, 0, end - time
        self._length, self._refused = 0.0, False
        self._seen: Floats = np.empty(0)

    def run(self, max_steps: int) -> None:
        """Carry the patient to the end, or to a failure that `status` tells."""
        self.lanes.prepare(self.parameters)
        try:
            self._instant(restart=True)
            while self.time < self.end and self.status == Status.OK:
                if self.tried >= max_steps:
                    self._fail(Status.TOO_MANY_STEPS)
                else:
                    self._step()
        except EventFault:
            self._fail(Status.BAD_EVENT)

    def _step(self) -> None:
        """One step, to its own end or to the first change of a condition inside it, or a refusal."""
        stop = self._stop()
        rest, length = stop - self.time, min(self._length, LONGEST * self._span)
        if length * 1.000001 >= rest:
            length, last = rest, stop
        else:
            length = 0.5 * rest if 2.0 * length > rest else length
            last = self.time + length
        self.tried += 1
        search = Search(self.lanes, self.watch, self.time, self.states, self._seen)
        samples = search.sample(_instants(self.time, last))
        if not samples.accepted:
            self._refuse(length, samples, samples.error)
            return
        if length > SHORTEST * self._span and not search.resolved(samples):
            self._refuse(length, None, samples.error)
            return
        change = search.bracket(samples)
        landed = (last, samples.states[-1], samples.seen[-1]) if change is None else search.locate(*change)
        if landed is None or not self._between(search, landed[0]):
            self._refuse(length, None, samples.error)
            return
        self.noted.append((self.time, landed[0] - self.time, samples.error, True))
        growth = min(samples.factor, 1.0) if self._refused else samples.factor
        self._length, self._refused = length * growth, False
        self.time, self.states, self._seen = landed
        if change is not None or self.time >= stop:
            self._instant()
        else:
            self._report()

    def _stop(self) -> float:
        dose = self.doses[self._dosed].time if self._dosed < len(self.doses) else np.inf
        return min(dose, self.queue.next_time, self.end)

    def _refuse(self, length: float, samples: Samples | None, error: float) -> None:
        """Try again with a shorter step: by the error of `samples`, or half as long where there is none."""
        self.rejected += 1
        self.noted.append((self.time, length, error, False))
        self._refused = True
        finite = samples is None or samples.error < 1e300
        shorter = 0.5 if samples is None else min(samples.factor, 0.9) if finite else 0.2
        self._length = length * shorter
        if self._length <= 4.0 * _EPSILON * abs(self.time) or self._length < 1e-290:
            self.worst = self.lanes.worst()
            self._fail(Status.TOO_SMALL_STEP if finite else Status.UNSTABLE)

    def _fail(self, status: Status) -> None:
        self.status = status

    def _instant(self, *, restart: bool = False) -> None:
        """Doses, events and outputs of the instant that has been reached."""
        resets = False
        while self._dosed < len(self.doses) and self.doses[self._dosed].time <= self.time:
            dose = self.doses[self._dosed]
            if dose.kind == at.TO_STATE:
                self.states = self.states.copy()
                self.states[dose.row] += dose.value
            elif dose.kind == at.TO_ROW:
                self.parameters[dose.row] += dose.value
            else:
                self.parameters[dose.row] = dose.value
            self._dosed, restart, resets = self._dosed + 1, True, resets or dose.kind != at.TO_STATE
        if resets:
            self.lanes.prepare(self.parameters)
        self.states, executed = self.queue.settle(self.time, self.states, self._observe)
        self._seen = self._observe(self.states)
        self._report()
        if restart or executed:
            rest = self._stop() - self.time
            guess = self.lanes.first_step(self.states, self.time)
            self._length = min(guess, rest) if guess > 1e-12 * rest else 1e-6 * rest

    def _observe(self, states: Floats) -> Floats:
        return self.lanes.observe(states[None, :], self.time)[0]

    def _between(self, search: Search, end: float) -> bool:
        """Fill in the outputs asked for inside a step that ends at `end`; False where one cannot be had."""
        last = int(np.searchsorted(self.grid, end))
        for first in range(self._reported, last, WIDTH):
            places = slice(first, min(first + WIDTH, last))
            found = search.sample(self.grid[places])
            if not found.accepted:
                return False
            self.curves[:, places] = found.seen[: places.stop - first, : self.watch.reported].T
        self._reported = last
        return True

    def _report(self) -> None:
        """Fill in the outputs asked for at this very instant, as it stands."""
        last = int(np.searchsorted(self.grid, self.time, side="right"))
        self.curves[:, self._reported : last] = self._seen[: self.watch.reported, None]
        self._reported = last


def _instants(begin: float, end: float) -> Floats:
    """The instants after `begin` (h) at which a step is sampled, the last one `end` to the last bit."""
    times = begin + (end - begin) * SHARES
    times[-1] = end
    return times[times > begin]
