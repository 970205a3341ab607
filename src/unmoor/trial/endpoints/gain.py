"""How much an output grows between two moments, such as what one session adds to a bag."""

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
    """`output`; `from` and `to`; `per`, an output by whose value at `from` the gain is divided; `statistic`."""

    model_config = ConfigDict(populate_by_name=True)

    output: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    per: str | None = None
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The output at `to` less that at `from`, or this over `per` at `from`: cells collected per cell in blood.

    In the output's unit; with `per` in its unit over that of `per`, NaN where that is not above zero. Raises BadInput
    when `to` is not after `from` or either is outside the study, UnknownName for an unknown output.
    """
    study.curve(options.output, where)
    if options.per is not None:
        study.curve(options.per, where)
    spans = {arm.name: study.span(options.start, options.end, arm, where) for arm in study.arms}
    if any(end <= start for start, end in spans.values()):
        raise BadInput(f"'{options.end}' is not after '{options.start}'", where=where, todo="swap 'from' and 'to'")

    def values(result: Result, arm: str) -> np.ndarray:
        before, after = (at_time(result, arm, options.output, time) for time in spans[arm])
        if options.per is None:
            return after - before
        there = at_time(result, arm, options.per, spans[arm][0])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(there > 0, (after - before) / there, np.nan)

    unit = study.unit(options.output)
    if options.per is not None:
        unit = "1" if study.unit(options.per) == unit else f"{unit}/({study.unit(options.per)})"
    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("number", unit, values, options.statistic, moments)
