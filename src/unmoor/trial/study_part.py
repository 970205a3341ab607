"""The part of a study that some of its published rows are about: their arms and endpoints, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from unmoor.trial.study import Study
from unmoor.trial.study_file import PublishedPart


def about(study: Study, rows: Sequence[PublishedPart]) -> Study:
    """The study with the arms and endpoints of `rows`, without comparisons of arms.

    A row about the whole dose-finding trial needs the arms of all its levels; without one there is no dose finding.
    """
    wanted = {part.arm for part in rows}
    whole = study.escalation is not None and bool(wanted - {arm.name for arm in study.arms})
    if whole and study.escalation is not None:
        wanted |= set(study.escalation.levels)
    asked = {part.endpoint for part in rows}
    return replace(
        study,
        arms=tuple(arm for arm in study.arms if arm.name in wanted),
        endpoints=tuple(replace(each, compare=None) for each in study.endpoints if each.name in asked),
        published=tuple(rows),
        escalation=study.escalation if whole else None,
    )
