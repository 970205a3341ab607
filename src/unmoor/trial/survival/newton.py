"""Newton's method for a partial likelihood, which is concave: halved steps, and a finite maximum or an error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.survival.times import Floats

Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]
"""Coefficients -> log likelihood, score, information."""
SETTLED = 1e-16
"""Twice the log likelihood that another step would gain; Newton's steps square it."""
LOST = 1e-6
"""An information this much below that at 0 has run off along a likelihood that only rises."""


def maximise(likelihood: Likelihood, size: int, where: str) -> tuple[Floats, Floats, tuple[float, float], float]:
    """Coefficients (covariate,), information there, log likelihoods at 0 and at the maximum, score statistic at 0.

    Raises BadInput where no finite coefficients reach the maximum.
    """
    beta = np.zeros(size)
    value, score, information = likelihood(beta)
    null, at_zero = value, np.diag(information).copy()
    if np.linalg.cond(information) > 1e14 or np.any(at_zero <= 0):
        raise _unfit("events say nothing about a covariate", where)
    score_statistic = float(score @ np.linalg.solve(information, score))
    for _ in range(50):
        step = np.linalg.solve(information, score)
        gain = float(score @ step)
        tried = likelihood(beta + step)
        for _ in range(30):
            if tried[0] >= value - 1e-10 * abs(value):
                break
            step = step / 2
            tried = likelihood(beta + step)
        beta, (value, score, information) = beta + step, tried
        if not np.isfinite(value) or np.any(np.diag(information) < LOST * at_zero):
            raise _unfit("a hazard ratio without bound", where)
        if gain <= SETTLED:
            return beta, information, (null, value), score_statistic
    raise _unfit("no finite hazard ratio fits", where)


def _unfit(what: str, where: str) -> BadInput:
    todo = "a covariate may part those with events from those without: leave it out or join its levels"
    return BadInput(what, where=where, todo=todo)
