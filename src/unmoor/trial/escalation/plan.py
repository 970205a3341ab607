"""A study's dose-finding trial as planned: which arms are its levels, what limits the dose, which designs decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.dose_finding.design import Design
from unmoor.trial.escalation.build import changed_design, fits, fitting_design
from unmoor.trial.escalation.limiting import Limit
from unmoor.trial.study_file import PublishedLevelPart

if TYPE_CHECKING:
    from unmoor.trial.study import Study


@dataclass(frozen=True)
class NamedDesign:
    """A design and what it is called in tables."""

    name: str
    design: Design


@dataclass(frozen=True)
class EscalationPlan:
    """A checked plan: `levels` are arms from the lowest dose up, `starts` the hour of each arm's first dose.

    `window` is in h; any of `limits` within it is a DLT. `patients` is the size of the whole trial; those who are left
    when its design has ended are treated at the level that recommends. `per_window` patients arrive in a DLT window,
    None for all at once. `designs` are the study's own and its alternatives, all aiming at `target` where they do not
    say otherwise; `published` is what the published trial recommended.
    """

    levels: tuple[str, ...]
    starts: tuple[float, ...]
    window: float
    limits: tuple[Limit, ...]
    patients: int
    per_window: float | None
    target: float | None
    designs: tuple[NamedDesign, ...]
    where: str
    published: PublishedLevelPart | None = None

    @property
    def published_places(self) -> tuple[int, ...]:
        """The places of the published level, 1 the lowest: more than one where it is not told apart, none unknown."""
        if self.published is None:
            return ()
        level = self.published.level
        return tuple(self.levels.index(name) + 1 for name in ((level,) if isinstance(level, str) else level))

    @property
    def moments(self) -> tuple[float, ...]:
        """Hours (h) at which the windows of the levels begin and end; they join the study's time grid."""
        return tuple(sorted({start + length for start in self.starts for length in (0.0, self.window)}))

    @property
    def design(self) -> NamedDesign:
        """The study's own design."""
        return self.designs[0]

    def toxicity_prose(self, study: Study) -> str:
        """What limits the dose, in words, with the units of the study's outputs."""
        limits = ", or ".join(limit.prose(study.unit(limit.output)) for limit in self.limits)
        return f"within {self.window / 24:g} days of the first dose: {limits}"

    def named(self, name: str, fields: Mapping[str, Any] | None = None) -> NamedDesign:
        """The design that the study calls so, with some `fields` changed; where it calls none so, one for its levels.

        Raises UnknownName or BadInput as `fitting_design` does.
        """
        for each in self.designs:
            if each.name == name:
                changed = changed_design(each.design, name, fields or {}, where=self.where)
                return NamedDesign(name, fits(changed, name, len(self.levels), self.patients, self.where))
        sizes = {"levels": len(self.levels), "patients": self.patients, "target": self.target}
        return NamedDesign(name, fitting_design(name, fields or {}, **sizes, where=self.where))  # type: ignore[arg-type]

    def aiming(self, target: float) -> EscalationPlan:
        """The plan with another target DLT rate for every design.

        Raises BadInput for a target outside (0, 1) or one that a design's other fields do not go with.
        """
        fraction("target", target, where="designs to compare")
        designs = tuple(NamedDesign(each.name, replace(each.design, target=target)) for each in self.designs)
        return replace(self, target=target, designs=designs)
