"""Rules that end a trial early, shared by every design."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction, whole
from unmoor.trial.dose_finding.trials import Flags, Ints, Trials, too_toxic_table

if TYPE_CHECKING:
    from unmoor.trial.dose_finding.design import Design


class Stop(ABC):
    """A rule that ends a trial; after an `unsafe` one no dose is recommended."""

    unsafe: ClassVar[bool]

    @abstractmethod
    def check(self, design: Design) -> None:
        """Refuse a rule that cannot be meant for this design, by BadInput."""

    @abstractmethod
    def fires(self, design: Design, trials: Trials, level: Ints) -> Flags:
        """Which trials end, shape (trial,); `level` is what the design would give next."""

    @abstractmethod
    def prose(self, design: Design) -> str:
        """The rule in words."""


@dataclass(frozen=True, slots=True)
class LowestTooToxic(Stop):
    """Stop when P(p1 > threshold | data at the lowest level) > `probability` under a flat prior Beta(1, 1).

    `threshold` is the design's target when left out; the rule needs `at_least` patients at the lowest level.
    """

    unsafe: ClassVar[bool] = True
    probability: float = 0.95
    threshold: float | None = None
    at_least: int = 3

    def check(self, design: Design) -> None:
        """Refuse a probability or a threshold outside (0, 1)."""
        fraction("probability", self.probability, where="LowestTooToxic")
        fraction("threshold", self._threshold(design), where="LowestTooToxic")
        whole("at_least", self.at_least, 1, where="LowestTooToxic")

    def fires(self, design: Design, trials: Trials, level: Ints) -> Flags:
        """Which trials have a lowest level that is too toxic, by Beta(1 + DLTs, 1 + others)."""
        n, dlt = trials.n[:, 0], trials.dlt[:, 0]
        toxic = too_toxic_table(int(n.max(initial=0)), self._threshold(design), self.probability, self.at_least)
        fires: Flags = toxic[n, dlt]
        return fires

    def prose(self, design: Design) -> str:
        """The rule in words."""
        return (
            f"stop for safety if P(DLT rate at the lowest level > {self._threshold(design):g} | data) > "
            f"{self.probability:g} with {self.at_least} or more patients there"
        )

    def _threshold(self, design: Design) -> float:
        return design.target if self.threshold is None else self.threshold


@dataclass(frozen=True, slots=True)
class ModelTooToxic(Stop):
    """Stop when the design's own model gives P(p1 > threshold | all data) > `probability`.

    With `normal`, the posterior of the slope is taken as normal with its mean and variance; exact by default.
    """

    unsafe: ClassVar[bool] = True
    threshold: float
    probability: float = 0.9
    normal: bool = False

    def check(self, design: Design) -> None:
        """Refuse a design without a model, and numbers outside (0, 1)."""
        fraction("probability", self.probability, where="ModelTooToxic")
        fraction("threshold", self.threshold, where="ModelTooToxic")
        if not hasattr(design, "exceeding"):
            todo = "use LowestTooToxic, which looks at counts"
            raise BadInput(f"{type(design).__name__} has no dose-toxicity model", where="ModelTooToxic", todo=todo)

    def fires(self, design: Design, trials: Trials, level: Ints) -> Flags:
        """Which trials have a lowest level that the model calls too toxic."""
        chance = design.exceeding(trials, self.threshold, self.normal)  # type: ignore[attr-defined]
        fires: Flags = (chance[:, 0] > self.probability) & (trials.total > 0)
        return fires

    def prose(self, design: Design) -> str:
        """The rule in words."""
        how = " (normal approximation)" if self.normal else ""
        return (
            f"stop for safety if the model gives P(DLT rate at the lowest level > {self.threshold:g} | data) > "
            f"{self.probability:g}{how}"
        )


@dataclass(frozen=True, slots=True)
class EnoughAtDose(Stop):
    """Stop when the level that would be given next already has `patients` patients."""

    unsafe: ClassVar[bool] = False
    patients: int

    def check(self, design: Design) -> None:
        """Refuse a number of patients that is not whole and positive."""
        whole("patients", self.patients, 1, where="EnoughAtDose")

    def fires(self, design: Design, trials: Trials, level: Ints) -> Flags:
        """Which trials have treated enough patients at the level that comes next."""
        return (level > 0) & (trials.current > 0) & (trials.at(trials.n, level) >= self.patients)

    def prose(self, design: Design) -> str:
        """The rule in words."""
        return f"stop when {self.patients} or more patients were treated at the level that would come next"
