"""Published rules of thumb that a plan is compared with: thresholds of the count on day 4, and a yield regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.planning.measurement import normal_cdf

Floats = NDArray[np.float64]
#: yield (10^6 CD34+/kg) = SLOPE * count before the session (cells/uL) + INTERCEPT; 209 autologous collections, APH024
SLOPE, INTERCEPT = 0.0709, 0.3415


@dataclass(frozen=True)
class Threshold:
    """Add plerixafor where the count on day 4 of G-CSF is below `cells` per uL; expect enough without it otherwise."""

    name: str
    cells: float
    source: str


THRESHOLDS = (
    Threshold("day 4 < 15", 15.0, "Chen 2012, Bone Marrow Transplant 47:1526"),
    Threshold("day 4 <= 8", 8.0 + 1e-9, "Abusin 2013, J Clin Apher, doi 10.1002/jca.21256"),
)


def by_threshold(count: ArrayLike, rule: Threshold) -> Floats:
    """The rule as a forecast of success without plerixafor: 1 at or above the threshold, 0 below it."""
    return np.asarray(np.asarray(count, dtype=np.float64) >= rule.cells, dtype=np.float64)


def by_frequency(count: ArrayLike, rule: Threshold, known_count: ArrayLike, known: ArrayLike) -> Floats:
    """The rule at its best: on each side of the threshold the frequency of success among others, `known`."""
    side, others = by_threshold(count, rule), by_threshold(known_count, rule)
    outcome = np.asarray(known, dtype=np.float64)
    rates = [float((outcome[others == k].sum() + 0.5) / ((others == k).sum() + 1)) for k in (0.0, 1.0)]
    return np.where(side == 1.0, rates[1], rates[0])


def by_regression(count: ArrayLike, target: float, sd: float | None = None) -> Floats:
    """The regression as a forecast of `target` in the next session: 0 or 1, or with a residual `sd` a chance."""
    expected = SLOPE * np.asarray(count, dtype=np.float64) + INTERCEPT
    if sd is None:
        return np.asarray(expected >= target, dtype=np.float64)
    return np.asarray(normal_cdf((expected - target) / sd))
