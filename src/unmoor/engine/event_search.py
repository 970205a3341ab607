"""Where inside a step a condition changes: eight instants at a time, each by a step of its own, down to two neighbours.

Both sides of a comparison are sampled as their difference, so that a condition that holds only for a moment between
two samples is found by following that difference to its extremum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.engine.ensemble import Floats
from unmoor.engine.event_lanes import Lanes
from unmoor.engine.event_watch import Watch
from unmoor.engine.vector_ir import WIDTH

#: a difference whose course between samples is off a quartic by more than this share of its distance from zero is
#: not resolved, and the step is taken in halves
RESOLVED = 0.5
#: rounds of eight samples that follow a difference to its extremum
ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Samples:
    """Instants `times` (instant,) in h of one step, `states` (instant, state) and outputs `seen` (instant, output).

    `error` is the largest squared scaled error of the steps that led there, `factor` what it says of the next step.
    """

    times: Floats
    states: Floats
    seen: Floats
    error: float
    factor: float

    @property
    def accepted(self) -> bool:
        """Whether every error is below the tolerance."""
        return self.error <= 1.0


@dataclass(frozen=True, eq=False)
class Search:
    """The step from `states` (state,) at `time` (h), where the outputs are `seen` (output,)."""

    lanes: Lanes
    watch: Watch
    time: float
    states: Floats
    seen: Floats

    def sample(self, times: Floats) -> Samples:
        """The step taken to each of `times` (instant,), at most as many as there are lanes; the last one is longest."""
        count = len(times)
        padded = np.append(times, np.full(WIDTH - count, times[-1]))
        tried = self.lanes.step(self.states, self.time, padded - self.time)
        worst = float(tried.errors.max())
        error = worst if np.isfinite(worst) else np.inf
        seen = self.lanes.observe(tried.states, padded)[:count]
        return Samples(times, tried.states[:count], seen, error, float(tried.factors.min()))

    def changed(self, samples: Samples) -> int:
        """The first lane in which a condition differs from the start of the step, -1 for none."""
        different = np.any(self.watch.signs(samples.seen) != self.watch.signs(self.seen), axis=1)
        return int(different.argmax()) if different.any() else -1

    def bracket(self, samples: Samples) -> tuple[float, Samples, int] | None:
        """A time (h) before a change and the sample (with its lane) after it; None where nothing changes."""
        lane = self.changed(samples)
        if lane >= 0:
            return (float(samples.times[lane - 1]) if lane else self.time), samples, lane
        return self._hidden(samples)

    def locate(self, low: float, high: Samples, lane: int) -> tuple[float, Floats, Floats] | None:
        """The first instant (h) after a change that doubles can tell from the one before: time, states, outputs.

        None where a step is refused.
        """
        time, states, seen = float(high.times[lane]), high.states[lane], high.seen[lane]
        while True:
            inner = low + (time - low) * np.arange(1, WIDTH + 1) / (WIDTH + 1)
            inner = inner[(inner > low) & (inner < time)]
            if not inner.size:
                middle = float(np.nextafter(low, time))
                if middle >= time:
                    return time, states, seen
                inner = np.array([middle])
            found = self.sample(np.unique(inner))
            if not found.accepted:
                return None
            place = self.changed(found)
            if place < 0:
                low = float(found.times[-1])
            else:
                low = float(found.times[place - 1]) if place else low
                time, states, seen = float(found.times[place]), found.states[place], found.seen[place]

    def resolved(self, samples: Samples) -> bool:
        """Whether the samples show every difference well enough that none can have crossed zero between them."""
        values = self._differences(samples)
        if len(values) != WIDTH + 1:
            return True
        with np.errstate(all="ignore"):
            expected = _QUARTIC @ values[::2]
            off = np.abs(values[1::2] - expected).max(axis=0)
            # the start of the step is no measure: there a difference is zero where it has just crossed
            near = np.abs(values[1:]).min(axis=0)
        scale = np.abs(values).max(axis=0)
        return not np.any(np.isfinite(off) & (off > RESOLVED * near) & (off > 1e-9 * scale))

    def _differences(self, samples: Samples) -> Floats:
        """The differences (instant, condition) at the start of the step and at its samples."""
        return np.vstack([self.seen[self.watch.differences], samples.seen[:, self.watch.differences]])

    def _hidden(self, samples: Samples) -> tuple[float, Samples, int] | None:
        """A change that is undone before the next sample: each difference that turns towards zero is followed."""
        times = np.concatenate([[self.time], samples.times])
        values = np.abs(self._differences(samples))
        for condition in range(values.shape[1]):
            column = values[:, condition]
            for k in _turns(column):
                found = self._follow(condition, float(times[k - 1]), float(times[k + 1]))
                if found is not None:
                    return found
        return None

    def _follow(self, condition: int, low: float, high: float) -> tuple[float, Samples, int] | None:
        """Close in on the smallest difference between two times (h) until it changes sign or stops falling."""
        place = self.watch.differences.start + condition
        for _ in range(ROUNDS):
            times = low + (high - low) * np.arange(1, WIDTH + 1) / (WIDTH + 1)
            if not np.all(np.diff(np.concatenate([[self.time], times])) > 0):
                return None
            found = self.sample(times)
            if not found.accepted:
                return None
            lane = self.changed(found)
            if lane >= 0:
                return (float(times[lane - 1]) if lane else low), found, lane
            column = np.abs(found.seen[:, place])
            if not np.all(np.isfinite(column)):
                return None
            k = int(column.argmin())
            left = low if k == 0 else float(times[k - 1])
            right = high if k == WIDTH - 1 else float(times[k + 1])
            bends = max(column[max(k - 1, 0)], column[min(k + 1, WIDTH - 1)]) - column[k]
            # the parabola through a minimum and its neighbours lies at most about their rise below it
            if column[k] > 2.0 * bends:
                return None
            low, high = left, right
        return None


def _turns(column: Floats) -> list[int]:
    """The samples about which a distance from zero may have a minimum that lies near zero."""
    if not np.all(np.isfinite(column)):
        return []
    found = []
    for k in range(1, len(column) - 1):
        before, here, after = column[k - 1 : k + 2]
        bend = before - 2.0 * here + after
        if bend <= 0.0:
            continue
        vertex = 0.5 * (before - after) / bend
        depth = here - 0.125 * (before - after) ** 2 / bend
        if abs(vertex) <= 1.0 and depth < 0.3 * here:
            found.append(k)
    return found


def _interpolation() -> Floats:
    """Weights that give the odd ones of nine even samples by the quartic through the others."""
    nodes, wanted = np.arange(0.0, 9.0, 2.0), np.arange(1.0, 9.0, 2.0)
    return np.linalg.solve(np.vander(nodes).T, np.vander(wanted, len(nodes)).T).T


_QUARTIC = _interpolation()
