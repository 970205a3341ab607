"""Laboratory findings by worst grade: for endpoints of type `worst_grade`, every grade beside the one they ask for."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.displays.survival_curve import Floats, values_of
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
    graded = {endpoint.name: _told(study, endpoint) for endpoint in asked.values()}
    values = values_of(study, [each for told in graded.values() for each in told.values()], result)
    found = []
    for endpoint in asked.values():
        options: Any = endpoint.options
        term, told = f"{options.term} ({options.criterion})", graded[endpoint.name]
        for arm in study.arms:
            found.append(WorstGrades(term, arm.name, _counts({g: values[told[g].name][arm.name] for g in told})))
    return found


def _told(study: Study, endpoint: Endpoint) -> dict[int, Endpoint]:
    """The endpoint asked for every grade that can be told, each under a name of its own."""
    found = {}
    for grade in range(1, HIGHEST + 1):
        options = endpoint.options.model_copy(update={"grade": grade})
        one = dataclasses.replace(endpoint, name=f"{endpoint.name}, grade {grade}", options=options)
        try:
            study.measure(one)
        except BadInput:
            continue
        found[grade] = one
    return found


def _counts(values: dict[int, Floats]) -> tuple[int, ...]:
    """Patients whose worst grade is 0, 1, ... 5, from who has at least each grade that can be told."""
    at_least = [0] * (GRADES + 1)
    at_least[0] = int(np.count_nonzero(~np.isnan(next(iter(values.values())))))
    for grade in range(HIGHEST, 0, -1):
        at_least[grade] = int(np.nansum(values[grade])) if grade in values else at_least[grade + 1]
    return tuple(at_least[grade] - at_least[grade + 1] for grade in range(GRADES))
