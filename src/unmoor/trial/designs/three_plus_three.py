"""The 3+3 design, with or without de-escalation, the top level expanded to six patients or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.trial.dose_finding.design import STOP
from unmoor.trial.dose_finding.six_patients import LOST, SixPatientDesign
from unmoor.trial.dose_finding.table import Columns, by_count
from unmoor.trial.dose_finding.trials import Ints, Trials


@dataclass(frozen=True, kw_only=True)
class ThreePlusThree(SixPatientDesign):
    """3+3 (Storer, Biometrics 1989;45:925); `deescalate=False` declares the level below a lost one the MTD untouched.

    The MTD is the highest level with at most one DLT in six patients, or none in three where the convention allows.
    """

    deescalate: bool = True

    def propose(self, trials: Trials) -> Ints:
        """The shared rule; without de-escalation two DLTs end the trial."""
        level = super().propose(trials)
        if self.deescalate:
            return level
        return np.where((trials.dlt >= LOST).any(axis=1), STOP, level)

    def decisions(self) -> Columns:
        """Decisions after three and after six patients at a level that has neighbours."""
        return by_count(self, sizes=(3, 6))

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        down = (
            "go to the level below, which is treated in six patients in all; it is the MTD if at most 1 of 6 has a DLT"
            if self.deescalate
            else "end the trial: the level below is the MTD"
        )
        top = "is expanded to six patients" if self.expand_top else "needs no more than three patients without DLT"
        return (
            f"Cohorts of {self.cohort}, from level {self.start} of {self.levels}. 0 of 3 with DLT: escalate. 1 of 3: "
            "treat three more at the level; escalate if no further DLT. 2 or more DLTs at a level: "
            f"{down}. No dose is recommended when the lowest level has two DLTs. The top level {top}."
        )
