"""Operating characteristics: how often a design picks each level, whom it treats there, how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.dose_finding.design import Design
from unmoor.trial.dose_finding.trials import Flags, Floats, Ints
from unmoor.trial.statistics.proportion import wilson

if TYPE_CHECKING:
    import pandas as pd

TOO_HIGH = 1.4  # times the target; BOIN's bound of an unacceptable rate


@dataclass(frozen=True)
class Operating:
    """Operating characteristics under true DLT `rates`; shares are fractions of trials, `trials` is 0 when exact.

    `selected` has shape (level + 1,), the first for no recommendation; `n` and `dlt`, shape (level,), are means.
    `overdosed_60` and `overdosed_80` are the shares of trials that treat more than 60% and 80% of the design's n
    at rates above the target. `duration` is the mean in DLT windows, NaN when exact.
    """

    design: Design
    rates: tuple[float, ...]
    selected: Floats
    n: Floats
    dlt: Floats
    overdosed_60: float
    overdosed_80: float
    duration: float
    trials: int

    @property
    def mtd(self) -> int:
        """The true MTD: the level with the rate nearest the target; 0 if the lowest is above 1.4 times the target.

        Of levels equally near it is the highest whose rate is at most the target, else the lowest.
        """
        if self.rates[0] > TOO_HIGH * self.design.target + 1e-12:
            return 0
        rates = np.array(self.rates)
        away = np.abs(rates - self.design.target)
        nearest = np.flatnonzero(away <= away.min() + 1e-12)
        under = nearest[rates[nearest] <= self.design.target]
        return int(under[-1] if len(under) else nearest[0]) + 1

    @property
    def above_mtd(self) -> Flags:
        """Which levels have a higher DLT rate than the true MTD, shape (level,); all of them where none is safe.

        A level that stands higher and is no more toxic, such as one with fewer days of a drug, is not above it.
        """
        rates = np.array(self.rates)
        return rates > (self.rates[self.mtd - 1] + 1e-12 if self.mtd else -1.0)

    @property
    def exact(self) -> bool:
        """Whether these are exact probabilities rather than shares of simulated trials."""
        return self.trials == 0

    def table(self) -> pd.DataFrame:
        """A row a level: rate, selected with its 95% interval (Wilson; none if exact), mean n and DLTs, share of n."""
        import pandas as pd

        rows = []
        for level in range(len(self.selected)):
            share = float(self.selected[level])
            low, high = self._interval(share)
            rate, n, dlt = (
                (np.nan, np.nan, np.nan)
                if level == 0
                else (self.rates[level - 1], float(self.n[level - 1]), float(self.dlt[level - 1]))
            )
            label = "none" if level == 0 else self.design.label(level)
            rows.append((label, rate, share, low, high, n, dlt, n / float(self.n.sum())))
        names = ["level", "rate", "selected", "lower", "upper", "n", "dlt", "share_of_patients"]
        return pd.DataFrame(rows, columns=names)

    def totals(self) -> dict[str, float]:
        """Means over trials: patients, DLTs, the share of patients above the MTD, duration; shares of overdosing.

        Above the MTD is a level with a higher true DLT rate, wherever it stands.
        """
        above = self.above_mtd
        return {
            "patients": float(self.n.sum()),
            "dlt": float(self.dlt.sum()),
            "correct": float(self.selected[self.mtd]),
            "above_mtd_selected": float(self.selected[1:][above].sum()),
            "above_mtd_patients": float(self.n[above].sum()) / float(self.n.sum()),
            "overdosed_60": self.overdosed_60,
            "overdosed_80": self.overdosed_80,
            "duration": self.duration,
        }

    def _interval(self, share: float) -> tuple[float, float]:
        if self.exact:
            return np.nan, np.nan
        found = wilson(round(share * self.trials), self.trials)
        return found.lower, found.upper


def summary(
    design: Design,
    rates: Sequence[float],
    n: Ints,
    dlt: Ints,
    selected: Ints,
    chances: Floats | None = None,
    duration: Floats | None = None,
) -> Operating:
    """Operating characteristics of ends with exact `chances`, shape (end,), or of simulated trials, all alike."""
    trials = len(selected)
    weights = np.ones(trials) if chances is None else chances
    total = trials if chances is None else 1.0
    picked = np.bincount(selected, weights=weights, minlength=design.levels + 1) / total
    p = np.asarray(rates, dtype=float)
    above = n[:, p > design.target + 1e-12].sum(axis=1)
    sixty, eighty = [float(weights[above > part * design.n].sum() / total) for part in (0.6, 0.8)]
    length = float("nan") if duration is None else float(duration.mean())
    means = weights @ n / total, weights @ dlt / total
    return Operating(
        design, tuple(map(float, p)), picked, *means, sixty, eighty, length, 0 if chances is not None else trials
    )
