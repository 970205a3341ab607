"""Whether an output is so many times higher at one moment than at an earlier one: a count that doubles, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import ConfigDict, Field

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.window import at_time, window

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`output`; `fold`, above zero; `from` and `to`, the two moments."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    fold: float = Field(gt=0)
    start: str = Field(alias="from")
    end: str = Field(alias="to")


def measure(options: Options, study: Study, where: str) -> Measure:
    """1 where the output at `to` is at least `fold` times that at `from`, else 0; NaN where the earlier is not above 0.

    Raises BadInput when `to` is not after `from` or either is outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        before, after = (at_time(result, arm, options.output, time) for time in spans[arm])
        known = np.isfinite(after) & (before > 0)
        return np.where(known, (after >= options.fold * before).astype(float), np.nan)

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("proportion", "1", values, moments=moments)
