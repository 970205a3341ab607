"""Gray's test: do groups differ in the cumulative incidence of a cause, others competing?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.trial.survival.log_rank import chi_squared_p
from unmoor.trial.survival.times import Floats, causes_of, codes


@dataclass(frozen=True, eq=False)
class Gray:
    """The test of one cause: scores by group (the last left out), their covariance, chi-squared, df, p."""

    groups: tuple[str, ...]
    score: Floats
    variance: Floats
    chi_squared: float
    df: int
    p: float


def gray_test(time: ArrayLike, cause: ArrayLike, group: ArrayLike, *, of: int = 1) -> Gray:
    """Gray's test of cause `of`; shapes (patient,), `cause` 0 is censored.

    Equations: Gray, Ann Stat 1988;16:1141 (rho 0): the score of a group is its events less those expected with the
    subdistribution hazard of all groups, the risk set of a group being Y (1 - F) / S; the variance is that of its
    section 3, joined over the cause and the competing ones, with the correction for ties. Raises BadInput for
    impossible times or causes, a cause that nobody has, or a single group.
    """
    where = "Gray's test"
    times, event, competing, censored = causes_of(time, cause, of, where)
    member, names = codes(group, len(times), "groups", where)
    count = len(names)
    if count < 2:
        raise BadInput("one group cannot be compared", where=where, todo="give at least two groups")
    belongs = member == np.arange(count)[:, None]
    moments = np.unique(times[~censored])

    def tally(which: np.ndarray) -> Floats:
        return np.array([[np.count_nonzero(own & which & (times == t)) for own in belongs] for t in moments], float)

    events, others = tally(event), tally(competing)
    at_risk = np.array([[np.count_nonzero(times[own] >= t) for own in belongs] for t in moments], dtype=float)

    free, incidence, pooled = np.ones(count), np.zeros(count), 0.0
    score = np.zeros(count)
    drift, third = np.zeros((count, count)), np.zeros(count)
    second, variance = np.zeros((count, count)), np.zeros((count, count))
    for number, d, rest in zip(at_risk, events, others, strict=True):
        there = number > 0
        freed = np.where(there, free * (1 - (d + rest) / np.maximum(number, 1)), free)
        risen = np.where(there, incidence + free * d / np.maximum(number, 1), incidence)
        base = np.where(there, number / np.where(free > 0, free, 1), 0.0)  # patients at the start who would be at risk
        total, sub = base.sum(), (base * (1 - incidence)).sum()
        cases = d.sum()
        grown = pooled + cases / total
        weight = np.diag(base) - np.outer(base, base) / total
        drift = drift + weight * cases / (total * (1 - pooled))
        if cases:
            score = score + d - cases * base * (1 - incidence) / sub
            ties = 1 - (cases - 1) / (total * free - 1) if cases > 1 else np.ones(count)
            scale = np.where(there, ties * free * cases / (total * np.maximum(number, 1)), 0.0)
            tail = np.where(freed > 0, 1 - (1 - grown) / np.where(freed > 0, freed, 1), 1.0)
            # column k: what the martingale of group k does to the scores
            pull = weight - drift * tail
            third += tail**2 * scale
            second += pull * (tail * scale)
            variance += (pull * scale) @ pull.T
        with np.errstate(divide="ignore", invalid="ignore"):
            counted = there & (rest > 0) & (freed > 0)
            tail = np.where(counted, (1 - grown) / np.where(freed > 0, freed, 1), 0.0)
            ties = np.where(rest > 1, 1 - (rest - 1) / np.maximum(number - 1, 1), 1.0)
            scale = np.where(counted, ties * free**2 * rest / np.maximum(number, 1) ** 2, 0.0)
        third += tail**2 * scale
        pull = drift * tail
        second -= pull * (tail * scale)
        variance += (pull * scale) @ pull.T
        free, incidence, pooled = freed, risen, grown
    cross = drift @ second.T
    variance = variance + (drift * third) @ drift.T + cross + cross.T
    kept = slice(0, count - 1)
    covariance = variance[kept, kept]
    chi = float(score[kept] @ np.linalg.solve(covariance, score[kept]))
    return Gray(tuple(names), score[kept], covariance, chi, count - 1, chi_squared_p(chi, count - 1))
