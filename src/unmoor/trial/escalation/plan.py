"""A study's dose-finding trial as planned: which arms are its levels, what limits the dose, which designs decide."""

from __future__ import annotations

from dataclasses import dataclass, replace

from unmoor.base.errors import unknown
from unmoor.trial.dose_finding.design import Design
from unmoor.trial.escalation.limiting import Limit


@dataclass(frozen=True)
class NamedDesign:
    """A design and what it is called in tables."""

    name: str
    design: Design


@dataclass(frozen=True)
class EscalationPlan:
    """A checked plan: `levels` are arms from the lowest dose up, `starts` the hour of each arm's first dose.

    `window` is in h; any of `limits` within it is a DLT. `patients` is the size of the whole trial; those who are left
    when `design` has ended are treated at the level it recommends. `per_window` patients arrive in a DLT window, None
    for all at once. `alternatives` are what else `compare_designs` tries.
    """

    levels: tuple[str, ...]
    starts: tuple[float, ...]
    window: float
    limits: tuple[Limit, ...]
    patients: int
    per_window: float | None
    design: NamedDesign
    alternatives: tuple[NamedDesign, ...]
    where: str

    @property
    def moments(self) -> tuple[float, ...]:
        """Hours (h) at which the windows of the levels begin and end; they join the study's time grid."""
        return tuple(sorted({start + length for start in self.starts for length in (0.0, self.window)}))

    @property
    def designs(self) -> tuple[NamedDesign, ...]:
        """The study's design and its alternatives."""
        return (self.design, *self.alternatives)

    def named(self, name: str) -> NamedDesign:
        """The design of the study that is called so.

        Raises UnknownName with the nearest one.
        """
        for each in self.designs:
            if each.name == name:
                return each
        raise unknown("design of the study", name, [each.name for each in self.designs], where=self.where)

    def aiming(self, target: float) -> EscalationPlan:
        """The plan with another target DLT rate for every design.

        Raises BadInput for a target outside (0, 1) or one that a design's other fields do not go with.
        """
        one, *others = (NamedDesign(each.name, replace(each.design, target=target)) for each in self.designs)
        return replace(self, design=one, alternatives=tuple(others))
