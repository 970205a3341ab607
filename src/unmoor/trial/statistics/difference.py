"""The difference between two arms, with its interval: independent groups, or the same patients in both arms."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.estimate import Estimate, check_level, nothing, present
from unmoor.trial.statistics.mean import mean
from unmoor.trial.statistics.proportion import wilson


def risk_difference(events: int, n: int, events_control: int, n_control: int, level: float = 0.95) -> Estimate:
    """Proportion minus control proportion of two independent groups, with Newcombe's hybrid score interval.

    Equation (Newcombe, Stat Med 1998;17:873, method 10): with Wilson limits l, u of each proportion,
    d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2). Raises BadInput for impossible counts.
    """
    method = f"risk difference, Newcombe {level:.0%} interval"
    one, two = wilson(events, n, level), wilson(events_control, n_control, level)
    if not (one.n and two.n):
        return nothing(method)
    d = one.value - two.value
    below = math.hypot(one.value - one.lower, two.upper - two.value)
    above = math.hypot(one.upper - one.value, two.value - two.lower)
    return Estimate(d, d - below, d + above, n + n_control, method)


def mean_difference(values: ArrayLike, control: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean minus control mean of two independent groups, shapes (patient,), NaN left out, with Welch's interval.

    Equation (Welch, Biometrika 1947;34:28): d -+ t sqrt(v1 + v2), v = s^2 / n, with the Student quantile at
    (v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1)) degrees of freedom. Raises BadInput for a level outside (0, 1).
    """
    from scipy.special import stdtrit

    method = f"mean difference, Welch {level:.0%} interval"
    check_level(level)
    one, two = present(values), present(control)
    n = one.size + two.size
    if one.size < 2 or two.size < 2:
        return nothing(method, n, float(one.mean() - two.mean()) if one.size and two.size else np.nan)
    d = float(one.mean() - two.mean())
    v1, v2 = float(one.var(ddof=1)) / one.size, float(two.var(ddof=1)) / two.size
    if v1 + v2 == 0:
        return Estimate(d, d, d, n, method)
    degrees = (v1 + v2) ** 2 / (v1**2 / (one.size - 1) + v2**2 / (two.size - 1))
    half = float(stdtrit(degrees, 0.5 + level / 2)) * math.sqrt(v1 + v2)
    return Estimate(d, d - half, d + half, n, method)


def paired_difference(values: ArrayLike, control: ArrayLike, level: float = 0.95) -> Estimate:
    """The mean of the differences within patients simulated in both arms, shapes (patient,), with Student's t interval.

    Equation: that of `mean` applied to x1 - x0; for outcomes of 0 and 1 it is the paired risk difference (b - c) / n.
    Patients missing in either arm are left out. Raises BadInput for unequal lengths or a level outside (0, 1).
    """
    one, two = paired(values, control)
    found = mean(one - two, level)
    return Estimate(found.value, found.lower, found.upper, found.n, f"paired difference, t {level:.0%} interval")


def paired(values: ArrayLike, control: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both arms' values, shapes (patient,), of the patients that have both.

    Raises BadInput for unequal lengths.
    """
    one, two = np.asarray(values, dtype=float), np.asarray(control, dtype=float)
    if one.shape != two.shape:
        raise BadInput(f"paired arms of {one.size} and {two.size} patients", todo="give the same patients in both arms")
    both = ~(np.isnan(one) | np.isnan(two))
    return one[both], two[both]
