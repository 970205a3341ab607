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

#: where a step is sampled, as shares of it; uneven, so that no oscillation keeps pace with the samples
SHARES = np.array([0.11, 0.23, 0.37, 0.49, 0.64, 0.75, 0.89, 1.0])
#: a difference whose course between samples is off a quartic by more than this share of its distance from zero (or of
#: FLOOR times its largest) is not resolved, and the step is taken in halves
RESOLVED, FLOOR = 0.1, 1e-3
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
        """Whether the samples show each difference well enough that none can have crossed zero twice between them."""
        values = self._differences(samples)
        if len(values) != WIDTH + 1 or not values.shape[1]:
            return True
        with np.errstate(all="ignore"):
            off = np.abs(values[1::2] - _QUARTIC @ values[::2])
        size = np.abs(values)
        # the start of the step is no measure: there a difference is zero where it has just crossed
        size[0] = size[1]
        near = np.minimum(np.minimum(size[:-2:2], size[1::2]), size[2::2])
        allowed = RESOLVED * np.maximum(near, FLOOR * size.max(axis=0))
        lane = self.changed(samples)
        seen = slice(0, WIDTH // 2 if lane < 0 else lane // 2 + 1)
        return not np.any(np.isfinite(off[seen]) & (off[seen] > allowed[seen]))

    def _differences(self, samples: Samples) -> Floats:
        """The differences (instant, condition) at the start of the step and at its samples."""
        return np.vstack([self.seen[self.watch.differences], samples.seen[:, self.watch.differences]])

    def _hidden(self, samples: Samples) -> tuple[float, Samples, int] | None:
        """A change that is undone before the next sample: each difference that turns towards zero is followed."""
        times = np.concatenate([[self.time], samples.times])
        values = np.abs(self._differences(samples))
        shares = (times - self.time) / (times[-1] - self.time)
        for condition in range(values.shape[1]):
            column = values[:, condition]
            for k in _turns(shares, column):
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
            # the lowest point lies no further below a sample than its second neighbours rise above it
            rise = float(column[max(k - 2, 0) : k + 3].max() - column[k])
            if column[k] > 3.0 * rise:
                return None
            low, high = left, right
        return None


def _turns(shares: Floats, column: Floats) -> list[int]:
    """The samples about which a distance from zero may have a minimum that lies near zero."""
    if not np.all(np.isfinite(column)):
        return []
    found = []
    for k in range(1, len(column) - 1):
        left, right = shares[k] - shares[k - 1], shares[k + 1] - shares[k]
        if not (left > 0.0 and right > 0.0):
            continue
        falling, rising = (column[k - 1] - column[k]) / left, (column[k + 1] - column[k]) / right
        bend = (falling + rising) / (left + right)
        if not bend > 0.0:
            continue
        # the parabola through a sample and its neighbours: slope at the sample, lowest point, and how deep it lies
        slope = (rising * left - falling * right) / (left + right)
        vertex = -0.5 * slope / bend
        # a parabola is no better than a tenth of the rise it is drawn through, nor than half a sample
        trust = 0.3 * column[k] + 0.1 * (max(column[k - 1], column[k + 1]) - column[k])
        if -1.5 * left <= vertex <= 1.5 * right and column[k] - 0.25 * slope**2 / bend < trust:
            found.append(k)
    return found


def _interpolation() -> Floats:
    """Weights that give every other sample, from the first on, by the quartic through the start and the others."""
    nodes, wanted = np.append(0.0, SHARES[1::2]), SHARES[::2]
    return np.linalg.solve(np.vander(nodes).T, np.vander(wanted, len(nodes)).T).T


_QUARTIC = _interpolation()
