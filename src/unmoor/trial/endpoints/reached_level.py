"""Whether an output reaches a level at one moment, or anywhere in a window: 20 CD34+ cells per uL, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import ConfigDict, Field

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.moments import level_of
from unmoor.trial.window import in_window, window

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`output`; `level`, with its unit; either `at`, one moment, or `from` and `to`, the study's ends if left out."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    level: str | float
    at: str | None = None
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")


def measure(options: Options, study: Study, where: str) -> Measure:
    """1 where the output is at or above `level` at the moment `at`, or anywhere between `from` and `to`, else 0.

    Raises BadInput for a level without a fitting unit, a moment and a window at once, a window that is empty or outside
    the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    if options.at is not None and (options.start is not None or options.end is not None):
        raise BadInput("both a moment and a window", where=where, todo="give 'at', or 'from' and 'to'")
    level = level_of(options.output, options.level, study.unit(options.output), where=where)
    spans = {}
    for arm in study.arms:
        if options.at is None:
            spans[arm.name] = window(study, options.start, options.end, arm, where)
        else:
            moment = study.span(options.at, None, arm, where)[0]
            spans[arm.name] = (moment, moment)

    def values(result: Result, arm: str) -> np.ndarray:
        highest = in_window(result, arm, options.output, spans[arm])[1].max(axis=1)
        return np.where(np.isnan(highest), np.nan, (highest >= level).astype(float))

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("proportion", "1", values, moments=moments)
