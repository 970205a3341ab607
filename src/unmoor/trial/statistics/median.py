"""A median with a distribution-free interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.statistics.estimate import Estimate, check_level, nothing, present


def median(values: ArrayLike, level: float = 0.95) -> Estimate:
    """The median of values, shape (patient,), NaN left out, with the order-statistic interval.

    Equation (Thompson, Ann Math Stat 1936;7:122): the interval from the r-th smallest to the r-th largest value covers
    the median with probability 1 - 2 P(Binomial(n, 1/2) < r); r is the largest rank with at least the level. Below
    six patients (at 95%) no such rank exists and the interval is NaN. Raises BadInput for a level outside (0, 1).
    """
    from scipy.special import bdtr

    method = f"median, order-statistic {level:.0%} interval"
    tail = (1 - check_level(level)) / 2
    known = np.sort(present(values))
    n = known.size
    if n == 0:
        return nothing(method)
    middle = float(np.median(known))
    # ranks whose coverage suffices come first, so their number is the largest of them
    rank = int(np.count_nonzero(bdtr(np.arange(n // 2 + 1), n, 0.5) <= tail))
    if rank == 0:
        return nothing(method, n, middle)
    return Estimate(middle, float(known[rank - 1]), float(known[n - rank]), n, method)
