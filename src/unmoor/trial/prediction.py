"""What a trial of the published size would have shown: trials drawn from the virtual patients, endpoint by endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import uniform
from unmoor.trial.measure import Measure
from unmoor.trial.statistics.cumulative_incidence import REACHED
from unmoor.trial.statistics.median_time import median_times
from unmoor.trial.statistics.rank_correlation import rank_correlations
from unmoor.trial.summaries import reduced

if TYPE_CHECKING:
    from unmoor.base.result import Result
    from unmoor.base.stored_result import StoredResult
    from unmoor.trial.study import Study

TRIALS = 2000
LEVEL = 0.90
FAR = 1e300
"""Stands for inf where quantiles are interpolated."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trials:
    """A statistic in drawn trials of `n` patients, shape (trial,); no trials where the size of a trial is not known."""

    statistic: Floats
    n: int | None

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """The central prediction interval: the (1 -+ level) / 2 quantiles (type 7) of the drawn trials.

        It holds the sampling of patients only; the parameters are taken as they are. Trials in which the statistic has
        no value (NaN) are left out; one that is inf, a median time that was not reached, lies above all others.
        """
        known = self.statistic[~np.isnan(self.statistic)]
        if not known.size:
            return np.nan, np.nan
        reached = known[np.isfinite(known)]
        highest = reached.max(initial=-np.inf)
        # interpolation knows no inf; a bound that lies between the highest finite value and inf is not reached
        found = np.quantile(np.where(np.isinf(known), FAR, known), [(1 - level) / 2, (1 + level) / 2])
        low, high = np.where(found > highest, np.inf, found)
        return float(low), float(high)

    def median(self) -> float:
        """The median of the drawn trials, by the rules of `interval`."""
        return self.interval(0.0)[0]

    def verdict(self, published: float) -> str:
        """Where a published value lies: "inside" the interval, or above or below it; "" when one is missing."""
        low, high = self.interval()
        if np.isnan(published) or np.isnan(low):
            return ""
        return "published is higher" if published > high else "published is lower" if published < low else "inside"


NO_TRIALS = Trials(np.empty(0), None)


def seed_of(study: Study, result: Result | StoredResult) -> int:
    """The seed of the patients, so that one number stands for the whole run; the study's for patients without one."""
    seed = result.provenance.get("seed")
    return study.seed if seed is None else int(seed)


def draw(seed: int, arm: str, integrated: NDArray[np.bool_], n: int, trials: int = TRIALS) -> NDArray[np.int64]:
    """Positions of the patients of drawn trials, shape (trial, patient): n drawn with replacement from the integrated.

    The draw is addressed by seed and arm alone, so every endpoint of an arm looks at the same trials, and two arms are
    drawn independently, as patients are randomised.
    """
    pool = np.flatnonzero(integrated)
    if not pool.size:
        return np.empty((0, n), dtype=np.int64)
    numbers = uniform(seed, f"patients of drawn trials, arm {arm}", 0, trials * n).reshape(trials, n)
    return pool[(numbers * pool.size).astype(np.int64)]


def statistics(chosen: NDArray[np.int64], measure: Measure, values: Floats, session: int | None = None) -> Trials:
    """The endpoint's estimate in each drawn trial; `values` are those of `measure.values`."""
    drawn = values[chosen]
    n = int(chosen.shape[1])
    if measure.kind == "incidence":
        # nobody is lost before the last session, so the cumulative incidence is the plain fraction
        reached = (drawn[..., 0] <= (session or 0)) & (drawn[..., 1] == REACHED)
        known = ~np.isnan(drawn[..., 0])
        return Trials(reached.sum(axis=1) / np.maximum(known.sum(axis=1), 1), n)
    if measure.kind == "time":
        return Trials(median_times(drawn), n)
    if measure.kind == "association":
        return Trials(rank_correlations(drawn)[0], n)
    return Trials(reduced(drawn, "mean" if measure.kind == "proportion" else measure.statistic), n)
