"""The conduct of a study as its file asks for it: until when each patient is seen, and which assessments are missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.random import uniform_at
from unmoor.trial.conduct.dropout import dropout_times, missed_visits

Floats = NDArray[np.float64]
#: hours of rounding that an assessment at the very moment of a data cut may be late
ROUNDING = 1e-6


@dataclass(frozen=True)
class ConductPlan:
    """A checked section `conduct`; times in h, of a patient from its own day 1 00:00.

    A share `leaving` of patients leaves in each `period`, at a constant hazard; each assessment is `missed` with a
    probability. The data are cut so long after the first patient entered (infinite: never), and the last one enters
    `accrual` after the first. `words` say all this as the file does. Every number is addressed by the patient and is
    the same in all arms.
    """

    leaving: float
    period: float
    missed: float
    cut: float
    accrual: float
    words: tuple[str, ...]

    def entry(self, patients: ArrayLike, seed: int) -> Floats:
        """Hours from the entry of the first patient, shape (patient,), uniform over the accrual."""
        chosen, place = _in_order(patients)
        return self.accrual * uniform_at(seed, "entry into the trial", chosen)[place]

    def followed(self, patients: ArrayLike, seed: int) -> Floats:
        """Hours until which each patient is seen, shape (patient,); below 0 for who would enter after the data cut."""
        chosen, place = _in_order(patients)
        leaves = dropout_times(chosen, self.leaving, self.period, seed=seed)[place]
        return leaves if np.isinf(self.cut) else np.minimum(leaves, self.cut - self.entry(patients, seed))

    def seen(self, patients: ArrayLike, times: Sequence[float] | Floats, seed: int) -> NDArray[np.bool_]:
        """Which assessments at `times` (h) are made, shape (patient, visit): neither missed nor after all is seen.

        A missed hour is missed by all that is assessed at it.
        """
        hours = np.asarray(times, dtype=float)
        chosen, place = _in_order(patients)
        made = hours <= self.followed(patients, seed)[:, None] + ROUNDING
        for k, hour in enumerate(hours if self.missed else ()):
            purpose = f"assessment at {hour:.6f} h"
            made[:, k] &= ~missed_visits(chosen, 1, self.missed, seed=seed, purpose=purpose)[place, 0]
        return np.asarray(made)


def _in_order(patients: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of patients in increasing order, as addressed draws ask for, and the place of each patient in them."""
    chosen, place = np.unique(np.asarray(patients, dtype=np.int64), return_inverse=True)
    return chosen, place
