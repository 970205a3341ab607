"""When patients of a dose-finding trial start: in cohorts, apart by a stagger, each cohort after the last is judged."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput


def cohort_starts(
    arrival: ArrayLike, size: int, *, window: float, stagger: float = 0.0, gap: float = 0.0
) -> NDArray[np.float64]:
    """Days of the first dose, shape (..., patient), from days of arrival (..., patient), increasing.

    Patients come to treatment in cohorts of `size`. Within a cohort, starts lie at least `stagger` days apart; a cohort
    opens once everyone of the one before has been watched for `window` days, and `gap` days more. Who arrives earlier
    waits. Raises BadInput for arrivals out of order, a cohort below 1 or larger than the trial, negative times.
    """
    where = "cohorts"
    days = np.asarray(arrival, dtype=float)
    if not days.shape or not days.shape[-1] or not np.isfinite(days).all() or np.any(np.diff(days, axis=-1) < 0):
        raise BadInput("arrivals out of order or missing", where=where, todo="days of arrival, increasing")
    if not 1 <= size <= days.shape[-1]:
        todo = f"a cohort has 1 to {days.shape[-1]} patients"
        raise BadInput(f"a cohort of {size} in a trial of {days.shape[-1]}", where=where, todo=todo)
    if window < 0 or stagger < 0 or gap < 0:
        raise BadInput("a negative window, stagger or gap", where=where, todo="days, 0 or more")
    starts = np.empty_like(days)
    opens = np.full(days.shape[:-1], -np.inf)
    for k in range(days.shape[-1]):
        if k and k % size == 0:
            opens = starts[..., k - size : k].max(axis=-1) + window + gap
        after = starts[..., k - 1] + stagger if k % size else opens
        starts[..., k] = np.maximum(days[..., k], after)
    return starts
