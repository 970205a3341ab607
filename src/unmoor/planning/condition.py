"""Conditioning a virtual population on what was measured: importance weights, and a better proposal where they are few.

Patients are points in the space of the standard normal scores from which all parameters of a patient are drawn. When
the weights of patients drawn from the population leave too small an effective sample, a normal distribution is fitted
to the weighted patients (tempered so that enough of them count) and mixed with the population itself; patients drawn
from that mixture carry the weight population density times likelihood over mixture density. This is population Monte
Carlo with a defensive mixture (Cappe 2004, J Comput Graph Stat 13:907; Hesterberg 1995, Technometrics 37:185).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import normal, uniform

Floats = NDArray[np.float64]
#: share of a proposal that is the population itself: no weight can then exceed 1 / SHARE of the population's own
SHARE = 0.15
WIDER = 1.3


@dataclass(frozen=True, eq=False)
class Weighted:
    """Patients that stand for one: `scores` (patient, dimension), `weights` (patient,) that add to 1, and `evaluated`.

    `ess` is the effective sample size (Kish), `tried` the patients computed in all, `steps` the effective sample size
    after each proposal, `first` the evaluation of patients drawn from the population itself.
    """

    scores: Floats
    weights: Floats
    ess: float
    tried: int
    steps: tuple[float, ...]
    evaluated: Any
    first: Any


def effective(weights: Floats) -> float:
    """The effective sample size 1 / sum of squared weights (Kish 1965); weights add to 1."""
    return float(1.0 / np.sum(weights * weights))


def normalised(log_weights: Floats) -> Floats:
    """Weights that add to 1 from logarithms; all zero where every one is minus infinity."""
    top = float(np.max(log_weights, initial=-np.inf))
    if not math.isfinite(top):
        return np.zeros(len(log_weights))
    weights = np.exp(log_weights - top)
    return np.asarray(weights / weights.sum())


def condition(
    evaluate: Callable[[Floats, int], tuple[Floats, Any]], dimensions: int, n: int, seed: int,
    *, wanted: float, most: int = 4,
) -> Weighted:  # fmt: skip
    """Patients weighted by the likelihood that `evaluate(scores, step)` gives, (log-likelihood (patient,), anything).

    Goes on to the next proposal while the effective sample is below `wanted`, at most `most` times, the last two with
    four times the patients; keeps the proposal with the largest effective sample.
    """
    scores = _normals(seed, n, dimensions, 0)
    likelihood, first = evaluate(scores, 0)
    log_ratio = np.zeros(n)
    best = _weighted(scores, likelihood, first, first)
    steps, tried = [best.ess], n
    for step in range(1, most + 1):
        if best.ess >= wanted:
            break
        weights = _tempered(log_ratio, likelihood, max(8.0 * dimensions, 0.05 * len(scores)))
        if not weights.any():
            break
        mean = weights @ scores
        centred = scores - mean
        spread = WIDER * (centred.T * weights) @ centred + 1e-6 * np.eye(dimensions)
        size = n if step <= most - 2 else 4 * n
        scores, log_ratio = _mixture(seed, size, step, mean, np.asarray(np.linalg.cholesky(spread)))
        likelihood, evaluated = evaluate(scores, step)
        tried += size
        found = _weighted(scores, log_ratio + likelihood, evaluated, first)
        steps.append(found.ess)
        best = found if found.ess > best.ess else best
    return Weighted(best.scores, best.weights, best.ess, tried, tuple(steps), best.evaluated, first)


def _weighted(scores: Floats, log_weights: Floats, evaluated: Any, first: Any) -> Weighted:
    weights = normalised(log_weights)
    return Weighted(scores, weights, effective(weights) if weights.any() else 0.0, 0, (), evaluated, first)


def _tempered(log_ratio: Floats, likelihood: Floats, wanted: float) -> Floats:
    """Weights under the highest power of the likelihood, at most 1, that leaves an effective sample of `wanted`."""
    usable = np.isfinite(likelihood)
    log_ratio, likelihood = np.where(usable, log_ratio, -np.inf), np.where(usable, likelihood, 0.0)
    low, high = 0.0, 1.0
    full = normalised(log_ratio + likelihood)
    if full.any() and effective(full) >= wanted:
        return full
    for _ in range(30):
        power = 0.5 * (low + high)
        weights = normalised(log_ratio + power * likelihood)
        low, high = (power, high) if weights.any() and effective(weights) >= wanted else (low, power)
    return normalised(log_ratio + low * likelihood)


def _mixture(seed: int, n: int, step: int, mean: Floats, root: Floats) -> tuple[Floats, Floats]:
    """Scores from the mixture and the logarithm of population density over mixture density, shape (patient,)."""
    own = _normals(seed, n, len(mean), step)
    from_population = uniform(seed, "plan: proposal", 0, n, draw=step) < SHARE
    scores = np.where(from_population[:, None], own, mean + own @ root.T)
    population = -0.5 * np.sum(scores * scores, axis=1)
    away = np.linalg.solve(root, (scores - mean).T)
    fitted = -0.5 * np.sum(away * away, axis=0) - float(np.sum(np.log(np.diag(root))))
    mixture = np.logaddexp(math.log(SHARE) + population, math.log(1 - SHARE) + fitted)
    return scores, population - mixture


def _normals(seed: int, n: int, dimensions: int, step: int) -> Floats:
    columns = [normal(seed, f"plan: score {k}", 0, n, draw=step) for k in range(dimensions)]
    return np.column_stack(columns) if columns else np.empty((n, 0))
