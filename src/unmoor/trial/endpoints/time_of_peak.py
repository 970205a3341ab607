"""When an output is highest in a window, in hours after the window begins, to the resolution of the study's grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import ConfigDict, Field

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.summaries import Statistic
from unmoor.trial.window import in_window, window

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`output`; `from`, the moment the hours count from; `to`, where the window ends; `statistic` over patients."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """Hours from `from` to the first time of the grid at which the output is largest.

    Raises BadInput for a window that is empty or outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        times, curve = in_window(result, arm, options.output, spans[arm])
        failed = np.isnan(curve).any(axis=1)
        highest = np.nan_to_num(curve).argmax(axis=1)
        return np.where(failed, np.nan, times[highest] - spans[arm][0])

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("number", "h", values, options.statistic, moments)
