"""Numbers that publications report about a curve: value, fold, peak, area, half-lives, collection efficiency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput

Floats = NDArray[np.float64]
CLOSE = 1e-7  # hours between two grid points that are meant to be one


@dataclass(frozen=True)
class Curve:
    """One output over time, in internal units: `times` (time,) in h, `values` (set, time).

    `dose` is the mass given per kg of body weight; `product` cells in the bag, `processed` litres through the
    separator and `blood` cells in blood, each (set, time), belong to a session.
    """

    times: Floats
    values: Floats
    dose: float = np.nan
    product: Floats | None = None
    processed: Floats | None = None
    blood: Floats | None = None

    def at(self, time: float) -> Floats:
        """Values (set,) at `time`, which stands on the grid."""
        return self._look(self.values, time)

    def part(self, start: float, stop: float) -> Curve:
        """The curve from `start` to `stop` (h), both included."""
        inside = (self.times >= start - CLOSE) & (self.times <= stop + CLOSE)
        return Curve(self.times[inside], self.values[:, inside])

    def gained(self, name: str, start: float, stop: float) -> Floats:
        """Growth (set,) of a session's series from `start` to `stop`."""
        series = self._series(name)
        return self._look(series, stop) - self._look(series, start)

    def present(self, name: str, time: float) -> Floats:
        """A session's series (set,) at `time`."""
        return self._look(self._series(name), time)

    def _series(self, name: str) -> Floats:
        series: Floats | None = getattr(self, name)
        if series is None:
            raise BadInput(f"'{name}' needs an apheresis session", todo="give the scenario a session")
        return series

    def _look(self, series: Floats, time: float) -> Floats:
        place = np.flatnonzero(np.abs(self.times - time) < CLOSE)
        if not place.size:
            raise BadInput(f"time {time:g} h is not on the grid", todo="add it to the times of the scenario")
        return np.asarray(series[:, place[-1]])


def at(curve: Curve, time: float, start: float) -> Floats:
    """The value at `time`."""
    return curve.at(time)


def fold(curve: Curve, time: float, start: float) -> Floats:
    """The value at `time` over the value at `start`."""
    return curve.at(time) / curve.at(start)


def peak(curve: Curve, time: float, start: float) -> Floats:
    """The largest value."""
    return _top(curve)[1]


def peak_time(curve: Curve, time: float, start: float) -> Floats:
    """Hours from `start` (or from hour 0) to the largest value."""
    begin = 0.0 if np.isnan(start) else start
    return _top(curve.part(begin, np.inf))[0] - begin


def area(curve: Curve, time: float, start: float) -> Floats:
    """The area under the curve from `start` to `time`, by trapezia."""
    part = curve.part(start, time)
    return np.asarray(np.trapezoid(part.values, part.times, axis=1))


def mean_over_peak(curve: Curve, time: float, start: float) -> Floats:
    """The mean from `start` to `time` over the largest value."""
    return area(curve, time, start) / (time - start) / peak(curve, time, start)


def late_half_life(curve: Curve, time: float, start: float) -> Floats:
    """ln 2 over the slope of the logarithm between `start` and `time` (h)."""
    return np.log(2) * (time - start) / np.log(curve.at(start) / curve.at(time))


def early_half_life(curve: Curve, time: float, start: float) -> Floats:
    """The half-life of the faster exponential, by curve stripping: the slower one is read off the last third."""
    last = float(curve.times[-1])
    tail = curve.part(last / 3, last * 2 / 3)
    slope = np.log(tail.values[:, 0] / tail.values[:, -1]) / (tail.times[-1] - tail.times[0])
    part = curve.part(start, time)
    slow = tail.values[:, :1] * np.exp(-slope[:, None] * (part.times[None, :] - tail.times[0]))
    return late_half_life(Curve(part.times, part.values - slow), time, start)


def steady_volume(curve: Curve, time: float, start: float) -> Floats:
    """The volume of distribution at steady state after an intravenous dose: dose AUMC / AUC^2, per kg."""
    part = curve.part(start, time)
    moment = np.trapezoid(part.values * part.times, part.times, axis=1)
    return np.asarray(curve.dose * moment / area(curve, time, start) ** 2)


def ce2(curve: Curve, time: float, start: float) -> Floats:
    """Collection efficiency: cells in the bag over count before times volume processed."""
    return curve.gained("product", start, time) / (curve.gained("processed", start, time) * curve.at(start))


def ce1(curve: Curve, time: float, start: float) -> Floats:
    """Collection efficiency: cells in the bag over mean of the counts before and after times volume processed."""
    return ce2(curve, time, start) * 2 / (1 + fold(curve, time, start))


def recruitment(curve: Curve, time: float, start: float) -> Floats:
    """Cells in the bag over cells in blood when the session began."""
    return curve.gained("product", start, time) / curve.present("blood", start)


def _top(curve: Curve) -> tuple[Floats, Floats]:
    """Time and height (set,) of the largest value, by a parabola through the three highest neighbours.

    Without the parabola the time of the peak would jump from grid point to grid point and have no slope to follow.
    """
    times, values = curve.times, curve.values
    rows = np.arange(len(values))
    top = values.argmax(axis=1)
    middle = np.clip(top, 1, len(times) - 2)
    left, right = times[middle - 1] - times[middle], times[middle + 1] - times[middle]
    down, up = values[rows, middle - 1] - values[rows, middle], values[rows, middle + 1] - values[rows, middle]
    bend = (up / right - down / left) / (right - left)
    slope = down / left - bend * left
    shift = np.clip(np.where(bend < 0, -slope / (2 * np.where(bend < 0, bend, -1.0)), 0.0), left, right)
    edge = top != middle
    height = values[rows, middle] + slope * shift + bend * shift**2
    return np.where(edge, times[top], times[middle] + shift), np.where(edge, values[rows, top], height)


STATISTICS: dict[str, Callable[[Curve, float, float], Floats]] = {
    each.__name__: each
    for each in (
        at, fold, peak, peak_time, area, mean_over_peak, late_half_life, early_half_life, steady_volume, ce2, ce1,
        recruitment,
    )
}  # fmt: skip
