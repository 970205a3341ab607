"""CRM, the continual reassessment method: each cohort gets the level that the model now thinks nearest the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from unmoor.trial.dose_finding.model_design import ModelDesign


@dataclass(frozen=True, kw_only=True)
class Crm(ModelDesign):
    """CRM with an empiric or logistic curve, by Bayes or likelihood.

    Source: O'Quigley, Pepe and Fisher, Biometrics 1990;46:33. The level is chosen at the estimated slope:
    p(estimate), as in Cheung's book (Dose finding by the continual
    reassessment method, 2011).
    """

    looks_back: ClassVar[bool] = True

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        return f"CRM. {self.model_prose()}"
