"""The median time to an event that some patients are censored before, of one group or of thousands of drawn trials."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.trial.statistics.estimate import Estimate, check_level, nothing
from unmoor.trial.survival.kaplan_meier import kaplan_meier


def median_time(values: ArrayLike, level: float = 0.95) -> Estimate:
    """The Kaplan-Meier median of `values`, shape (patient, 2): time, and 1 the event or 0 censored; NaN left out.

    The interval is where the log-log bounds of the curve cross one half (Brookmeyer and Crowley, Biometrics
    1982;38:29), as R's survfit with conf.type="log-log" gives it. A median or bound that is not reached lies above the
    longest follow-up and is inf; there are no bounds where the curve falls to 0 before the lower one crosses, as it
    does with a patient or two. Raises BadInput for a level outside (0, 1) or impossible times.
    """
    method = f"median time, Kaplan-Meier, log-log {check_level(level):.0%} interval"
    given = np.asarray(values, dtype=float)
    known = given[~np.isnan(given[:, 0])]
    if not len(known):
        return nothing(method)
    middle, low, high = kaplan_meier(known[:, 0], known[:, 1], interval="log-log", level=level).median
    value, lower, upper = (float(np.nan_to_num(each, nan=np.inf)) for each in (middle, low, high))
    return nothing(method, len(known), value) if lower > value else Estimate(value, lower, upper, len(known), method)


def median_times(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Kaplan-Meier median of each drawn trial, shape (trial,), of values (trial, patient, 2); NaN are left out.

    inf where the median is not reached, NaN where a trial has nobody who counts.
    """
    if not len(drawn):
        return np.empty(0)
    counted = ~np.isnan(drawn[..., 0])
    time, event = (np.where(counted, drawn[..., k], 0.0) for k in (0, 1))
    found = kaplan_meier(time, event, counted=counted).quantile(0.5)[0]
    return np.where(counted.any(axis=1), np.nan_to_num(found, nan=np.inf), np.nan)
