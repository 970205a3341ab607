"""Cumulative incidence in discrete time: which fraction has reached the target by each session, stops competing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.estimate import two_sided
from unmoor.trial.statistics.proportion import wilson

CENSORED, REACHED, COMPETING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cumulative incidence with its interval, all of shape (session,); `at_risk` counts those who enter a session."""

    session: NDArray[np.int64]
    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    method: str


def cumulative_incidence(time: ArrayLike, outcome: ArrayLike, sessions: int, level: float = 0.95) -> Incidence:
    """The fraction that has reached the target by session 1, 2, ..., sessions.

    `time`, shape (patient,), is the session (1, 2, ...) of the outcome; `outcome` is 1 reached, 2 stopped or withdrawn
    (competing), 0 censored after that session. NaN times (failed patients) are left out.
    Equations: Aalen-Johansen, F(k) = sum over j <= k of S(j-1) d1(j) / n(j), S(j) = product of 1 - (d1 + d2) / n;
    variance as Marubini and Valsecchi (Analysing Survival Data, 1995, eq. 10.12); interval by the complementary log-log
    transformation ln(-ln F), F^exp(-+ z se / (F ln F)), or Wilson's where F is 0 or 1 and that has no value.
    Raises BadInput for a time below 1 or an unknown outcome.
    """
    z = two_sided(level)
    when, what = np.asarray(time, dtype=float), np.asarray(outcome, dtype=float)
    known = ~np.isnan(when)
    when, what = when[known], what[known]
    if when.shape != what.shape or np.any(when < 1) or not np.isin(what, (CENSORED, REACHED, COMPETING)).all():
        raise BadInput("sessions or outcomes that cannot be", todo="sessions are 1, 2, ...; outcomes 0, 1 or 2")
    steps = np.arange(1, sessions + 1)
    reached = np.array([np.count_nonzero((when == k) & (what == REACHED)) for k in steps], dtype=float)
    competing = np.array([np.count_nonzero((when == k) & (what == COMPETING)) for k in steps], dtype=float)
    at_risk = np.array([np.count_nonzero(when >= k) for k in steps], dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, reached / at_risk, 0.0)
        both = np.where(at_risk > 0, (reached + competing) / at_risk, 0.0)
    before = np.concatenate([[1.0], np.cumprod(1 - both)[:-1]])
    value = np.cumsum(before * hazard)
    variance = np.array([_variance(k, value, before, reached, competing, at_risk) for k in range(sessions)])
    bounds = [_bounds(f, v, z, when.size, level) for f, v in zip(value, variance, strict=True)]
    if not when.size:
        value, bounds = np.full(sessions, np.nan), [(np.nan, np.nan)] * sessions
    lower, upper = (np.array(side, dtype=float) for side in zip(*bounds, strict=True)) if bounds else (value, value)
    method = f"cumulative incidence, Aalen-Johansen, log-log {level:.0%} interval"
    return Incidence(steps, value, lower, upper, at_risk.astype(np.int64), method)


def _variance(
    k: int, value: np.ndarray, before: np.ndarray, reached: np.ndarray, competing: np.ndarray, at_risk: np.ndarray
) -> float:
    total = 0.0
    for j in range(k + 1):
        n, d1, d = at_risk[j], reached[j], reached[j] + competing[j]
        if n == 0:
            continue
        left = value[k] - value[j]
        if n > d:
            total += left**2 * d / (n * (n - d))
        total += before[j] ** 2 * (n - d1) * d1 / n**3
        total -= 2 * left * before[j] * d1 / n**2
    return max(total, 0.0)


def _bounds(value: float, variance: float, z: float, n: int, level: float) -> tuple[float, float]:
    if value <= 0.0 or value >= 1.0 or variance <= 0.0:
        score = wilson(round(min(max(value, 0.0), 1.0) * n), n, level)
        return score.lower, score.upper
    stretch = z * math.sqrt(variance) / (value * math.log(value))
    return value ** math.exp(-stretch), value ** math.exp(stretch)
