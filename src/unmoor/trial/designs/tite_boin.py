"""TITE-BOIN: BOIN that decides while DLT windows are open, counting pending patients by their follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.designs.boin import Boin
from unmoor.trial.dose_finding.checks import whole
from unmoor.trial.dose_finding.design import WAIT
from unmoor.trial.dose_finding.interval_design import DEESCALATE, ESCALATE, STAY
from unmoor.trial.dose_finding.table import Columns, by_pending
from unmoor.trial.dose_finding.trials import Floats, Ints, Trials


@dataclass(frozen=True, kw_only=True)
class TiteBoin(Boin):
    """TITE-BOIN; enrolment waits when more than `most_pending` of the patients at the level are pending.

    Equation (Yuan et al., Clin Cancer Res 2018;24:4921): with x DLTs, c pending of n patients and their summed
    follow-up s in windows, p = (target/2 + x) / (1 + n - c) and the rate (x + p/(1-p) (c - s)) / n meets BOIN's
    boundaries. A rate x/n at or above the upper boundary de-escalates at once.
    """

    weighs_pending: ClassVar[bool] = True
    most_pending: float = 0.5

    def propose(self, trials: Trials) -> Ints:
        """One step by the imputed DLT rate at the current level; WAIT while too many are pending."""
        n, dlt, pending = (trials.at(x, trials.current) for x in (trials.n, trials.dlt, trials.pending))
        up, down = self.boundaries
        rate = imputed_rate(n, dlt, pending, trials.at(trials.followed, trials.current), self.target)
        step = np.where(rate <= up, ESCALATE, np.where(rate >= down, DEESCALATE, STAY))
        step = np.where(dlt >= down * n, DEESCALATE, step)
        waits = (pending > self.most_pending * n) & (dlt < down * n)
        return np.where(waits, WAIT, self.moved(step, trials))

    def decisions(self) -> Columns:
        """Decisions at whole cohorts by DLTs and pending patients, these without any follow-up yet."""
        return by_pending(self, sizes=range(self.cohort, min(self.n, 4 * self.cohort) + 1, self.cohort))

    def thresholds(self, n: int, dlt: int, pending: int) -> tuple[float, float]:
        """The summed follow-up (windows) from which to escalate, and above which to stay rather than de-escalate.

        Raises BadInput for more DLTs and pending patients than patients.
        """
        whole("patients", n, 1, where="TiteBoin"), whole("DLTs", dlt, 0, where="TiteBoin")
        whole("pending patients", pending, 0, where="TiteBoin")
        if dlt + pending > n:
            what = f"{dlt} with DLT and {pending} pending among {n} patients"
            raise BadInput(what, where="TiteBoin", todo="count each patient once")
        p = (self.target / 2 + dlt) / (1 + n - pending)
        up, down = ((pending - (edge * n - dlt) * (1 - p) / p) for edge in self.boundaries)
        return up, down

    def boundary_prose(self) -> str:
        """The boundaries in words."""
        return (
            f"{Boin.boundary_prose(self)} Patients whose DLT window is open count by their follow-up (TITE-BOIN); "
            f"enrolment waits while more than {self.most_pending:.0%} of the patients at the level are pending."
        )

    def because(self, trials: Trials) -> str:
        """The counts at the current level, pending patients and the rate imputed from them."""
        n, dlt, pending = (trials.at(x, trials.current) for x in (trials.n, trials.dlt, trials.pending))
        if not pending[0]:
            return Boin.because(self, trials)
        rate = imputed_rate(n, dlt, pending, trials.at(trials.followed, trials.current), self.target)
        return (
            f"{dlt[0]} of {n[0]} patients with DLT at level {trials.current[0]}, {pending[0]} pending: imputed rate "
            f"{rate[0]:.3f}, boundaries {self.boundaries[0]:.3f} and {self.boundaries[1]:.3f}"
        )


def imputed_rate(n: Ints, dlt: Ints, pending: Ints, followed: Floats, target: float) -> Floats:
    """The DLT rate with pending patients' missing outcomes imputed; see TiteBoin for the equation."""
    p = np.minimum((target / 2 + dlt) / (1 + n - pending), 1 - 1e-9)
    rate: Floats = (dlt + p / (1 - p) * (pending - followed)) / np.maximum(n, 1)
    return rate
