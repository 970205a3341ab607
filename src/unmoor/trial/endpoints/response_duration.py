"""How long responses last: from the first assessment that counts to relapse or progression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.base.units import convert
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.responses import response_course

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`response`, one of the study's `responses`; `counts`, the responses that count; `unit` of the time."""

    response: str
    counts: tuple[str, ...] | None = None
    unit: str = "months"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The duration of response of those who responded; censored at the last assessment where it lasts.

    Raises UnknownName for a response the study or the criterion lacks, BadInput for a unit that is no time.
    """
    plan = study.response(options.response, where)
    counted = plan.counted(options.counts, where)
    scale = float(convert(1.0, "h", options.unit, where=where))

    def values(result: Result, arm: str) -> np.ndarray:
        course = response_course(study, result, arm, options.response, counted)
        event = np.where(np.isnan(course.onset), np.nan, course.ended.astype(float))
        return np.column_stack([(course.end - course.onset) * scale, event])

    return Measure("time", options.unit, values, moments=plan.moments)
