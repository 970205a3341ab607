"""The variance of a cumulative incidence as Gray's test has it: counting processes with a correction for ties."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.trial.survival.times import Floats, numbers


def incidence_variance(time: ArrayLike, cause: ArrayLike, times: ArrayLike, *, of: int = 1) -> Floats:
    """Variance of the cumulative incidence of cause `of` at `times`, shape (time,); `cause` 0 is censored.

    Equation: with S free of causes and F the incidence, the sum over event times of S(t-)^2 d (n - d) / (n^2 (n - 1))
    times the square of 1 + (F(t) - F)/S for the cause and of (F(t) - F)/S for the competing ones (Gray, Ann Stat
    1988;16:1141). `Occupation` of `competing_risks` holds other variances. Raises BadInput for impossible input.
    """
    when, causes = numbers("times", time, "incidence"), numbers("causes", cause, "incidence")
    if when.shape != causes.shape or when.ndim != 1 or not np.isfinite(when).all() or np.any(when < 0):
        raise BadInput("times and causes do not fit", where="incidence", todo="one time >= 0 and one cause a patient")
    moments = np.unique(when[causes > 0])
    at_risk = (when >= moments[:, None]).sum(axis=1).astype(float)
    own = ((when == moments[:, None]) & (causes == of)).sum(axis=1).astype(float)
    other = ((when == moments[:, None]) & (causes > 0) & (causes != of)).sum(axis=1).astype(float)
    after = np.cumprod(1 - (own + other) / at_risk)
    before = np.concatenate([[1.0], after[:-1]])
    incidence = np.cumsum(before * own / at_risk)
    inverse = np.where(after > 0, 1 / np.where(after > 0, after, 1.0), 0.0)

    def parts(count: Floats, reach: Floats) -> Floats:
        """Terms in 1, F and F^2 of each event time."""
        tied = np.where(count > 1, 1 - (count - 1) / np.maximum(at_risk - 1, 1), 1.0)
        scale = before**2 * tied * count / at_risk**2
        return np.stack([reach**2 * scale, inverse * reach * scale, inverse**2 * scale])

    total = parts(own, 1 + inverse * incidence) + np.where(after > 0, parts(other, inverse * incidence), 0.0)
    # with reach = 1 + F/S of the event time, (1 + (F(t) - F)/S... ) unfolds into sums that do not know t
    one, mixed, square = np.cumsum(total, axis=1)
    value = one + incidence**2 * square - 2 * incidence * mixed
    # F only moves at events of the cause; between them the variance is that of the last one
    moved = np.maximum.accumulate(np.where(own > 0, np.arange(len(moments)), -1))
    value = np.where(moved >= 0, value[np.maximum(moved, 0)], 0.0)
    places = np.searchsorted(moments, np.atleast_1d(np.asarray(times, dtype=float)), side="right")
    return np.asarray(np.concatenate([[0.0], value])[places])
