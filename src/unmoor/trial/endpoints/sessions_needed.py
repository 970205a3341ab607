"""How many sessions a patient needed: to reach a target, or until collection ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure, integrated, session_values
from unmoor.trial.moments import quantity
from unmoor.trial.summaries import Statistic

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`target`, an amount with its unit: only patients who reach it count; without it, all sessions performed count."""

    target: str | float | None = None
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The number of the session that reached `target` (NaN where none did), or of all sessions performed.

    Raises BadInput for a target without a fitting unit.
    """
    procedure = study.procedure(where)
    unit = study.unit(procedure.collected)
    target = None if options.target is None else quantity(options.target, unit, where=where)

    def values(result: Result, arm: str) -> np.ndarray:
        if target is None:
            needed = session_values(result, arm, "performed").sum(axis=1)
        else:
            reached = session_values(result, arm, "cumulative") >= target
            needed = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.nan)
        return np.where(integrated(result, arm), needed, np.nan)

    return Measure("number", "1", values, options.statistic)
