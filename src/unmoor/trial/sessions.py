"""What is recorded of every session of a procedure: when it began, the count before it, what was collected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sessions:
    """Arrays of shape (patient, session), in declared units, NaN where a session was not performed.

    `start` in h; `pre_count` just before the start; `before` and `cumulative` are the amount collected in all sessions
    at the start and at the end of this one.
    """

    start: Floats
    pre_count: Floats
    before: Floats
    cumulative: Floats
    performed: Mask

    @classmethod
    def none(cls, n: int, sessions: int) -> Sessions:
        """No session yet."""
        start, pre_count, before, cumulative = (np.full((n, sessions), np.nan) for _ in range(4))
        return cls(start, pre_count, before, cumulative, np.zeros((n, sessions), dtype=bool))

    def begun(self, number: int, patients: Mask, time: float, count: Floats, collected: Floats) -> Sessions:
        """With session `number` begun for these patients; `count` and `collected` have shape (patient,)."""
        start, pre_count, before = self.start.copy(), self.pre_count.copy(), self.before.copy()
        start[patients, number] = time
        pre_count[patients, number] = count[patients]
        before[patients, number] = collected[patients]
        return Sessions(start, pre_count, before, self.cumulative, self.performed)

    def ended(self, number: int, patients: Mask, collected: Floats) -> Sessions:
        """With session `number` ended for these patients; `collected`, shape (patient,), in all sessions so far."""
        cumulative, performed = self.cumulative.copy(), self.performed.copy()
        cumulative[patients, number] = collected[patients]
        performed[patients, number] = True
        return Sessions(self.start, self.pre_count, self.before, cumulative, performed)

    def last(self, word: str) -> Floats:
        """`sessions` performed so far, or `yield` or `pre_count` of the last one performed; shape (patient,)."""
        count = self.performed.sum(axis=1)
        if word == "sessions":
            return count.astype(float)
        if not self.performed.shape[1]:
            return np.full(count.size, np.nan)
        latest = self.performed.shape[1] - 1 - self.performed[:, ::-1].argmax(axis=1)
        values = self.pre_count if word == "pre_count" else self.cumulative - self.before
        return np.where(count > 0, values[np.arange(count.size), latest], np.nan)

    def variables(self, failed: Mask) -> dict[str, NDArray[np.generic]]:
        """The variables of `Result.sessions`, shape (patient, session); NaN and not performed where a patient failed.

        `cumulative` of a session that was not performed is what had been collected before it.
        """
        performed = self.performed & ~failed[:, None]
        carried = np.maximum.accumulate(np.where(performed, self.cumulative, 0.0), axis=1)
        kept = {"start": self.start, "pre_count": self.pre_count, "yield": self.cumulative - self.before}
        found: dict[str, NDArray[np.generic]] = {
            name: np.where(performed, values, np.nan) for name, values in kept.items()
        }
        return {
            "start": found["start"],
            "performed": performed,
            "pre_count": found["pre_count"],
            "yield": found["yield"],
            "cumulative": np.where(failed[:, None], np.nan, carried),
        }
