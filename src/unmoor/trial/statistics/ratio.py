"""The risk ratio of two arms, with its interval: independent groups, or the same patients in both arms."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.statistics.difference import paired
from unmoor.trial.statistics.estimate import Estimate, nothing, two_sided
from unmoor.trial.statistics.proportion import wilson


def risk_ratio(events: int, n: int, events_control: int, n_control: int, level: float = 0.95) -> Estimate:
    """Proportion over control proportion of two independent groups, with Katz's log interval.

    Equation (Katz et al., Biometrics 1978;34:469): exp(ln R -+ z sqrt(1/a - 1/n1 + 1/c - 1/n2)), a and c the events.
    NaN bounds where an arm has no event. Raises BadInput for impossible counts.
    """
    method = f"risk ratio, Katz log {level:.0%} interval"
    one, two = wilson(events, n, level), wilson(events_control, n_control, level)
    if not (one.n and two.n and events_control):
        return nothing(method, n + n_control)
    ratio = one.value / two.value
    if not events:
        return nothing(method, n + n_control, ratio)
    error = math.sqrt(1 / events - 1 / n + 1 / events_control - 1 / n_control)
    return _around(ratio, error, level, n + n_control, method)


def paired_risk_ratio(outcomes: ArrayLike, control: ArrayLike, level: float = 0.95) -> Estimate:
    """The ratio of proportions of the same patients in both arms, outcomes 0 or 1 of shape (patient,), NaN left out.

    Equation (delta method on the log; the covariance of the two arms is kept): exp(ln R -+ z sqrt((b + c) / (x1 x0))),
    b and c the patients with the outcome in one arm only, x1 and x0 those with it in each arm. Raises
    BadInput for unequal lengths.
    """
    method = f"paired risk ratio, log {level:.0%} interval"
    one, two = paired(outcomes, control)
    x1, x0 = float(one.sum()), float(two.sum())
    if x0 == 0:
        return nothing(method, one.size)
    if x1 == 0:
        return nothing(method, one.size, 0.0)
    discordant = float(np.count_nonzero(one != two))
    return _around(x1 / x0, math.sqrt(discordant / (x1 * x0)), level, one.size, method)


def _around(ratio: float, error: float, level: float, n: int, method: str) -> Estimate:
    spread = math.exp(two_sided(level) * error)
    return Estimate(ratio, ratio / spread, ratio * spread, n, method)
