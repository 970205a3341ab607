"""Kaplan-Meier curves of an endpoint of kind "time", arm by arm, with what a figure of them needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.among import Group
from unmoor.trial.evaluate import values_by_endpoint
from unmoor.trial.study import Endpoint, Study
from unmoor.trial.survival.kaplan_meier import kaplan_meier

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """One arm: survival with its log-log bounds from each `time` on, shape (step,), and the patients behind it.

    `times` and `events`, shape (patient,), in the endpoint's unit: 1 the event, 0 censored.
    """

    arm: str
    time: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    times: Floats
    events: NDArray[np.bool_]

    @property
    def censored(self) -> Floats:
        """Times of patients who had not had the event when last seen."""
        return self.times[~self.events]

    def at_risk(self, moments: Sequence[float]) -> tuple[int, ...]:
        """How many patients are at risk at each of `moments`: event or censoring not before."""
        return tuple(int(np.count_nonzero(self.times >= moment)) for moment in moments)

    @classmethod
    def of(cls, arm: str, values: Floats) -> SurvivalCurve | None:
        """The curve of `values`, shape (patient, 2), as a measure of kind "time" gives them; None where nobody counts.

        Raises BadInput for impossible times.
        """
        known = values[~np.isnan(values[:, 0])]
        if not len(known):
            return None
        steps = kaplan_meier(known[:, 0], known[:, 1]).table()
        time, *levels = (steps[name].to_numpy(dtype=float) for name in ("time", "survival", "lower", "upper"))
        return cls(arm, time, levels[0], levels[1], levels[2], known[:, 0], known[:, 1] == 1)


def values_of(
    study: Study, endpoints: Sequence[Endpoint], result: Result | StoredResult
) -> dict[str, dict[str, Floats]]:
    """Endpoint -> arm -> its values, shape (patient,) or (patient, 2), NaN outside the arm and for the failed.

    A stored result is read once.
    """
    groups = {arm.name: Group.of(arm, result) for arm in study.arms}
    found = values_by_endpoint(dataclasses.replace(study, endpoints=tuple(endpoints)), result, groups)
    for arms in found.values():
        for name, values in arms.items():
            values[~groups[name].alive] = np.nan
    return found
