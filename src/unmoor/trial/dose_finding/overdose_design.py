"""Designs that bound the chance of overdosing under a two-parameter model: what EWOC and BLRM share."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from unmoor.trial.dose_finding.checks import fraction, increasing
from unmoor.trial.dose_finding.design import Design, coherent, not_skipping
from unmoor.trial.dose_finding.trials import Flags, Floats, Ints, Trials


@dataclass(frozen=True, kw_only=True)
class OverdoseDesign(Design):
    """A design over `doses` in their own unit that gives no level whose chance of overdosing is above `feasibility`.

    With `skip`, escalation may pass over levels; with `coherence`, it never follows a cohort whose DLT rate reached
    the target. The trial stops, without a recommendation, when not even the lowest level is allowed.
    """

    looks_back: ClassVar[bool] = True
    doses: tuple[float, ...]
    feasibility: float = 0.25
    skip: bool = False
    coherence: bool = True

    def __post_init__(self) -> None:
        where = type(self).__name__
        object.__setattr__(self, "doses", increasing("doses", self.doses, where=where, within=(0.0, np.inf)))
        fraction("feasibility", self.feasibility, where=where)
        super().__post_init__()

    @property
    def levels(self) -> int:
        """How many dose levels there are."""
        return len(self.doses)

    @abstractmethod
    def overdosing(self, trials: Trials) -> Floats:
        """The posterior chance of overdosing at each level, shape (trial, level)."""

    @abstractmethod
    def merit(self, trials: Trials) -> Floats:
        """What the best allowed level has most of, shape (trial, level)."""

    @abstractmethod
    def model_prose(self) -> str:
        """The model and what is looked for, in words."""

    def allowed(self, trials: Trials) -> Flags:
        """Levels whose chance of overdosing is at most `feasibility`, shape (trial, level)."""
        allowed: Flags = self.overdosing(trials) <= self.feasibility
        return allowed

    def propose(self, trials: Trials) -> Ints:
        """The best allowed level, held by `skip` and `coherence`; STOP when none is allowed."""
        allowed = self.allowed(trials)
        best = np.argmax(np.where(allowed, self.merit(trials), -np.inf), axis=1) + 1
        if self.coherence:
            best = coherent(best, trials, self.target)
        best = best if self.skip else not_skipping(best, trials)
        return np.where(allowed.any(axis=1), best, 0)

    def select(self, trials: Trials) -> Ints:
        """The best allowed level among those given; 0 when none is."""
        usable = self.allowed(trials) & (trials.n > 0)
        best = np.argmax(np.where(usable, self.merit(trials), -np.inf), axis=1) + 1
        return np.where(usable.any(axis=1), best, 0)

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        amounts = ", ".join(f"{dose:g}" for dose in self.doses)
        rules = "" if self.skip else " Untried levels are not skipped."
        if self.coherence:
            rules += " No escalation follows a cohort whose DLT rate reached the target."
        return (
            f"{self.model_prose()} Doses {amounts}; cohorts of {self.cohort}, from level {self.start}, up to {self.n} "
            f"patients.{rules} The trial stops without a recommendation when no level is allowed. At the end the same "
            "rule recommends among the levels given."
        )

    def because(self, trials: Trials) -> str:
        """The chances of overdosing."""
        chances = ", ".join(f"{chance:.3f}" for chance in self.overdosing(trials)[0])
        return f"chances of overdosing {chances}; at most {self.feasibility:g} is allowed"
