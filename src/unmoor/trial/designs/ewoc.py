"""EWOC, escalation with overdose control: the highest level that exceeds the MTD with a bounded posterior chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.overdose_design import OverdoseDesign
from unmoor.trial.dose_finding.posterior import Lattice
from unmoor.trial.dose_finding.trials import Floats, Trials

RATE_NODES, DOSE_NODES = 24, 10  # Gauss-Legendre nodes of the rate at the lowest dose, and of the MTD between levels


@dataclass(frozen=True, kw_only=True)
class Ewoc(OverdoseDesign):
    """EWOC (Babb, Rogatko and Zacks, Stat Med 1998;17:1103): logistic in the dose, the MTD uniform over the dose range.

    The parameters are the MTD, whose DLT rate is the target, uniform from the lowest dose to `dose_limit`,
    which lies above the highest, and the DLT rate at the lowest dose, uniform from 0 to the target. The next level is
    the highest with P(MTD < dose | data) at most `feasibility`.
    """

    dose_limit: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.dose_limit > self.doses[-1]:
            text = f"the dose limit {self.dose_limit:g} is not above the highest dose {self.doses[-1]:g}"
            raise BadInput(text, where="Ewoc", todo="give the largest MTD that is possible, above the highest dose")

    @cached_property
    def _lattice(self) -> tuple[Lattice, Floats]:
        """The lattice, and for each level whether a node's MTD lies below it; panels end at doses, so that is exact."""
        edges = np.unique([*self.doses, self.dose_limit])
        at, weight = np.polynomial.legendre.leggauss(DOSE_NODES)
        half = np.diff(edges) / 2
        mtd = (edges[:-1, None] + half[:, None] * (at + 1)).ravel()
        mtd_weight = (half[:, None] * weight).ravel()
        at, weight = np.polynomial.legendre.leggauss(RATE_NODES)
        lowest, lowest_weight = self.target * (at + 1) / 2, self.target * weight / 2
        mtd, rate = (each.ravel() for each in np.meshgrid(mtd, lowest, indexing="ij"))
        top, bottom = np.log(self.target / (1 - self.target)), np.log(rate / (1 - rate))
        slope = (top - bottom) / (mtd - self.doses[0])
        logit = bottom[:, None] + slope[:, None] * (np.array(self.doses) - self.doses[0])
        prior = np.log(np.outer(mtd_weight, lowest_weight).ravel())
        return Lattice(prior, -np.logaddexp(0, -logit), -np.logaddexp(0, logit)), (mtd[:, None] < self.doses).astype(
            float
        )

    def overdosing(self, trials: Trials) -> Floats:
        """P(MTD < dose | data) at each level, shape (trial, level)."""
        lattice, below = self._lattice
        return lattice.expectations(trials, below)

    def merit(self, trials: Trials) -> Floats:
        """The dose: the highest allowed level is the best."""
        return np.broadcast_to(np.arange(self.levels, dtype=float), (trials.count, self.levels))

    def model_prose(self) -> str:
        """The model and what is looked for, in words."""
        return (
            f"EWOC. Two-parameter logistic model; the MTD (DLT rate {self.target:g}) is uniform from "
            f"{self.doses[0]:g} to {self.dose_limit:g} and the rate at the lowest dose uniform from 0 to "
            f"{self.target:g}. Each cohort gets the "
            f"highest level whose posterior chance of exceeding the MTD is at most {self.feasibility:g}."
        )
