"""The area under an output in a window, by the trapezoidal rule on the study's time grid: AUC(0-24 h) and the like."""

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
    """The area of the output between `from` and `to`, in its declared unit times h.

    Linear trapezia; a coarse grid overstates a curve that falls exponentially, so sample finely where it bends.
    Raises BadInput for a window that is empty or outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        times, curve = in_window(result, arm, options.output, spans[arm])
        return np.asarray(np.trapezoid(curve, times, axis=1))

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("number", f"h {study.unit(options.output)}", values, options.statistic, moments)
