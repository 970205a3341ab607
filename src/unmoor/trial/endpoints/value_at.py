"""An output at one moment, such as CD34+ cells per uL 9 h after the dose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.summaries import Statistic
from unmoor.trial.window import at_time

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`output`; `at`, a moment such as `9 h after first plerixafor`; `statistic` over patients."""

    output: str
    at: str
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The output at the moment, in its declared unit.

    Raises BadInput for a moment outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    times = {arm.name: study.span(options.at, None, arm, where)[0] for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        return at_time(result, arm, options.output, times[arm])

    return Measure("number", study.unit(options.output), values, options.statistic, tuple(sorted(set(times.values()))))
