"""DLT rates that do not fall as the dose rises: isotonic regression, for many trials at once."""

from __future__ import annotations

import numpy as np

from unmoor.trial.dose_finding.trials import Flags, Floats, Ints, Trials

ROUNDS = 200  # of the alternating projections in two directions; they stop earlier when nothing moves
STILL = 1e-12


def isotonic(values: Floats, weights: Floats) -> Floats:
    """The weighted least-squares fit that never decreases along the last axis; a weight of 0 leaves a value out.

    Equation: the max-min formula, fit[j] = max over i <= j of min over l >= j of the weighted mean of values i..l
    (Barlow et al., Statistical inference under order restrictions, 1972).
    """
    count = values.shape[-1]
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(weights * values, axis=-1)], axis=-1)
    mass = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(weights, axis=-1)], axis=-1)
    fit = np.full(values.shape, -np.inf)
    for i in range(count):
        total, weight = sums[..., i + 1 :] - sums[..., i : i + 1], mass[..., i + 1 :] - mass[..., i : i + 1]
        mean = np.divide(total, weight, out=np.full(total.shape, np.inf), where=weight > 0)
        lowest = np.minimum.accumulate(mean[..., ::-1], axis=-1)[..., ::-1]
        lowest = np.where(np.isfinite(lowest), lowest, -np.inf)
        fit[..., i:] = np.maximum(fit[..., i:], lowest)
    return fit


def isotonic_grid(values: Floats, weights: Floats) -> Floats:
    """The fit that never decreases along either of the last two axes, by Dykstra's alternating projections.

    Source: Dykstra and Robertson, Ann Stat 1982;10:708. Every weight is positive.
    """
    along, across = np.zeros(values.shape), np.zeros(values.shape)
    fit = values
    for _ in range(ROUNDS):
        before = fit
        rows = isotonic(fit + along, weights)
        along = fit + along - rows
        turned = isotonic(np.swapaxes(rows + across, -1, -2), np.swapaxes(weights, -1, -2))
        fit = np.swapaxes(turned, -1, -2)
        across = rows + across - fit
        if np.max(np.abs(fit - before), initial=0.0) < STILL:
            break
    return fit


def beta_rates(n: Ints, dlt: Ints, prior: float) -> tuple[Floats, Floats]:
    """Posterior means of the DLT rates under Beta(prior, prior), and one over their posterior variances."""
    a, b = dlt + prior, n - dlt + prior
    total = a + b
    return a / total, total**2 * (total + 1) / (a * b)


def closest_isotonic(trials: Trials, target: float, allowed: Flags, prior: float = 0.05) -> Ints:
    """The tried and `allowed` level whose isotonic DLT rate is nearest the target, shape (trial,); 0 if there is none.

    Of equally near levels, the highest if their rate is below the target, else the lowest. Isotonic means as in mTPI
    (Ji et al., Clin Trials 2010;7:653) and BOIN, here with the prior Beta(0.05, 0.05) of BOIN's own program.
    """
    rates, weights = beta_rates(trials.n, trials.dlt, prior)
    usable = allowed & (trials.n > 0)
    fit = isotonic(rates, np.where(usable, weights, 0.0))
    # a step too small to change a rate, large enough to part equal ones
    fit = fit + 1e-10 * np.arange(fit.shape[1])
    away = np.where(usable, np.abs(fit - target), np.inf)
    nearest: Ints = np.where(usable.any(axis=1), np.argmin(away, axis=1) + 1, 0)
    return nearest
