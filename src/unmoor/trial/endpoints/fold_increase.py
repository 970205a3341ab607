"""How many times higher an output is at one moment than at an earlier one, such as around the first plerixafor dose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import ConfigDict, Field

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.summaries import Statistic
from unmoor.trial.window import at_time

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`output`; `from` and `to`, moments such as `first plerixafor` or `day 5 at 09:00`; `statistic` over patients."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The output at `to` over the output at `from`; NaN where the earlier value is not above zero.

    Raises BadInput when `to` is not after `from` or either is outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    spans = {arm.name: study.span(options.start, options.end, arm, where) for arm in study.arms}
    if any(end <= start for start, end in spans.values()):
        raise BadInput(f"'{options.end}' is not after '{options.start}'", where=where, todo="swap 'from' and 'to'")

    def values(result: Result, arm: str) -> np.ndarray:
        before, after = (at_time(result, arm, options.output, time) for time in spans[arm])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(before > 0, after / before, np.nan)

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("number", "1", values, options.statistic, moments)
