"""Whether a patient responded: the best response, by a versioned criterion, is one of those that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.responses import response_course

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`response`, one of the study's `responses`; `counts`, the responses that count, the criterion's if left out."""

    response: str
    counts: tuple[str, ...] | None = None


def measure(options: Options, study: Study, where: str) -> Measure:
    """1 where the best response up to relapse or progression counts, else 0; a patient not evaluable did not respond.

    Raises UnknownName for a response the study or the criterion lacks, with the nearest.
    """
    plan = study.response(options.response, where)
    counted = plan.counted(options.counts, where)

    def values(result: Result, arm: str) -> np.ndarray:
        course = response_course(study, result, arm, options.response)
        return np.where(np.isnan(course.end), np.nan, np.isin(course.best, counted).astype(float))

    return Measure("proportion", "1", values, moments=plan.moments)
