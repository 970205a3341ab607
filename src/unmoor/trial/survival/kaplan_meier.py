"""Kaplan-Meier curves, one or thousands at a time, with five kinds of interval, quantiles and numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.statistics.estimate import two_sided
from unmoor.trial.survival.times import Bools, Floats, checked

if TYPE_CHECKING:
    import pandas as pd

INTERVALS = ("log", "log-log", "plain", "arcsin", "logit")
EQUAL = np.sqrt(np.finfo(float).eps)
"""A curve that lies this near to a probability has reached it."""
BEFORE = -1.0
"""The time of those who are not counted: before anyone is at risk."""


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """Curves of shape (..., patient): steps at the sorted `time` of each patient, `survival` after it.

    `deviation` is the standard error of log survival (Greenwood), `at_risk` those at risk just before. Patients with
    one time share a step: `last` marks the entry that holds it.
    """

    time: Floats
    event: Bools
    survival: Floats
    deviation: Floats
    at_risk: Floats
    last: Bools
    interval: str
    level: float

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper confidence bounds, shape (..., patient), NaN where the kind of interval has none."""
        return bounds(self.survival, self.deviation, self.interval, self.level)

    def at(self, times: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Survival with its bounds at `times`, shape (..., time); constant after the last patient's time."""
        places = self._places(times)
        lower, upper = self.bounds
        return self._taken(self.survival, places, 1.0), self._taken(lower, places, 1.0), self._taken(upper, places, 1.0)

    def standard_error(self, times: ArrayLike) -> Floats:
        """Standard error of survival at `times`, shape (..., time)."""
        return self._taken(self.survival * self.deviation, self._places(times), 0.0)

    def numbers_at_risk(self, times: ArrayLike) -> Floats:
        """Patients at risk at `times` (event or censoring not before), shape (..., time)."""
        moments = np.asarray(times, dtype=float)
        return (self.time[..., None, :] >= moments[:, None]).sum(axis=-1).astype(float)

    def quantile(self, p: float) -> tuple[Floats, Floats, Floats]:
        """Time by which a share `p` has had the event, with its bounds, shape (...); NaN where it is not reached.

        Where a curve is flat at 1 - p the middle of its flat part counts. Bounds are those of Brookmeyer and Crowley
        (Biometrics 1982;38:29): where the bounds of the curve cross. Raises BadInput for p outside (0, 1).
        """
        if not 0 < p < 1:
            raise BadInput(f"a quantile at {p:g}", where="Kaplan-Meier", todo="0 < p < 1; the median is 0.5")
        lower, upper = self.bounds
        return self._crossed(self.survival, p), self._crossed(lower, p), self._crossed(upper, p)

    @property
    def median(self) -> tuple[Floats, Floats, Floats]:
        """Median survival with its bounds, shape (...)."""
        return self.quantile(0.5)

    def table(self) -> pd.DataFrame:
        """Steps of one curve as rows: time, at risk, events, censored, survival, bounds.

        Raises BadInput for several curves.
        """
        import pandas as pd

        if self.time.ndim != 1:
            raise BadInput("a table of many curves", where="Kaplan-Meier", todo="take one curve, or use at() of all")
        lower, upper = self.bounds
        shown = np.flatnonzero(self.last & (self.time >= 0))
        first = np.concatenate([[np.count_nonzero(self.time < 0)], shown[:-1] + 1])
        events = np.add.reduceat(self.event.astype(int), first)
        columns = {
            "time": self.time[shown], "at_risk": self.at_risk[first].astype(int), "events": events,
            "censored": shown - first + 1 - events, "survival": self.survival[shown],
            "lower": lower[shown], "upper": upper[shown],
        }  # fmt: skip
        return pd.DataFrame(columns)

    def _places(self, times: ArrayLike) -> np.ndarray:
        """How many patients' times are not after each of `times`, shape (..., time)."""
        moments = np.atleast_1d(np.asarray(times, dtype=float))
        rows = self.time.reshape(-1, self.time.shape[-1])
        found = np.array([np.searchsorted(row, moments, side="right") for row in rows])
        return found.reshape(*self.time.shape[:-1], len(moments))

    @staticmethod
    def _taken(values: Floats, places: np.ndarray, start: float) -> Floats:
        padded = np.concatenate([np.full((*values.shape[:-1], 1), start), values], axis=-1)
        return np.take_along_axis(padded, places, axis=-1)

    def _crossed(self, curve: Floats, p: float) -> Floats:
        known = np.where(self.last & ~np.isnan(curve), curve, np.inf)  # what is unknown is not below anything
        reached, passed = known <= 1 - p + EQUAL, known < 1 - p - EQUAL
        some = reached.any(axis=-1)
        first = np.take_along_axis(self.time, np.argmax(reached, axis=-1)[..., None], axis=-1)[..., 0]
        later = np.take_along_axis(self.time, np.argmax(passed, axis=-1)[..., None], axis=-1)[..., 0]
        # a curve that ends flat at the probability has its end as the end of the flat part
        later = np.where(passed.any(axis=-1), later, self.time[..., -1])
        return np.where(some, (first + later) / 2, np.nan)


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    *,
    interval: str = "log-log",
    level: float = 0.95,
    counted: Bools | None = None,
) -> KaplanMeier:
    """The product-limit estimate of one sample (patient,) or of many at once (..., patient).

    `counted`, of the same shape, says who is in each sample, so that samples of different sizes stand in one array;
    the others have times below zero and are never at risk.

    Equations: Kaplan and Meier, J Am Stat Assoc 1958;53:457; Greenwood's variance. Events come before censorings of
    the same time. Raises BadInput for impossible times, UnknownName for a kind of interval that does not exist.
    """
    where = "Kaplan-Meier"
    times, events = checked(time, event, where)
    if interval not in INTERVALS:
        raise unknown("kind of interval", interval, INTERVALS, where=where)
    two_sided(level)
    if counted is not None:
        times, events = np.where(counted, times, BEFORE), events & counted
    # sorted by time, events first: then d events of n at risk are d single steps, (n - d)/n = (n-1)/n ... (n-d)/(n-d+1)
    order = np.lexsort((~events, times), axis=-1) if times.ndim == 1 else _order(times, events)
    times, events = np.take_along_axis(times, order, axis=-1), np.take_along_axis(events, order, axis=-1)
    count = times.shape[-1]
    left = np.arange(count, 0, -1.0)
    survival: Floats = np.cumprod(np.where(events, (left - 1) / left, 1.0), axis=-1, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(left > 1, 1 / (left * (left - 1)), np.inf)
    deviation: Floats = np.sqrt(np.cumsum(np.where(events, step, 0.0), axis=-1))
    last = np.ones(times.shape, dtype=bool)
    last[..., :-1] = times[..., 1:] > times[..., :-1]
    at_risk = np.broadcast_to(left, times.shape)
    return KaplanMeier(times, events, survival, deviation, at_risk, last, interval, level)


def bounds(survival: Floats, deviation: Floats, interval: str, level: float) -> tuple[Floats, Floats]:
    """Confidence bounds of survival from the standard error of its logarithm, NaN where there are none.

    Kinds: plain, log, log-log, arcsin (of the square root), logit, each plain on its own scale by the delta method;
    transformed ones do better than plain in small samples (Borgan and Liestol, Scand J Stat 1990;17:35).
    """
    z = two_sided(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where((survival <= 0) | (survival >= 1), np.nan, survival)
        if interval == "plain":
            half = z * survival * deviation
            lower, upper = survival - half, survival + half
            lower, upper = np.where(survival <= 0, np.nan, lower), np.where(survival <= 0, np.nan, upper)
        elif interval == "log":
            known = np.where(survival <= 0, np.nan, survival)
            lower, upper = known * np.exp(-z * deviation), known * np.exp(z * deviation)
        elif interval == "log-log":
            half = z * deviation / np.log(inner)
            lower = np.exp(-np.exp(np.log(-np.log(inner)) - half))
            upper = np.exp(-np.exp(np.log(-np.log(inner)) + half))
        elif interval == "arcsin":
            half = 0.5 * z * deviation * np.sqrt(inner / (1 - inner))
            middle = np.arcsin(np.sqrt(inner))
            lower = np.sin(np.maximum(0, middle - half)) ** 2
            upper = np.sin(np.minimum(np.pi / 2, middle + half)) ** 2
        else:
            odds, half = np.log(inner / (1 - inner)), z * deviation / (1 - inner)
            lower, upper = 1 - 1 / (1 + np.exp(odds - half)), 1 - 1 / (1 + np.exp(odds + half))
    certain = survival >= 1
    lower, upper = np.where(certain, 1.0, lower), np.where(certain, 1.0, upper)
    return np.maximum(lower, 0.0), np.minimum(upper, 1.0)


def _order(times: Floats, events: Bools) -> np.ndarray:
    """Order by time with events first, for many rows: a stable sort by time of rows already parted by event."""
    by_event = np.argsort(~events, axis=-1, kind="stable")
    by_time = np.argsort(np.take_along_axis(times, by_event, axis=-1), axis=-1, kind="stable")
    return np.take_along_axis(by_event, by_time, axis=-1)
