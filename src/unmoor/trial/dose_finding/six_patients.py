"""What 3+3 and rolling six share: a level is cleared by none of three or at most one of six with DLT, lost by two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import whole
from unmoor.trial.dose_finding.design import STOP, WAIT, Design
from unmoor.trial.dose_finding.trials import Flags, Ints, Trials

FEW, SIX, LOST = 3, 6, 2


@dataclass(frozen=True, kw_only=True)
class SixPatientDesign(Design):
    """A design in up to six patients a level; `n` is six a level when it is 0.

    With `expand_top`, the highest level is treated in six patients before it can be recommended; without, three
    without a DLT are enough. `target` only serves the tables of operating characteristics and further stopping rules.
    """

    together: ClassVar[int] = FEW  # patients between decisions
    doses: int
    expand_top: bool = False
    target: float = 1 / 3
    n: int = 0

    def __post_init__(self) -> None:
        if self.n == 0:
            object.__setattr__(self, "n", SIX * whole("dose levels", self.doses, 1, where=type(self).__name__))
        super().__post_init__()
        if self.cohort != self.together:
            what = f"a cohort of {self.cohort}"
            raise BadInput(what, where=type(self).__name__, todo=f"leave it at {self.together}: it is part of the rule")

    @property
    def levels(self) -> int:
        """How many dose levels there are."""
        return self.doses

    def propose(self, trials: Trials) -> Ints:
        """Up from a cleared level, down to the level below a lost one until it has six patients; STOP at the MTD."""
        lost = trials.dlt >= LOST
        some_lost = lost.any(axis=1)
        below = np.where(some_lost, np.argmax(lost, axis=1), 0)  # the level under the lowest lost one; 0 if none
        up = self._rising(trials)
        down = self._falling(trials, below)
        return np.where(some_lost, down, up)

    def _rising(self, trials: Trials) -> Ints:
        cleared = trials.at(self._cleared(trials), trials.current)
        n = trials.at(trials.n, trials.current)
        at_top = trials.current == self.levels
        unfinished = at_top & (n < SIX) & self.expand_top
        following = np.where(at_top, STOP, trials.current + 1)
        staying = np.where(n < SIX, trials.current, WAIT)
        level: Ints = np.where(cleared & ~unfinished, following, staying)
        return level

    def _falling(self, trials: Trials, below: Ints) -> Ints:
        n, pending = trials.at(trials.n, below), trials.at(trials.pending, below)
        level: Ints = np.where(n < SIX, below, np.where(pending > 0, WAIT, STOP))
        return np.where(below == 0, STOP, level)

    def _cleared(self, trials: Trials) -> Flags:
        known = trials.pending == 0
        few = (trials.n >= FEW) & (trials.dlt == 0)
        cleared: Flags = known & (few | ((trials.n >= SIX) & (trials.dlt < LOST)))
        return cleared

    def select(self, trials: Trials) -> Ints:
        """The highest cleared level below every lost one, shape (trial,); 0 if there is none."""
        safe = self._cleared(trials) & ~np.logical_or.accumulate(trials.dlt >= LOST, axis=1)
        levels: Ints = np.where(safe, np.arange(1, self.levels + 1), 0).max(axis=1)
        return levels

    def because(self, trials: Trials) -> str:
        """The counts at the current level and what they mean."""
        n, dlt, pending = (int(trials.at(x, trials.current)[0]) for x in (trials.n, trials.dlt, trials.pending))
        level = self.label(int(trials.current[0]))
        text = f"{dlt} of {n} patients with DLT at level {level}" + (f", {pending} pending" if pending else "")
        if dlt >= LOST:
            return f"{text}: the level exceeds the MTD"
        return f"{text}: the level is cleared" if trials.at(self._cleared(trials), trials.current)[0] else text
