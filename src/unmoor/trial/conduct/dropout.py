"""Who leaves early, and which visits are missed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput
from unmoor.base.random import uniform_at


def dropout_times(
    patients: ArrayLike, share: float, by: float, *, seed: int, shape: float = 1.0, purpose: str = "dropout"
) -> NDArray[np.float64]:
    """Days from the start at which patients leave, shape (patient,): a Weibull time of which `share` lies before `by`.

    `shape` 1 is a constant hazard, below 1 most leave early. `patients` are their numbers in increasing order; the
    numbers are addressed, so a patient leaves at the same day whoever else is there. `share` 0 is nobody (infinite).
    Raises BadInput for a share outside [0, 1), or times and shapes that are not above 0.
    """
    if not 0 <= share < 1 or not by > 0 or not shape > 0:
        todo = "0 <= share < 1 of patients leave before `by` days; shape above 0"
        raise BadInput(f"dropout of {share:g} by day {by:g}", where="dropout", todo=todo)
    chosen = np.asarray(patients, dtype=np.int64)
    if share == 0:
        return np.full(chosen.shape, np.inf)
    clock = -np.log(uniform_at(seed, purpose, chosen))
    scale = by / (-np.log1p(-share)) ** (1 / shape)
    return np.asarray(scale * clock ** (1 / shape))


def missed_visits(
    patients: ArrayLike, visits: int, probability: float, *, seed: int, purpose: str = "missed visits"
) -> NDArray[np.bool_]:
    """Which visits a patient misses, shape (patient, visit), each with the same probability, independently.

    Raises BadInput for a probability outside [0, 1] or no visits.
    """
    if not 0 <= probability <= 1 or visits < 1:
        todo = "a probability from 0 to 1, and at least one visit"
        raise BadInput(f"{visits} visits missed with {probability:g}", where="missed visits", todo=todo)
    chosen = np.asarray(patients, dtype=np.int64)
    draws = [uniform_at(seed, purpose, chosen, draw=k) < probability for k in range(visits)]
    return np.stack(draws, axis=1)
