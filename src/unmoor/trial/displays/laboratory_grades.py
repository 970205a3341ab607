"""Laboratory findings by worst grade: for endpoints of type `worst_grade`, every grade beside the one they ask for."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.displays.survival_curve import values_in
from unmoor.trial.displays.worst_grades import GRADES, WorstGrades
from unmoor.trial.study import Endpoint, Study

HIGHEST = 4  # of a laboratory finding
KEYS = ("criterion", "term", "output", "start", "end", "lower_limit", "upper_limit")


def laboratory_grades(study: Study, result: Result | StoredResult) -> list[WorstGrades]:
    """Counts by worst grade of every term that an endpoint grades, in its window, arm by arm.

    A grade that cannot be told (grade 1 without a limit of normal, one that is a clinical judgement) counts as the next
    lower one.
    """
    asked: dict[tuple[object, ...], Endpoint] = {}
    for endpoint in study.endpoints:
        if endpoint.type == "worst_grade":
            asked.setdefault(tuple(getattr(endpoint.options, key) for key in KEYS), endpoint)
    found = []
    for endpoint in asked.values():
        options: Any = endpoint.options
        term = f"{options.term} ({options.criterion})"
        found += [WorstGrades(term, arm.name, _counts(study, result, endpoint, arm.name)) for arm in study.arms]
    return found


def _counts(study: Study, result: Result | StoredResult, endpoint: Endpoint, arm: str) -> tuple[int, ...]:
    """Patients whose worst grade is 0, 1, ... 5, from who has at least each grade."""
    at_least = [0] * (GRADES + 1)
    for grade in range(HIGHEST, 0, -1):
        try:
            asked = dataclasses.replace(endpoint, options=endpoint.options.model_copy(update={"grade": grade}))
            values = values_in(study, asked, arm, result)
        except BadInput:
            at_least[grade] = at_least[grade + 1]
            continue
        at_least[grade] = int(np.nansum(values))
        at_least[0] = int(np.count_nonzero(~np.isnan(values)))
    return tuple(at_least[grade] - at_least[grade + 1] for grade in range(GRADES))
