"""Dose-limiting toxicity read off curves: when an output first lies beyond a level, or has done so for long enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.trial.window import SAME, in_window

Floats = NDArray[np.float64]
NEVER = np.inf


@dataclass(frozen=True, slots=True)
class Limit:
    """A toxicity that limits the dose: `output` at or above `level`, or under it with `below`, for `lasting` hours."""

    output: str
    level: float
    below: bool = False
    lasting: float = 0.0

    def prose(self, unit: str) -> str:
        """The toxicity in words."""
        printed = "" if unit in ("", "1") else f" {unit}"
        long = f" for {self.lasting / 24:g} days" if self.lasting else ""
        return f"{self.output} {'below' if self.below else 'at or above'} {self.level:g}{printed}{long}"

    def reached(self, times: Floats, values: Floats) -> Floats:
        """Hour at which it is there, shape (patient,), infinite for never; `times` (time,), `values` (patient, time).

        Without `lasting` it is the first time beyond the level. With it, the end of the first stretch that long in
        which every time lies beyond the level; a stretch that began before the first of `times` is not known of.
        """
        with np.errstate(invalid="ignore"):
            beyond = values < self.level if self.below else values >= self.level
        if not self.lasting:
            first = np.argmax(beyond, axis=1)
            return np.where(beyond.any(axis=1), times[first], NEVER)
        # the time that follows the latest one on the right side is where the stretch began
        place = np.arange(len(times))
        last_fine = np.maximum.accumulate(np.where(beyond, -1, place), axis=1)
        began = times[np.minimum(last_fine + 1, len(times) - 1)]
        enough = beyond & (times - began >= self.lasting - SAME)
        first = np.argmax(enough, axis=1)
        return np.where(enough.any(axis=1), began[np.arange(len(values)), first] + self.lasting, NEVER)


def limiting_times(result: Result, arm: str, limits: tuple[Limit, ...], start: float, window: float) -> Floats:
    """Hours from `start` to each patient's first dose-limiting toxicity, shape (patient,), infinite for none.

    Only what is there by the end of the `window` (h) counts: a cytopenia must have lasted long enough by then.
    """
    earliest = np.full(result.n, NEVER)
    for limit in limits:
        times, values = in_window(result, arm, limit.output, (start, start + window))
        earliest = np.minimum(earliest, limit.reached(times, values))
    return np.clip(earliest - start, 0.0, None)
