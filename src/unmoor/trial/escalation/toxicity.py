"""What every virtual patient would go through at every dose level, and the trials that draw them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.among import Group
from unmoor.trial.dose_finding.truth import Truth, from_patients
from unmoor.trial.escalation.limiting import limiting_times
from unmoor.trial.escalation.plan import EscalationPlan
from unmoor.trial.statistics.proportion import wilson
from unmoor.trial.study import Study


@dataclass(frozen=True)
class Toxicity:
    """First dose-limiting toxicities: `hours` from the first dose, shape (candidate, level), infinite for none.

    Candidates are the patients who could be integrated at every level; `who`, shape (candidate,), are their positions
    among the patients of the result, `failed` how many there are besides.
    """

    hours: NDArray[np.float64]
    who: NDArray[np.int64]
    failed: int

    @property
    def rates(self) -> tuple[float, ...]:
        """The share of candidates with a DLT at each level."""
        return tuple(np.isfinite(self.hours).mean(axis=0).tolist())

    @property
    def rate_intervals(self) -> list[tuple[float, float]]:
        """What so many candidates know of the rate at each level: Wilson's 95% interval."""
        found = [wilson(int(count), len(self.hours)) for count in np.isfinite(self.hours).sum(axis=0)]
        return [(each.lower, each.upper) for each in found]

    def truth(self, plan: EscalationPlan, trials: int, seed: int) -> Truth:
        """Trials of the plan's size that draw candidates with replacement, each number addressed by (seed, entry).

        Raises BadInput for fewer than one trial.
        """
        dlt = np.isfinite(self.hours)
        times = np.where(dlt, self.hours / plan.window, 0.0)
        drawn = {"trials": trials, "patients": plan.patients, "seed": seed}
        return from_patients(dlt, np.minimum(times, 1.0), per_window=plan.per_window, **drawn)


def planned(study: Study) -> EscalationPlan:
    """The study's plan.

    Raises BadInput when it has none.
    """
    if study.escalation is None:
        todo = "add 'escalation:' with levels, design, window, dlt and patients"
        raise BadInput(f"study '{study.name}' has no dose levels", where=study.file, todo=todo)
    return study.escalation


def levels_only(study: Study) -> Study:
    """What of a study there is to simulate to compare designs: the arms that are levels, to the end of their windows.

    Endpoints that look further cannot be evaluated on it.
    Raises BadInput for a study without dose levels.
    """
    plan = planned(study)
    arms = tuple(study.arm(name) for name in plan.levels)
    if study.procedures:
        return replace(study, arms=arms)
    end = max(plan.moments)
    visits = tuple(visit for visit in study.visits if visit[1] <= end)
    moments = tuple(time for time in study.moments if time <= end)
    return replace(study, arms=arms, duration=end, visits=visits, moments=moments)


def toxicity(study: Study, result: Result | StoredResult) -> Toxicity:
    """The dose-limiting toxicities of a study's patients at each of its levels, from a result that has these arms.

    Raises BadInput for a study without levels, a result without their arms or curves, or without a patient who could be
    integrated at all of them.
    """
    plan = planned(study)
    for name in plan.levels:
        result.check_arm(name, where=plan.where)
    for limit in plan.limits:
        if limit.output not in result.outputs:
            raise BadInput(f"the result has no curve of {limit.output}", todo="simulate the study as it is now")
    groups = [Group.of(study.arm(name), result) for name in plan.levels]
    alive = np.logical_and.reduce([group.alive for group in groups])
    if not alive.any():
        raise BadInput("no patient could be integrated at every dose level", where=plan.where, todo="see result.failed")
    columns = [
        np.concatenate([limiting_times(part, name, plan.limits, start, plan.window) for part in result.parts()])
        for name, start in zip(plan.levels, plan.starts, strict=True)
    ]
    failed = int(np.count_nonzero(groups[0].inside & ~alive))
    return Toxicity(np.stack(columns, axis=1)[alive], np.flatnonzero(alive), failed)
