"""By which session the target is reached, as cumulative incidence; leaving off collection before it competes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure, integrated, session_values
from unmoor.trial.moments import quantity
from unmoor.trial.statistics.cumulative_incidence import CENSORED, COMPETING, REACHED

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`target`, an amount with its unit."""

    target: str | float


def measure(options: Options, study: Study, where: str) -> Measure:
    """For each patient the session, counted as planned, that reached the target, or the one after which none followed.

    A patient who had the last planned session without reaching the target is censored there; one whose sessions
    ended before (stopped by a rule or withdrawn) has the competing outcome at the first session that was not held.
    Raises BadInput for a target without a fitting unit.
    """
    procedure = study.procedure(where)
    target = quantity(options.target, study.unit(procedure.collected), where=where)

    def values(result: Result, arm: str) -> np.ndarray:
        reached = session_values(result, arm, "cumulative") >= target
        performed = session_values(result, arm, "performed") > 0
        planned = performed.shape[1]
        last = np.where(performed.any(axis=1), planned - performed[:, ::-1].argmax(axis=1), 0)
        left = last < planned
        session = np.where(left, last + 1.0, planned)
        outcome = np.where(left, float(COMPETING), float(CENSORED))
        success = reached.any(axis=1)
        session = np.where(success, reached.argmax(axis=1) + 1.0, session)
        outcome = np.where(success, float(REACHED), outcome)
        failed = ~integrated(result, arm)
        return np.where(failed[:, None], np.nan, np.column_stack([session, outcome]))

    return Measure("incidence", "1", values, sessions=len(procedure.starts))
