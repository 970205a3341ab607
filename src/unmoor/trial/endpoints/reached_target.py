"""Whether a patient has collected a target, in at most so many sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure, integrated, session_values
from unmoor.trial.moments import quantity

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`target`, an amount with its unit; `within` so many sessions (all planned ones when left out)."""

    target: str | float
    within: Annotated[int, Field(ge=1)] | None = None


def measure(options: Options, study: Study, where: str) -> Measure:
    """1 where the cumulative collection of the first `within` sessions is at least `target`, 0 where it is less.

    Raises BadInput for a target without a fitting unit or more sessions than are planned.
    """
    procedure = study.procedure(where)
    target = quantity(options.target, study.unit(procedure.collected), where=where)
    within = procedure.count_of(options.within, where)

    def values(result: Result, arm: str) -> np.ndarray:
        collected = session_values(result, arm, "cumulative")[:, within - 1]
        return np.where(integrated(result, arm), (collected >= target).astype(float), np.nan)

    return Measure("proportion", "1", values)
