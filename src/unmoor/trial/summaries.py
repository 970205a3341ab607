"""Ways to make one number of a group of patients: with an interval for the virtual ones, plainly for drawn trials."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.statistics.estimate import Estimate
from unmoor.trial.statistics.geometric_mean import geometric_mean
from unmoor.trial.statistics.mean import mean
from unmoor.trial.statistics.median import median
from unmoor.trial.statistics.spread import spread

#: what an endpoint of numbers may ask for; "sd" is the standard deviation between patients
Statistic = Literal["median", "mean", "geometric_mean", "sd"]
Floats = NDArray[np.float64]

ESTIMATES: dict[str, Callable[[Floats], Estimate]] = {
    "median": median,
    "mean": mean,
    "geometric_mean": geometric_mean,
    "sd": spread,
}


def _geometric(values: Floats, axis: int) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.exp(np.nanmean(np.log(values), axis=axis)))


_REDUCE: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    # (without NaN, with NaN left out); the first is many times faster
    "median": (np.median, np.nanmedian),
    "mean": (np.mean, np.nanmean),
    "geometric_mean": (_geometric, _geometric),
    "sd": (functools.partial(np.std, ddof=1), functools.partial(np.nanstd, ddof=1)),
}


def reduced(drawn: Floats, statistic: Statistic) -> Floats:
    """The statistic of each drawn trial, shape (trial,), of values (trial, patient); NaN patients are left out.

    NaN where a trial has no patient with a value, or, for the standard deviation, fewer than two.
    """
    plain, careful = _REDUCE[statistic]
    if not np.isnan(drawn).any():
        return np.asarray(plain(drawn, axis=1)) if drawn.shape[1] > (statistic == "sd") else np.full(len(drawn), np.nan)
    found = np.full(len(drawn), np.nan)
    some = (~np.isnan(drawn)).sum(axis=1) > (statistic == "sd")
    found[some] = careful(drawn[some], axis=1)
    return found
