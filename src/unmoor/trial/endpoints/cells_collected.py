"""The cells a patient has collected, in all sessions or in the first so many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure, integrated, session_values
from unmoor.trial.summaries import Statistic

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`within` so many sessions (all planned ones when left out); `statistic` over patients."""

    within: Annotated[int, Field(ge=1)] | None = None
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The cumulative collection after the first `within` sessions, in the declared unit of the collected output.

    Raises BadInput for more sessions than are planned.
    """
    procedure = study.procedure(where)
    within = procedure.count_of(options.within, where)

    def values(result: Result, arm: str) -> np.ndarray:
        return np.where(integrated(result, arm), session_values(result, arm, "cumulative")[:, within - 1], np.nan)

    return Measure("number", study.unit(procedure.collected), values, options.statistic)
