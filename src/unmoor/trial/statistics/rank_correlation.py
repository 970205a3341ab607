"""Spearman's rank correlation: with an interval for one group, with its P value for thousands of drawn trials."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.trial.statistics.estimate import Estimate, nothing, two_sided

Floats = NDArray[np.float64]


def rank_correlation(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Spearman's rho of `values`, shape (patient, 2), with Fisher's interval; a patient without both is left out.

    Equation: tanh(atanh(rho) -+ z sqrt((1 + rho^2 / 2) / (n - 3))), the variance of Bonett and Wright (Psychometrika
    2000;65:23). NaN bounds for fewer than four patients or a rho of -1 or 1, NaN where a column does not vary.
    Raises BadInput for a level outside (0, 1).
    """
    method = f"Spearman rank correlation, Fisher {level:.0%} interval"
    z = two_sided(level)
    given = np.asarray(values, dtype=float)
    n = int(np.isfinite(given).all(axis=1).sum())
    rho = float(rank_correlations(given[None])[0][0])
    if n < 4 or np.isnan(rho) or abs(rho) >= 1:
        return nothing(method, n, rho)
    half = z * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) - half), np.tanh(np.arctanh(rho) + half)
    return Estimate(rho, float(low), float(high), n, method)


def rank_correlations(drawn: Floats) -> tuple[Floats, Floats]:
    """Spearman's rho and its two-sided P value of each drawn trial, both (trial,), of values (trial, patient, 2).

    P from Student's t with n - 2 degrees of freedom, t = rho sqrt((n - 2) / (1 - rho^2)), as scipy.stats.spearmanr
    has it. Patients without both values are left out; NaN where fewer than three are left or a column does not vary.
    """
    from scipy.special import stdtr

    known = np.isfinite(drawn).all(axis=-1)
    n = known.sum(axis=-1)
    # those left out rank behind all others, whose ranks are then the same as without them
    centred = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for k in (0, 1):
            ranks = np.where(known, _ranks(np.where(known, drawn[..., k], np.inf)), 0.0)
            centred.append(np.where(known, ranks - (ranks.sum(axis=-1) / n)[..., None], 0.0))
        one, two = centred
        rho = (one * two).sum(axis=-1) / np.sqrt((one**2).sum(axis=-1) * (two**2).sum(axis=-1))
        rho = np.where(n > 2, np.clip(rho, -1.0, 1.0), np.nan)
        freedom = n - 2.0
        t = rho * np.sqrt(freedom / ((1 + rho) * (1 - rho)))
        return rho, np.where(np.isnan(rho), np.nan, 2 * stdtr(np.maximum(freedom, 1.0), -np.abs(t)))


def _ranks(values: Floats) -> Floats:
    """Ranks from 1 along the last axis of (trial, patient), those who are tied at the mean of their ranks."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.broadcast_to(np.arange(values.shape[-1]), values.shape)
    differs = ordered[..., 1:] != ordered[..., :-1]
    first, last = np.ones(values.shape, dtype=bool), np.ones(values.shape, dtype=bool)
    first[..., 1:], last[..., :-1] = differs, differs
    lowest = np.maximum.accumulate(np.where(first, place, 0), axis=-1)
    highest = np.minimum.accumulate(np.where(last, place, values.shape[-1])[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty(values.shape)
    np.put_along_axis(found, order, 1 + (lowest + highest) / 2, axis=-1)
    return found
