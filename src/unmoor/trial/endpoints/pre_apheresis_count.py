"""The count in blood just before a session, such as CD34+ cells per uL before the first apheresis."""

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
    """`session` whose pre-count is meant, the first when left out; `statistic` over patients."""

    session: Annotated[int, Field(ge=1)] = 1
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The pre-count of the session, in the declared unit of the count; NaN where the session was not performed.

    Raises BadInput for a session that is not planned.
    """
    procedure = study.procedure(where)
    session = procedure.count_of(options.session, where)

    def values(result: Result, arm: str) -> np.ndarray:
        return np.where(integrated(result, arm), session_values(result, arm, "pre_count")[:, session - 1], np.nan)

    return Measure("number", study.unit(procedure.count), values, options.statistic)
