"""How good stated chances are: Brier score, its parts, and how often what was said to happen did happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput
from unmoor.planning.forecast import Estimate, share

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Forecasts of about the same chance: their mean, how often it happened (95% Wilson interval) and how many."""

    stated: float
    happened: Estimate
    n: int


def brier(stated: ArrayLike, happened: ArrayLike) -> float:
    """The mean squared difference of stated chances and outcomes (Brier 1950, Mon Weather Rev 78:1); 0 is best.

    Raises BadInput for chances outside 0 to 1 or shapes that differ.
    """
    chance, outcome = _checked(stated, happened)
    return float(np.mean((chance - outcome) ** 2))


def brier_interval(stated: ArrayLike, happened: ArrayLike) -> Estimate:
    """The Brier score and its 95% interval from the standard error of the mean."""
    chance, outcome = _checked(stated, happened)
    loss = (chance - outcome) ** 2
    half = 1.959963984540054 * float(loss.std(ddof=1)) / len(loss) ** 0.5 if len(loss) > 1 else 0.0
    return Estimate(float(loss.mean()), max(0.0, float(loss.mean()) - half), float(loss.mean()) + half)


def skill(stated: ArrayLike, happened: ArrayLike) -> float:
    """1 - Brier score over that of stating the overall frequency for everyone; 1 is perfect, 0 no better."""
    _, outcome = _checked(stated, happened)
    reference = brier(np.full(len(outcome), outcome.mean()), outcome)
    return 1 - brier(stated, happened) / reference if reference > 0 else float("nan")


def reliability(
    stated: ArrayLike, happened: ArrayLike, edges: ArrayLike = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1)
) -> list[Bin]:
    """Bins of stated chances that hold anyone, from lower to upper edge; the last one includes 1."""
    chance, outcome = _checked(stated, happened)
    limits = np.asarray(edges, dtype=np.float64)
    place = np.clip(np.searchsorted(limits, chance, side="right") - 1, 0, len(limits) - 2)
    found = []
    for k in range(len(limits) - 1):
        inside = place == k
        n = int(inside.sum())
        if n:
            rate = share(outcome[inside] > 0.5, np.full(n, 1 / n), float(n))
            found.append(Bin(float(chance[inside].mean()), rate, n))
    return found


def _checked(stated: ArrayLike, happened: ArrayLike) -> tuple[Floats, Floats]:
    chance, outcome = np.asarray(stated, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if chance.shape != outcome.shape or chance.ndim != 1 or not chance.size:
        raise BadInput(f"{chance.shape} chances and {outcome.shape} outcomes", todo="give one of each per patient")
    if not (np.all((chance >= 0) & (chance <= 1)) and np.all((outcome == 0) | (outcome == 1))):
        raise BadInput("a chance is outside 0 to 1, or an outcome is neither 0 nor 1")
    return chance, outcome
