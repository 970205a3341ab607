"""How soon those who respond do: from the baseline to the first assessment that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.base.units import convert
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.responses import response_course
from unmoor.trial.summaries import Statistic

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`response`, one of the study's `responses`; `counts`, the responses that count; `unit`; `statistic`."""

    response: str
    counts: tuple[str, ...] | None = None
    unit: str = "months"
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The time from the baseline of the response to its onset; NaN for a patient who did not respond.

    Raises UnknownName for a response the study or the criterion lacks, BadInput for a unit that is no time.
    """
    plan = study.response(options.response, where)
    counted = plan.counted(options.counts, where)
    scale = float(convert(1.0, "h", options.unit, where=where))

    def values(result: Result, arm: str) -> np.ndarray:
        course = response_course(study, result, arm, options.response, counted)
        return (course.onset - plan.baseline[arm]) * scale

    return Measure("number", options.unit, values, options.statistic, plan.moments)
