"""BLRM, the Bayesian logistic regression model with overdose control, by quadrature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import increasing
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.overdose_design import OverdoseDesign
from unmoor.trial.dose_finding.posterior import Lattice, below_weights
from unmoor.trial.dose_finding.trials import Floats, Trials, of_history

if TYPE_CHECKING:
    import pandas as pd

REACH, SPACING = 7.0, 0.2  # of the lattice, in prior standard deviations


@dataclass(frozen=True, kw_only=True)
class Blrm(OverdoseDesign):
    """BLRM (Neuenschwander, Branson and Gsponer, Stat Med 2008;27:2420): logit p = log a + b log(dose / reference).

    (log a, log b) is normal with `mean`, standard deviations `sd` and `correlation`. `intervals` part DLT rates into
    underdosing, target, excessive and unacceptable. The next level has the largest chance of the target interval
    among those whose chance of lying above it is at most `feasibility`.
    """

    reference: float
    mean: tuple[float, float]
    sd: tuple[float, float]
    correlation: float = 0.0
    intervals: tuple[float, float, float] = (0.2, 0.35, 0.6)
    target: float = 0.3

    def __post_init__(self) -> None:
        for name in ("mean", "sd"):
            if len(getattr(self, name)) != 2:
                text = f"the prior's {name} has {len(getattr(self, name))} values"
                raise BadInput(text, where="Blrm", todo="give two: of log a and of log b")
        numbers = (*self.mean, *self.sd, self.correlation, self.reference)
        sound = np.isfinite(numbers).all() and min(self.sd) > 0 and -1 < self.correlation < 1 and self.reference > 0
        if not sound:
            todo = "give finite means, positive deviations and reference dose, and a correlation between -1 and 1"
            raise BadInput("a prior that is no distribution", where="Blrm", todo=todo)
        increasing("intervals", self.intervals, where="Blrm", within=(0.0, 1.0))
        if len(self.intervals) != 3:
            raise BadInput(
                f"{len(self.intervals)} interval ends", where="Blrm", todo="give three, such as 0.2, 0.35, 0.6"
            )
        super().__post_init__()

    @cached_property
    def _lattice(self) -> tuple[Lattice, Floats, Floats]:
        """The lattice in standard normal coordinates, its first coordinate, and what its logit adds to that.

        logit p = spread x first coordinate + the last of these, which depends on the second coordinate alone.
        """
        steps = np.arange(-round(REACH / SPACING), round(REACH / SPACING) + 1) * SPACING
        first, second = (each.ravel() for each in np.meshgrid(steps, steps, indexing="ij"))
        slope = np.exp(self.mean[1] + self.sd[1] * second)
        middle = self.mean[0] + self.sd[0] * self.correlation * second
        rest = middle[:, None] + slope[:, None] * np.log(np.array(self.doses) / self.reference)
        logit = rest + (self._spread * first)[:, None]
        lattice = Lattice(-0.5 * (first**2 + second**2), -np.logaddexp(0, -logit), -np.logaddexp(0, logit))
        return lattice, first, rest

    @property
    def _spread(self) -> float:
        return float(self.sd[0] * np.sqrt(1 - self.correlation**2))

    @cached_property
    def _interval_weights(self) -> Floats:
        return np.concatenate([self._below(end) for end in self.intervals], axis=1)

    def _below(self, rate: float) -> Floats:
        """The weights of P(DLT rate < rate) at each level, shape (node, level)."""
        _, first, rest = self._lattice
        return below_weights(first, SPACING, (np.log(rate / (1 - rate)) - rest) / self._spread)

    def means(self, trials: Trials) -> tuple[Floats, Floats]:
        """Posterior means and standard deviations of the DLT rates, each of shape (trial, level)."""
        lattice, _, _ = self._lattice
        p = np.exp(lattice.log_p)
        found = lattice.expectations(trials, np.concatenate([p, p**2], axis=1))
        mean, square = found[:, : self.levels], found[:, self.levels :]
        return mean, np.sqrt(np.maximum(square - mean**2, 0))

    def chances(self, trials: Trials) -> Floats:
        """P(underdosing), P(target), P(excessive), P(unacceptable) at each level, shape (trial, interval, level)."""
        found = self._lattice[0].expectations(trials, self._interval_weights)
        ends = found.reshape(trials.count, 3, self.levels)
        padded = np.concatenate([np.zeros_like(ends[:, :1]), ends, np.ones_like(ends[:, :1])], axis=1)
        return np.diff(padded, axis=1)

    def posterior(self, history: History | str = "") -> pd.DataFrame:
        """A row a level: dose, posterior mean and standard deviation of the DLT rate, and the four interval chances.

        Raises BadInput for outcomes that cannot be read.
        """
        import pandas as pd

        trials = of_history(self.read(history), self.levels)
        (mean,), (sd,) = self.means(trials)
        names = ["dose", "mean", "sd", "underdosing", "target", "excessive", "unacceptable"]
        return pd.DataFrame(dict(zip(names, (self.doses, mean, sd, *self.chances(trials)[0]), strict=True)))

    def exceeding(self, trials: Trials, rate: float, normal: bool = False) -> Floats:
        """P(DLT rate > rate | data) at each level, shape (trial, level); no `normal` approximation.

        Raises BadInput.
        """
        if normal:
            raise BadInput("no normal approximation for two parameters", where="Blrm", todo="leave out normal=True")
        return 1 - self._lattice[0].expectations(trials, self._below(rate))

    def overdosing(self, trials: Trials) -> Floats:
        """P(DLT rate above the target interval | data) at each level, shape (trial, level)."""
        return self.chances(trials)[:, 2:].sum(axis=1)

    def merit(self, trials: Trials) -> Floats:
        """P(DLT rate in the target interval | data) at each level, shape (trial, level)."""
        return self.chances(trials)[:, 1]

    def model_prose(self) -> str:
        """The model and what is looked for, in words."""
        low, high, _ = self.intervals
        return (
            f"BLRM: logit p = log a + b log(dose / {self.reference:g}), (log a, log b) normal with means "
            f"{self.mean[0]:g} and {self.mean[1]:g}, standard deviations {self.sd[0]:g} and {self.sd[1]:g}, "
            f"correlation "
            f"{self.correlation:.3g}. Each cohort gets the level with the largest posterior chance of a DLT rate from "
            f"{low:g} to {high:g} among those whose chance of a rate above {high:g} is at most {self.feasibility:g}."
        )
