"""The half-life of an output that falls between two moments, as a pharmacokinetic study reads it off a late phase."""

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
    """`output`; `from` and `to`, between which it falls; `statistic` over patients."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """ln 2 over the slope of the least-squares line through the logarithms; NaN where the output does not fall.

    Hours. NaN too where a value of the window is not above zero. Raises BadInput for a window that is empty or outside
    the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        times, curve = in_window(result, arm, options.output, spans[arm])
        centred = times - times.mean()
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (np.log(curve) @ centred) / (centred @ centred)
            return np.where(slope < 0, np.log(2) / -slope, np.nan)

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("number", "h", values, options.statistic, moments)
