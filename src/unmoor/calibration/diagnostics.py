"""Whether a sampler has arrived: split R-hat and effective sample size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def split_rhat(chains: Floats) -> Floats:
    """R-hat (parameter,) of `chains` (group, step, walker, parameter): halves of groups against each other.

    The square root of the variance of all draws over that within a half of a group, which counts as one chain: the
    nested R-hat of Margossian et al. 2024 (doi:10.1214/24-BA1453). 1 when all halves tell the same.
    """
    groups, steps, walkers, _ = chains.shape
    half = steps // 2
    halves = np.concatenate([chains[:, :half], chains[:, half : 2 * half]]).reshape(2 * groups, half * walkers, -1)
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)
    return np.asarray(np.sqrt(1 + between / within))


def effective_size(chains: Floats) -> Floats:
    """Independent draws (parameter,) that `chains` (group, step, walker, parameter) are worth.

    From how much the walkers' means differ: means of n independent draws differ by the variance over n, those of
    walkers that stand still by the whole variance. Needs many walkers, and holds for chains shorter than their memory.
    """
    groups, _, walkers, _ = chains.shape
    means = chains.mean(axis=1).reshape(groups * walkers, -1)
    return np.asarray(groups * walkers * chains.var(axis=(0, 1, 2)) / means.var(axis=0, ddof=1))


def memory(chains: Floats) -> Floats:
    """Steps (parameter,) of which a walker makes one independent draw, at most as many as there are."""
    groups, steps, walkers, _ = chains.shape
    return np.asarray(groups * steps * walkers / effective_size(chains))


def weight_size(logarithms: Floats) -> float:
    """Draws of equal weight that weights with these `logarithms` (draw,) are worth: (sum w)^2 / sum w^2."""
    weights = np.exp(logarithms - np.max(logarithms))
    return float(weights.sum() ** 2 / (weights**2).sum())
