"""From the section `conduct` of a study file to a plan, every rate and time checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.document import Document
from unmoor.base.errors import BadInput, Unsupported
from unmoor.trial.conduct.plan import ConductPlan
from unmoor.trial.conduct.rates import enrolment_rate, leaving_rate, share
from unmoor.trial.moments import duration
from unmoor.trial.study_file import ConductPart

if TYPE_CHECKING:
    from unmoor.trial.study import Study

SECTION = "conduct"
_CUT = re.compile(r"(?P<time>\S.*?)\s+after\s+(?:the\s+)?first\s+patient", re.IGNORECASE)


def conduct_plan(part: ConductPart, study: Study, document: Document) -> ConductPlan:
    """The plan; patients of a study with enrolment enter, on average, as many as its arms hold at that rate.

    Raises BadInput for a section that changes nothing (no response to assess, nothing said, enrolment without a cut),
    shares outside [0, 1), what is no rate or no time, a cut before the first assessment, or enrolment of arms without
    `n`; Unsupported for a cut in a dose-finding study, whose patients enter as its design lets them.
    """
    written = {name: value for name, value in part.model_dump().items() if value is not None}
    if not written:
        todo = f"give some of {', '.join(ConductPart.model_fields)}, or leave the section out"
        raise BadInput("'conduct' says nothing", where=document.where(SECTION), todo=todo)
    if not study.responses:
        todo = "add 'responses:', or leave the section out: endpoints read off curves see every patient throughout"
        raise BadInput("'conduct' reaches what is assessed as response", where=document.where(SECTION), todo=todo)
    leaving, period = 0.0, 1.0
    if part.dropout is not None:
        leaving, period = leaving_rate(part.dropout, where=document.where(SECTION, "dropout"))
    missed = 0.0
    if part.missed_visits is not None:
        missed = share(part.missed_visits, "missed visits", where=document.where(SECTION, "missed_visits"))
    words = tuple(f"{name.replace('_', ' ')} {value}" for name, value in written.items())
    return ConductPlan(leaving, period, missed, _cut(part, study, document), _accrual(part, study, document), words)


def _cut(part: ConductPart, study: Study, document: Document) -> float:
    if part.cut is None:
        return np.inf
    where = document.where(SECTION, "cut")
    if study.escalation is not None:
        todo = "leave 'cut' out; dropout and missed visits are seen"
        raise Unsupported("a data cut in a dose-finding study", where=where, todo=todo)
    found = _CUT.fullmatch(part.cut.strip())
    if not found:
        todo = "write it like '24 months after first patient'"
        raise BadInput(f"cannot read data cut '{part.cut}'", where=where, todo=todo)
    cut = duration(found["time"], where=where)
    first = min(times[0] for plan in study.responses for times in plan.times.values())
    if cut < first:
        todo = f"the first patient's first assessment is at {first:g} h: cut later"
        raise BadInput(f"a data cut at {cut:g} h, before anything is assessed", where=where, todo=todo)
    return cut


def _accrual(part: ConductPart, study: Study, document: Document) -> float:
    """Hours from the first entry to the last, on average: one gap less than there are patients."""
    if part.enrolment is None:
        return 0.0
    where = document.where(SECTION, "enrolment")
    coming, every = enrolment_rate(part.enrolment, where=where)
    if part.cut is None:
        todo = "add 'cut', or leave 'enrolment' out"
        raise BadInput("enrolment without a data cut changes nothing", where=where, todo=todo)
    for arm in study.arms:
        if arm.n is None:
            todo = "give every arm its 'n': how long enrolment takes follows from them"
            raise BadInput(f"enrolment of arm '{arm.name}' without 'n'", where=where, todo=todo)
    return (sum(arm.n or 0 for arm in study.arms) - 1) * every / coming
