"""A geometric mean with its interval: what publications give for skewed quantities such as exposures and yields."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.statistics.estimate import Estimate, nothing, present
from unmoor.trial.statistics.mean import mean


def geometric_mean(values: ArrayLike, level: float = 0.95) -> Estimate:
    """exp of the mean logarithm of values, shape (patient,), NaN left out, with Student's t interval of the logarithms.

    A value of zero or less has no logarithm: then there is no estimate. Raises BadInput for a level outside (0, 1).
    """
    method = f"geometric mean, t {level:.0%} interval of the logarithms"
    known = present(values)
    if not known.size or not np.all(known > 0):
        return nothing(method, known.size)
    found = mean(np.log(known), level)
    value, lower, upper = (math.exp(each) for each in (found.value, found.lower, found.upper))
    return Estimate(value, lower, upper, known.size, method)
