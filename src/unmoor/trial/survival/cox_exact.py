"""The exact likelihood of tied times: which of those at risk have the event, given how many (Cox 1972, discrete)."""

from __future__ import annotations

import numpy as np

from unmoor.trial.survival.risk_sets import RiskSets
from unmoor.trial.survival.times import Floats


def exact_likelihood(sets: RiskSets, beta: Floats) -> tuple[float, Floats, Floats]:
    """Log likelihood, score and information at `beta`.

    The sum over all subsets of d of those at risk is the elementary symmetric polynomial of their risks; risk sets are
    nested, so one pass from the last time to the first serves all (Gail, Lubin and Rubinstein, Biometrika 1981;68:703).
    Polynomials are kept relative to the binomial coefficient, so that they neither overflow nor underflow.
    """
    size = sets.covariates.shape[1]
    value, score, information = 0.0, np.zeros(size), np.zeros((size, size))
    for layer in np.unique(sets.stratum):
        rows = np.flatnonzero(sets.stratum == layer)
        rows = rows[np.argsort(-sets.stop[rows], kind="stable")]
        x = sets.covariates[rows]
        # covariates about their mean: the likelihood is the same, the risks stay near 1
        x = x - x.mean(axis=0)
        stop, event, risk = sets.stop[rows], sets.event[rows], np.exp(x @ beta)
        most = max((int(np.count_nonzero(event & (stop == t))) for t in np.unique(stop[event])), default=0)
        poly, first, second = np.zeros(most + 1), np.zeros((most + 1, size)), np.zeros((most + 1, size, size))
        poly[0] = 1.0
        k = 0
        while k < len(rows):
            end = k
            while end < len(rows) and stop[end] == stop[k]:
                end += 1
            for row in range(k, end):
                _add(poly, first, second, risk[row], x[row], row + 1)
            dead = event[k:end]
            deaths = int(dead.sum())
            if deaths:
                summed = x[k:end][dead].sum(axis=0)
                mean = first[deaths] / poly[deaths]
                value += float(summed @ beta - np.log(poly[deaths]) - _log_choose(end, deaths))
                score += summed - mean
                information += second[deaths] / poly[deaths] - np.outer(mean, mean)
            k = end
    return value, score, information


def _add(poly: Floats, first: Floats, second: Floats, w: float, x: Floats, n: int) -> None:
    """Take one more patient in: e_d(n) = e_d(n-1) + w e_{d-1}(n-1), each over its binomial coefficient."""
    outer = np.outer(x, x)
    for d in range(min(len(poly) - 1, n), 0, -1):
        stay, join = (n - d) / n, d / n * w
        cross = np.outer(x, first[d - 1])
        second[d] = stay * second[d] + join * (second[d - 1] + cross + cross.T + outer * poly[d - 1])
        first[d] = stay * first[d] + join * (first[d - 1] + x * poly[d - 1])
        poly[d] = stay * poly[d] + join * poly[d - 1]


def _log_choose(n: int, d: int) -> float:
    from scipy.special import gammaln

    return float(gammaln(n + 1) - gammaln(d + 1) - gammaln(n - d + 1))
