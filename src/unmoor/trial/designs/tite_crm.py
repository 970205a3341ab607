"""TITE-CRM: CRM that decides at each entry, weighing pending patients by their follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from unmoor.trial.dose_finding.model_design import ModelDesign
from unmoor.trial.dose_finding.trials import Floats, Trials


@dataclass(frozen=True, kw_only=True)
class TiteCrm(ModelDesign):
    """TITE-CRM (Cheung and Chappell, Biometrics 2000;56:1177): a pending patient's likelihood is 1 - w p.

    w is the share u of the DLT window observed, or with `adaptive` weights, for k DLTs so far at shares t of which m
    came by u, (m + (u - t[m]) / (t[m+1] - t[m])) / (k + 1), with t[0] = 0 and t[k+1] = 1.
    """

    weighs_pending: ClassVar[bool] = True
    looks_back: ClassVar[bool] = True
    cohort: int = 1
    adaptive: bool = False

    def weights(self, trials: Trials) -> Floats | None:
        """The weight of each pending patient's follow-up."""
        if not self.adaptive or trials.waiting is None:
            return None
        return adaptive_weights(trials)

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        how = "adaptive weights" if self.adaptive else "the share of the window observed as weight"
        return f"TITE-CRM: patients whose DLT window is open count in part, with {how}. {self.model_prose()}"


def adaptive_weights(trials: Trials) -> Floats:
    """The adaptive weight of each pending patient, from the times of the DLTs seen in its own trial."""
    waiting = trials.waiting
    assert waiting is not None
    weights = np.empty(len(waiting.trial))
    for trial in np.unique(waiting.trial):
        rows = waiting.trial == trial
        times = np.sort(waiting.late[waiting.late_trial == trial])
        marks = np.concatenate([[0.0], times, [1.0]])
        weights[rows] = np.interp(waiting.share[rows], marks, np.arange(len(marks)) / (len(times) + 1))
    return weights
