"""A standard deviation with its interval: how much patients differ, as a publication's SD says it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.statistics.estimate import Estimate, check_level, nothing, present, two_sided


def spread(values: ArrayLike, level: float = 0.95) -> Estimate:
    """The standard deviation (n - 1) of values, shape (patient,), NaN left out, with a large-sample interval.

    Equation (Cramer, Mathematical Methods of Statistics, 1946, section 27.4, delta method on the log, no normality
    asked): s exp(-+ z sqrt((m4 / s^4 - 1) / n) / 2), m4 the fourth central moment. Raises BadInput for a level outside
    (0, 1).
    """
    method = f"standard deviation, log {level:.0%} interval"
    check_level(level)
    known = present(values)
    if known.size < 2:
        return nothing(method, known.size)
    found = float(known.std(ddof=1))
    if found == 0:
        return Estimate(found, found, found, known.size, method)
    fourth = float(np.mean((known - known.mean()) ** 4)) / found**4
    error = two_sided(level) * math.sqrt(max(fourth - 1, 0.0) / known.size) / 2
    return Estimate(found, found * math.exp(-error), found * math.exp(error), known.size, method)
