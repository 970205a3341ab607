"""Patients by best response: the share of each response in an arm, with its interval and its range over trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.among import Group
from unmoor.trial.prediction import Trials
from unmoor.trial.responses import response_course
from unmoor.trial.statistics.estimate import Estimate
from unmoor.trial.statistics.proportion import wilson
from unmoor.trial.study import Study


@dataclass(frozen=True, eq=False)
class BestResponses:
    """One arm: `order` of the criterion, best first; of each response the share of patients who have it as their best.

    `predicted` holds (lower, upper) of the central 90% of trials of `size` patients, nothing where no size is known.
    """

    arm: str
    order: tuple[str, ...]
    shares: tuple[Estimate, ...]
    predicted: tuple[tuple[float, float], ...]
    size: int

    @classmethod
    def of(
        cls,
        arm: str,
        order: tuple[str, ...],
        best: NDArray[np.str_],
        counted: NDArray[np.int64],
        chosen: NDArray[np.int64] | None = None,
    ) -> BestResponses:
        """Of `best` (patient,), "" for who does not count; `counted` are positions over which shares are taken.

        `chosen`, shape (trial, entry), holds the positions of the patients of drawn trials.
        """
        known = best[counted]
        known = known[known != ""]
        shares = tuple(wilson(int(np.count_nonzero(known == word)), len(known)) for word in order)
        if chosen is None or not chosen.size:
            return cls(arm, order, shares, (), 0)
        drawn = best[chosen]
        present = np.maximum((drawn != "").sum(axis=1), 1)
        spans = tuple(Trials((drawn == word).sum(axis=1) / present, chosen.shape[1]).interval() for word in order)
        return cls(arm, order, shares, spans, int(chosen.shape[1]))


def best_by_arm(study: Study, result: Result | StoredResult, response: str) -> dict[str, NDArray[np.str_]]:
    """Arm -> the best response of each patient, shape (patient,), "" outside the arm and for the failed."""
    parts: dict[str, list[NDArray[np.str_]]] = {arm.name: [] for arm in study.arms}
    for part in result.parts():
        for arm in study.arms:
            course = response_course(study, part, arm.name, response)
            parts[arm.name].append(np.where(np.isnan(course.end), "", course.best))
    alive = {arm.name: Group.of(arm, result).alive for arm in study.arms}
    return {name: np.where(alive[name], np.concatenate(some), "") for name, some in parts.items()}
