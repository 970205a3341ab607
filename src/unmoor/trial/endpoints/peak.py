"""The highest value of an output in a window, read from the study's time grid."""

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
    """`output`; `from` and `to`, the window's moments, the whole study when left out; `statistic` over patients."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The largest value of the output between `from` and `to`, both included, in its declared unit.

    Raises BadInput for a window that is empty or outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        return in_window(result, arm, options.output, spans[arm])[1].max(axis=1)

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("number", study.unit(options.output), values, options.statistic, moments)
