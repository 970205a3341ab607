"""Log-rank tests: weighted, stratified, for any number of groups; and many two-arm trials at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.trial.survival.times import Floats, checked, codes, numbers


@dataclass(frozen=True, eq=False)
class LogRank:
    """Observed and expected events by group, their covariance, and the test: chi-squared, degrees of freedom, p."""

    groups: tuple[str, ...]
    observed: Floats
    expected: Floats
    variance: Floats
    chi_squared: float
    df: int
    p: float
    method: str


def log_rank(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, *, strata: ArrayLike | None = None, rho: float = 0.0
) -> LogRank:
    """Do groups differ in their times to an event? Shapes (patient,).

    `rho` weighs events by S(t-)^rho, S the curve of all groups of the stratum: 0 is the log-rank test, 1 Peto and
    Peto's. Equations: Harrington and Fleming, Biometrika 1982;69:553. Raises BadInput for impossible times, labels that
    do not fit, or a single group.
    """
    where = "log-rank test"
    times, events = checked(time, event, where)
    member, names = codes(group, len(times), "groups", where)
    if len(names) < 2:
        raise BadInput("one group cannot be compared", where=where, todo="give at least two groups")
    layer = np.zeros(len(times), dtype=int) if strata is None else codes(strata, len(times), "strata", where)[0]
    observed, expected = np.zeros(len(names)), np.zeros(len(names))
    variance = np.zeros((len(names), len(names)))
    for one in np.unique(layer):
        inside = layer == one
        part = _sums(times[inside], events[inside], member[inside], len(names), rho)
        observed, expected, variance = observed + part[0], expected + part[1], variance + part[2]
    used = expected > 0
    kept = np.flatnonzero(used)[:-1] if used.sum() > 1 else np.flatnonzero(used)
    difference = (observed - expected)[kept]
    chi = float(difference @ np.linalg.pinv(variance[np.ix_(kept, kept)]) @ difference) if len(kept) else 0.0
    df = max(int(used.sum()) - 1, 0)
    method = "log-rank test" if rho == 0 else f"weighted log-rank test, rho {rho:g}"
    return LogRank(tuple(names), observed, expected, variance, chi, df, chi_squared_p(chi, df), method)


def two_sample_log_rank(time: ArrayLike, event: ArrayLike, arm: ArrayLike) -> tuple[Floats, Floats]:
    """Signed z of arm 1 against arm 0 and its two-sided p value, shape (...), for trials of shape (..., patient).

    z is positive where arm 1 has more events than expected. For thousands of simulated trials; `log_rank` says more
    about one. Raises BadInput for impossible times or arms.
    """
    where = "log-rank test"
    times, events = checked(time, event, where)
    treated = np.broadcast_to(numbers("arms", arm, where), times.shape)
    if not np.isin(treated, (0, 1)).all():
        raise BadInput("arms other than 0 and 1", where=where, todo="give 0 or 1 for each patient")
    order = np.argsort(times, axis=-1, kind="stable")
    when = np.take_along_axis(times, order, axis=-1)
    happened, one = np.take_along_axis(events, order, axis=-1), np.take_along_axis(treated, order, axis=-1)
    count = times.shape[-1]
    place = np.arange(count)
    new = np.ones(when.shape, dtype=bool)
    new[..., 1:] = when[..., 1:] > when[..., :-1]
    first = np.maximum.accumulate(np.where(new, place, 0), axis=-1)
    last = np.ones(when.shape, dtype=bool)
    last[..., :-1] = new[..., 1:]
    before = np.concatenate([np.zeros((*when.shape[:-1], 1)), np.cumsum(happened, axis=-1)], axis=-1)
    passed = np.concatenate([np.zeros((*when.shape[:-1], 1)), np.cumsum(one, axis=-1)], axis=-1)
    deaths = before[..., 1:] - np.take_along_axis(before, first, axis=-1)
    at_risk = (count - first).astype(float)
    of_one = passed[..., -1:] - np.take_along_axis(passed, first, axis=-1)
    expected = np.where(last, deaths * of_one / at_risk, 0.0).sum(axis=-1)
    share = of_one / at_risk
    finite = (at_risk - deaths) / np.maximum(at_risk - 1, 1)
    spread = np.where(last & (at_risk > 1), deaths * share * (1 - share) * finite, 0.0)
    difference = (happened * one).sum(axis=-1) - expected
    variance = spread.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, difference / np.sqrt(variance), 0.0)
    from scipy.special import ndtr

    return z, 2 * ndtr(-np.abs(z))


def chi_squared_p(chi: float, df: int) -> float:
    """Upper tail of chi-squared; 1 without degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(df, chi)) if df else 1.0


def _sums(
    times: Floats, events: np.ndarray, member: np.ndarray, groups: int, rho: float
) -> tuple[Floats, Floats, Floats]:
    """Weighted observed and expected events and their covariance within one stratum."""
    moments = np.unique(times[events])
    belongs = member == np.arange(groups)[:, None]
    at_risk = np.array([[np.count_nonzero(times[own] >= t) for own in belongs] for t in moments], dtype=float)
    deaths = np.array([[np.count_nonzero((times[own] == t) & events[own]) for own in belongs] for t in moments], float)
    if not len(moments):
        return np.zeros(groups), np.zeros(groups), np.zeros((groups, groups))
    n, d = at_risk.sum(axis=1), deaths.sum(axis=1)
    left = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]])
    weight = left**rho
    share = at_risk / n[:, None]
    expected = weight[:, None] * d[:, None] * share
    factor = weight**2 * d * np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0.0)
    inner = np.einsum("t,ti,ij->ij", factor, share, np.eye(groups)) - np.einsum("t,ti,tj->ij", factor, share, share)
    return (weight[:, None] * deaths).sum(axis=0), expected.sum(axis=0), inner
