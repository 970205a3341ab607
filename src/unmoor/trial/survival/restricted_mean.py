"""Restricted mean survival time: the area under the curve up to a horizon, its difference and ratios between arms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.estimate import two_sided
from unmoor.trial.survival.kaplan_meier import kaplan_meier
from unmoor.trial.survival.times import Bools, Floats, checked, matrix


@dataclass(frozen=True)
class Contrast:
    """A contrast of two arms with its interval and two-sided p value."""

    name: str
    estimate: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True, eq=False)
class Regression:
    """Coefficients of a regression with standard errors, z and p values, all of shape (coefficient,)."""

    names: tuple[str, ...]
    coefficient: Floats
    standard_error: Floats
    z: Floats
    p: Floats


def restricted_mean(time: ArrayLike, event: ArrayLike, horizon: float) -> tuple[Floats, Floats]:
    """Mean time lived up to `horizon`, with its standard error, shape (...) for samples of shape (..., patient).

    Equation: the area under Kaplan-Meier's curve; variance the sum over event times of the squared area that is left,
    times d / (n (n - d)). Raises BadInput for a horizon that is not above 0 or lies beyond the last time of a sample
    whose last patient is censored (the curve is not known there).
    """
    where = "restricted mean"
    curve = kaplan_meier(time, event)
    ends, last = curve.time[..., -1], curve.event[..., -1] | (curve.survival[..., -1] == 0)
    if not horizon > 0 or np.any((horizon > ends * (1 + 1e-12)) & ~last):
        todo = f"choose a horizon above 0, at most {np.min(np.where(last, np.inf, ends)):g}"
        raise BadInput(f"a horizon of {horizon:g}", where=where, todo=todo)
    clipped = np.minimum(curve.time, horizon)
    edges = np.concatenate([clipped, np.full((*clipped.shape[:-1], 1), horizon)], axis=-1)
    after = np.diff(edges, axis=-1) * curve.survival
    mean = clipped[..., 0] + after.sum(axis=-1)
    left = np.cumsum(after[..., ::-1], axis=-1)[..., ::-1]
    steps = np.where(curve.at_risk > 1, 1 / (curve.at_risk * np.maximum(curve.at_risk - 1, 1)), 0.0)
    counted = curve.event & (curve.time <= horizon)
    return mean, np.sqrt((np.where(counted, left**2 * steps, 0.0)).sum(axis=-1))


def compare_rmst(
    time: ArrayLike, event: ArrayLike, arm: ArrayLike, horizon: float, level: float = 0.95
) -> tuple[Contrast, Contrast, Contrast]:
    """Arm 1 against arm 0: difference and ratio of restricted means, ratio of restricted mean times lost.

    Equations: delta method on the logarithm for the ratios (Uno et al., J Clin Oncol 2014;32:2380). `arm` is 0 or 1.
    Raises BadInput for impossible times, arms or horizon.
    """
    times, events = checked(time, event, "restricted mean")
    treated = _arms(arm, len(times))
    (one, se1), (none, se0) = (restricted_mean(times[k], events[k], horizon) for k in (treated, ~treated))
    difference = float(one - none), float(np.hypot(se1, se0))
    kept = float(np.log(one / none)), float(np.hypot(se1 / one, se0 / none))
    lost = float(np.log((horizon - one) / (horizon - none)))
    lost_error = float(np.hypot(se1 / (horizon - one), se0 / (horizon - none)))
    return (
        _contrast("difference of restricted means", *difference, level, ratio=False),
        _contrast("ratio of restricted means", *kept, level, ratio=True),
        _contrast("ratio of restricted mean times lost", lost, lost_error, level, ratio=True),
    )


def adjusted_rmst(
    time: ArrayLike, event: ArrayLike, covariates: ArrayLike, horizon: float, *, ratio: bool = False,
    arm: ArrayLike | None = None,
) -> Regression:  # fmt: skip
    """Restricted mean by covariates: coefficients (intercept first) on the mean, or on its logarithm with `ratio`.

    Equation: patients whose min(time, horizon) is seen, weighted by the inverse of the Kaplan-Meier curve of censoring
    within their arm (all together without `arm`); robust variance (Tian, Zhao and Wei, Biostatistics 2014;15:222). The
    covariates hold the arm where its effect is asked for. Raises BadInput for what cannot be fitted.
    """
    where = "adjusted restricted mean"
    times, events = checked(time, event, where)
    seen = np.minimum(times, horizon)
    known = events | (times >= horizon)
    design = np.column_stack([np.ones(len(times)), matrix(covariates, len(times), where)])
    groups = [np.ones(len(times), dtype=bool)]
    if arm is not None:
        treated = _arms(arm, len(times))
        groups = [treated, ~treated]
    weight = np.zeros(len(times))
    for group in groups:
        weight[group] = _censoring_weights(seen[group], known[group])
    beta: Floats = np.asarray(np.linalg.solve(design.T @ (weight[:, None] * design), design.T @ (weight * seen)))
    if ratio:
        beta = _log_linear(design, seen, weight, where)
    fitted = np.exp(design @ beta) if ratio else design @ beta
    score = (weight * (seen - fitted))[:, None] * design
    for group in groups:
        score[group] += _censoring_correction(seen[group], known[group], score[group])
    # the slope of the score, for its expectation: the weights average to 1
    bread = np.linalg.inv(design.T @ (np.broadcast_to(fitted if ratio else 1.0, len(times))[:, None] * design))
    error: Floats = np.sqrt(np.diag(bread @ (score.T @ score) @ bread))
    z = beta / error
    names = ("intercept", *(f"covariate {k + 1}" for k in range(design.shape[1] - 1)))
    return Regression(names, beta, error, z, _p_value(z))


def _arms(arm: ArrayLike, count: int) -> Bools:
    given = np.asarray(arm, dtype=float)
    if given.shape != (count,) or not np.isin(given, (0, 1)).all() or len(np.unique(given)) != 2:
        raise BadInput("arms other than 0 and 1", where="restricted mean", todo="one 0 or 1 a patient, both there")
    return given == 1


def _contrast(name: str, estimate: float, error: float, level: float, *, ratio: bool) -> Contrast:
    half = two_sided(level) * error
    low, middle, high = estimate - half, estimate, estimate + half
    p = float(_p_value(np.asarray(estimate / error)))
    if ratio:
        low, middle, high = math.exp(low), math.exp(middle), math.exp(high)
    return Contrast(name, middle, low, high, p)


def _p_value(z: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(z)))


def _censoring_weights(seen: Floats, known: Bools) -> Floats:
    """1 / G(seen-) for the known, 0 for the others; G is the curve of censoring, known ones leave it censored."""
    curve = kaplan_meier(seen, ~known)
    before, _, _ = curve.at(seen)
    return np.where(known, 1 / np.where(known, before, 1.0), 0.0)


def _censoring_correction(seen: Floats, known: Bools, score: Floats) -> Floats:
    """What estimating the curve of censoring adds to each patient's score, shape (patient, coefficient)."""
    moments = np.unique(seen[~known])
    at_risk = (seen[:, None] >= moments).astype(float)
    number = at_risk.sum(axis=0)
    later = at_risk.T @ score / number[:, None]
    leaving = ((seen[:, None] == moments) & ~known[:, None]).astype(float)
    hazard = leaving.sum(axis=0) / number
    return (leaving - at_risk * hazard) @ later


def _log_linear(design: Floats, seen: Floats, weight: Floats, where: str) -> Floats:
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(np.average(seen, weights=weight))
    for _ in range(100):
        fitted = np.exp(design @ beta)
        step = np.linalg.solve(design.T @ ((weight * fitted)[:, None] * design), design.T @ (weight * (seen - fitted)))
        beta = beta + step
        if np.abs(step).max() < 1e-12 * (1 + np.abs(beta).max()):
            return np.asarray(beta)
    raise BadInput("the regression does not settle", where=where, todo="leave out covariates with extreme values")
