"""When patients come: Poisson arrivals at a rate that may change, or one every so often."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.base.random import uniform

Floats = NDArray[np.float64]


def arrivals(
    n: int, rate: float | Sequence[tuple[float, float]], *, seed: int, trial: int = 0, regular: bool = False
) -> Floats:
    """Days at which patients 1 to n arrive, shape (patient,), increasing; day 0 is the opening of the trial.

    `rate` is in patients a day, or a sequence of (from day, rate), beginning at day 0, each holding until the next:
    sites open, seasons pass. A Poisson process with that intensity (an exponential clock of mean 1 run through its
    cumulative rate), or, with `regular`, patients exactly 1/rate apart. Addressed: patient i of trial k arrives the
    same whatever n. Raises BadInput for no patients, a rate that is negative, or one that ends at 0.
    """
    where = "enrolment"
    if n < 1:
        raise BadInput(f"{n} patients", where=where, todo="enrol at least one")
    steps = [(0.0, float(rate))] if isinstance(rate, int | float) else [(float(day), float(r)) for day, r in rate]
    days = [day for day, _ in steps]
    if not steps or days[0] != 0 or any(b <= a for a, b in itertools.pairwise(days)):
        raise BadInput("rates that do not follow each other", where=where, todo="give (day, rate), days from 0 upwards")
    if any(not (np.isfinite(r) and r >= 0) for _, r in steps) or steps[-1][1] == 0:
        todo = "rates are patients a day, 0 or more; the last one is above 0, or some never come"
        raise BadInput("a rate at which patients cannot come", where=where, todo=todo)
    if regular:
        clock = np.arange(1, n + 1, dtype=float)
    else:
        clock = np.cumsum(-np.log(uniform(seed, f"arrivals of trial {trial}", 0, n)))
    # the cumulative rate is piecewise linear; its inverse carries the clock to days
    rates = np.array([r for _, r in steps])
    gained = np.concatenate([[0.0], np.cumsum(rates[:-1] * np.diff(days))])
    piece = np.maximum(np.searchsorted(gained, clock, side="left") - 1, 0)
    return np.asarray(np.array(days)[piece] + (clock - gained[piece]) / rates[piece])
