"""A proportion with its interval: Wilson's score, the exact one of Clopper and Pearson, or Jeffreys' Bayesian one."""

from __future__ import annotations

import math

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.estimate import Estimate, check_level, nothing, two_sided


def wilson(events: int, n: int, level: float = 0.95) -> Estimate:
    """The proportion events / n with Wilson's score interval.

    Equation (Wilson, J Am Stat Assoc 1927;22:209): with p = events / n and z the normal quantile of the level,
    (p + z^2/2n -+ z sqrt(p (1 - p) / n + z^2/4n^2)) / (1 + z^2/n). Raises BadInput unless 0 <= events <= n.
    """
    method = f"proportion, Wilson {level:.0%} interval"
    z = two_sided(level)
    if _counts(events, n) == 0:
        return nothing(method)
    return Estimate(events / n, *score_bounds(events / n, n, z), n, method)


def score_bounds(p: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's bounds of a proportion `p` that is known as well as `n` observations, a whole number or not, would."""
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # at 0 and 1 the bound is exactly that; the subtraction would leave a rounding error of either sign
    return 0.0 if p == 0 else (middle - half) / scale, 1.0 if p == 1 else (middle + half) / scale


def clopper_pearson(events: int, n: int, level: float = 0.95) -> Estimate:
    """The proportion events / n with the exact interval, whose coverage is never below the level.

    Equation (Clopper and Pearson, Biometrika 1934;26:404): with a = (1 - level) / 2, the a quantile of
    Beta(events, n - events + 1) and the 1 - a quantile of Beta(events + 1, n - events). Raises BadInput unless
    0 <= events <= n.
    """
    from scipy.special import betaincinv

    method = f"proportion, Clopper-Pearson {level:.0%} interval"
    tail = (1 - check_level(level)) / 2
    if _counts(events, n) == 0:
        return nothing(method)
    lower = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    upper = 1.0 if events == n else float(betaincinv(events + 1, n - events, 1 - tail))
    return Estimate(events / n, lower, upper, n, method)


def jeffreys(events: int, n: int, level: float = 0.95) -> Estimate:
    """The proportion events / n with the interval between quantiles of its posterior under Jeffreys' prior.

    Equation (Brown, Cai and DasGupta, Stat Sci 2001;16:101): with a = (1 - level) / 2, the a and 1 - a quantiles of
    Beta(events + 1/2, n - events + 1/2); 0 and 1 at 0 and n events. Raises BadInput unless 0 <= events <= n.
    """
    from scipy.special import betaincinv

    method = f"proportion, Jeffreys {level:.0%} interval"
    tail = (1 - check_level(level)) / 2
    if _counts(events, n) == 0:
        return nothing(method)
    a, b = events + 0.5, n - events + 0.5
    lower = 0.0 if events == 0 else float(betaincinv(a, b, tail))
    upper = 1.0 if events == n else float(betaincinv(a, b, 1 - tail))
    return Estimate(events / n, lower, upper, n, method)


def _counts(events: int, n: int) -> int:
    if not (float(events).is_integer() and float(n).is_integer() and 0 <= events <= n) or np.isnan(events):
        raise BadInput(f"{events} events among {n} patients", todo="give whole numbers with 0 <= events <= patients")
    return int(n)
