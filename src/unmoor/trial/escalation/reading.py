"""From the section `escalation` of a study file to a plan: every name looked up, every number checked."""

from __future__ import annotations

from collections.abc import Sequence

from unmoor.base.document import Document
from unmoor.base.errors import BadInput, unknown
from unmoor.base.sources import bibliography
from unmoor.trial.conduct.rates import enrolment_rate
from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.escalation.build import fitting_design
from unmoor.trial.escalation.limiting import Limit
from unmoor.trial.escalation.plan import EscalationPlan, NamedDesign
from unmoor.trial.escalation.rising import check_rising
from unmoor.trial.moments import duration, level_of
from unmoor.trial.study import Arm, Study
from unmoor.trial.study_file import EscalationPart, LimitingPart, PublishedLevelPart

SECTION = "escalation"


def escalation_plan(part: EscalationPart, study: Study, document: Document) -> EscalationPlan:
    """The plan of the study's dose-finding trial.

    Raises UnknownName for an arm, output, design or field nobody knows, BadInput for a level that stands twice, an arm
    without doses, arms of different patients, a window outside the study, a target outside (0, 1), a design whose
    cohort, number of patients or number of levels does not fit, all with file and line.
    """
    arms = _levels(part.levels, study, document)
    at_window = document.where(SECTION, "window")
    window = duration(part.window, where=at_window)
    starts = tuple(_first_dose(arm, document.where(SECTION, "levels", k)) for k, arm in enumerate(arms))
    for arm, start in zip(arms, starts, strict=True):
        if start + window > study.duration + 1e-9:
            what = f"the DLT window of arm '{arm.name}' ends at {start + window:g} h, after the study"
            todo = f"the study lasts {study.duration:g} h: lengthen it, or shorten the window"
            raise BadInput(what, where=at_window, todo=todo)
    if part.target is not None:
        fraction("target", part.target, where=document.where(SECTION, "target"))
    limits = tuple(_limit(each, study, window, document.where(SECTION, "dlt", k)) for k, each in enumerate(part.dlt))
    parts = [(part.design, document.where(SECTION, "design"))]
    parts += [(each, document.where(SECTION, "alternatives", k)) for k, each in enumerate(part.alternatives)]
    designs: list[NamedDesign] = []
    for each, where in parts:
        sizes = {"levels": len(arms), "patients": part.patients, "target": part.target}
        design = fitting_design(each.name, each.model_extra or {}, **sizes, where=where)  # type: ignore[arg-type]
        label = each.label or each.name
        if label in [known.name for known in designs]:
            raise BadInput(f"design '{label}' stands twice", where=where, todo="give one of them another 'label'")
        designs.append(NamedDesign(label, design))
    per_window = _per_window(part.enrolment, window, document.where(SECTION, "enrolment"))
    return EscalationPlan(
        levels=part.levels,
        starts=starts,
        window=window,
        limits=limits,
        patients=part.patients,
        per_window=per_window,
        target=part.target,
        designs=tuple(designs),
        where=document.where(SECTION),
        published=_published(part, document),
    )


def _published(part: EscalationPart, document: Document) -> PublishedLevelPart | None:
    found = part.published
    if found is not None:
        where = document.where(SECTION, "published")
        for name in (found.level,) if isinstance(found.level, str) else found.level:
            if name not in part.levels:
                raise unknown("level", name, part.levels, where=where)
        if found.source not in bibliography():
            raise unknown("source", found.source, bibliography(), where=where)
    return found


def _levels(names: Sequence[str], study: Study, document: Document) -> list[Arm]:
    arms = []
    for k, name in enumerate(names):
        where = document.where(SECTION, "levels", k)
        arms.append(study.arm(name, where))
        if name in names[:k]:
            raise BadInput(f"level '{name}' stands twice", where=where, todo="list each arm once, lowest dose first")
        if arms[-1].among != arms[0].among:
            todo = "a patient may be given any level: leave out 'among', or give all levels the same"
            raise BadInput(f"level '{name}' holds other patients than '{names[0]}'", where=where, todo=todo)
        if k:
            check_rising(arms[-1], arms[-2], where)
    return arms


def _first_dose(arm: Arm, where: str) -> float:
    hours = [hour for drug in arm.drugs for hour in arm.anchors[drug]]
    if not hours:
        todo = "the DLT window begins with the first dose: give the arm one"
        raise BadInput(f"level '{arm.name}' has no dose", where=where, todo=todo)
    return min(hours)


def _limit(part: LimitingPart, study: Study, window: float, where: str) -> Limit:
    unit = study.unit(study.curve(part.output, where))
    bound = part.level if part.below is None else part.below
    level = level_of(part.output, bound, unit, where=where)  # type: ignore[arg-type]
    lasting = 0.0 if part.lasting is None else duration(part.lasting, where=where)
    if lasting > window:
        what = f"{lasting:g} h of a toxicity do not fit a DLT window of {window:g} h"
        raise BadInput(what, where=where, todo="shorten 'for' or lengthen the window")
    return Limit(part.output, level, part.below is not None, lasting)


def _per_window(text: str | None, window: float, where: str) -> float | None:
    """Patients that arrive in a DLT window, from "2 per month"; None for all at once."""
    if text is None:
        return None
    patients, every = enrolment_rate(text, where=where)
    return patients * window / every
