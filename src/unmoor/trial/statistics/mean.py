"""A mean with its interval, and the standard deviation of the patients behind it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.statistics.estimate import Estimate, check_level, nothing, present


def mean(values: ArrayLike, level: float = 0.95) -> Estimate:
    """The mean of values, shape (patient,), NaN left out, with Student's t interval.

    Equation (Student, Biometrika 1908;6:1): m -+ t s / sqrt(n), s the standard deviation with n - 1 degrees of
    freedom and t the Student quantile of the level with n - 1 degrees. Raises BadInput for a level outside (0, 1).
    """
    from scipy.special import stdtrit

    method = f"mean, t {level:.0%} interval"
    check_level(level)
    known = present(values)
    if known.size < 2:
        return nothing(method, known.size, float(known[0]) if known.size else np.nan)
    middle = float(known.mean())
    half = float(stdtrit(known.size - 1, 0.5 + level / 2)) * standard_deviation(known) / math.sqrt(known.size)
    return Estimate(middle, middle - half, middle + half, known.size, method)


def standard_deviation(values: ArrayLike) -> float:
    """The standard deviation of values, shape (patient,), NaN left out: sqrt(sum (x - m)^2 / (n - 1))."""
    known = present(values)
    return float(known.std(ddof=1)) if known.size > 1 else np.nan
