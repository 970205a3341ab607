"""Designs that compare the counts at the current level with boundaries fixed before the trial."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.dose_finding.design import STOP, Design
from unmoor.trial.dose_finding.isotonic import closest_isotonic
from unmoor.trial.dose_finding.table import Columns, by_count
from unmoor.trial.dose_finding.trials import Flags, Ints, Trials, too_toxic_table

ESCALATE, STAY, DEESCALATE = 1, 0, -1
AT_LEAST = 3  # patients at a level before it can be eliminated


@dataclass(frozen=True, kw_only=True)
class IntervalDesign(Design):
    """A design whose step up, stay or down depends on (patients, DLTs) at the current level.

    A level is eliminated, with all above it, when P(p > target | its data) > `eliminate` under a flat prior and three
    or more patients; the trial stops when that is the lowest.
    """

    doses: int
    eliminate: float = 0.95

    def __post_init__(self) -> None:
        fraction("eliminate", self.eliminate, where=type(self).__name__)
        super().__post_init__()

    @property
    def levels(self) -> int:
        """How many dose levels there are."""
        return self.doses

    @abstractmethod
    def steps(self, most: int) -> NDArray[np.int8]:
        """ESCALATE, STAY or DEESCALATE for up to `most` patients, shape (patients, DLTs), elimination left out."""

    @abstractmethod
    def boundary_prose(self) -> str:
        """The boundaries in words."""

    @cached_property
    def _steps(self) -> NDArray[np.int8]:
        return self.steps(self.n + self.cohort)

    @cached_property
    def _toxic(self) -> Flags:
        return too_toxic_table(self.n + self.cohort, self.target, self.eliminate, AT_LEAST)

    def open_levels(self, trials: Trials) -> Flags:
        """Levels not eliminated, shape (trial, level); with a level go all above it."""
        return ~np.logical_or.accumulate(self._toxic[trials.n, trials.dlt], axis=1)

    def propose(self, trials: Trials) -> Ints:
        """One step by the boundaries, never onto an eliminated level; STOP when the lowest is eliminated."""
        n, dlt = trials.at(trials.n, trials.current), trials.at(trials.dlt, trials.current)
        return self.moved(self._steps[n, dlt], trials)

    def moved(self, step: NDArray, trials: Trials) -> Ints:
        """The level after a step, held inside what is open."""
        highest = self.open_levels(trials).sum(axis=1)
        level: Ints = np.minimum(np.clip(trials.current + step, 1, self.levels), highest)
        return np.where(highest == 0, STOP, level)

    def select(self, trials: Trials) -> Ints:
        """The tried level with the isotonic DLT rate nearest the target; none when the lowest is eliminated."""
        allowed = self.open_levels(trials)
        return np.where(allowed[:, 0], closest_isotonic(trials, self.target, allowed), 0)

    def decisions(self) -> Columns:
        """A row for each number of patients and of DLTs at a level that has neighbours."""
        return by_count(self)

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        return (
            f"Cohorts of {self.cohort}, from level {self.start}, up to {self.n} patients. {self.boundary_prose()} "
            f"A level with P(DLT rate > {self.target:g} | data) > {self.eliminate:g} (flat prior, at least {AT_LEAST} "
            "patients) is eliminated with all above it; if it is the lowest, the trial stops and recommends no dose. "
            f"At the end the tried, not eliminated level whose isotonic DLT rate is nearest {self.target:g} is "
            "recommended."
        )

    def because(self, trials: Trials) -> str:
        """The counts at the current level and whether it is eliminated."""
        n, dlt = (int(trials.at(counts, trials.current)[0]) for counts in (trials.n, trials.dlt))
        level = self.label(int(trials.current[0]))
        rate = f"{dlt} of {n} patients with DLT at level {level}, a rate of {dlt / n:.3f}"
        if self._toxic[n, dlt]:
            return f"{rate}: the level is eliminated"
        word = {ESCALATE: "low enough to escalate", STAY: "near the target", DEESCALATE: "too high"}
        step = int(self._steps[n, dlt])
        held = int(trials.current[0]) == int(self.open_levels(trials)[0].sum())
        above = ", but no level above is open" if step == ESCALATE and held else ""
        return f"{rate}: {word[step]}{above}"
