"""Rolling six: two to six patients enter a level without waiting for each other's DLT window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from unmoor.trial.dose_finding.six_patients import SixPatientDesign
from unmoor.trial.dose_finding.table import Columns, by_pending


@dataclass(frozen=True, kw_only=True)
class RollingSix(SixPatientDesign):
    """Rolling six (Skolnik et al., J Clin Oncol 2008;26:190): decides at each entry from enrolled, DLTs and pending."""

    weighs_pending: ClassVar[bool] = True
    together: ClassVar[int] = 1
    cohort: int = 1

    def decisions(self) -> Columns:
        """Decisions for two to six patients at a level that has neighbours, by DLTs and pending patients."""
        return by_pending(self, sizes=range(2, 7))

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        top = "is expanded to six patients" if self.expand_top else "needs no more than three patients without DLT"
        return (
            f"Patients enter one by one, from level {self.start} of {self.levels}. At each entry: escalate when all of "
            "3, 4, 5 or 6 patients at the level are evaluable without DLT, or all of 6 with at most one; go to the "
            "level below when two have a DLT; else the patient enters the same level, or enrolment waits when six are "
            "on it. The level below a lost one is treated in six patients; it is the MTD if at most 1 of 6 has a DLT. "
            f"No dose is recommended when the lowest level has two DLTs. The top level {top}."
        )
