"""The one trial whose patients a report shows one by one: of the published size, drawn from the virtual patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import uniform
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.among import Group
from unmoor.trial.escalation.escalation import Escalation
from unmoor.trial.prediction import seed_of
from unmoor.trial.study import Study
from unmoor.trial.study_file import WHOLE

MOST = 40  # patients shown where nothing says how large the trial was


@dataclass(frozen=True, eq=False)
class ShownTrial:
    """Patients in order of entry: `who` their positions in the result, `arms` what each was given, shapes (entry,).

    `dlt` is the hour of each patient's dose-limiting toxicity, counted as the curves are, NaN for none.
    """

    arm: str
    who: NDArray[np.int64]
    arms: tuple[str, ...]
    dlt: NDArray[np.float64]


def arm_of_response(study: Study, name: str) -> str:
    """The arm whose response `name` was published, "trial" for a whole dose-finding trial; else the first there is."""
    asked = [each.name for each in study.endpoints if getattr(each.options, "response", None) == name]
    published = [part.arm for part in study.published if part.endpoint in asked]
    first = WHOLE if study.escalation is not None else study.arms[0].name
    return published[0] if published else first


def example(run: Escalation, level: int) -> int:
    """A trial that recommends `level` (1 the lowest, 0 none): the first that holds nobody twice, if there is one.

    Raises LookupError where no trial recommends it.
    """
    trials = np.flatnonzero(run.recommended == level)
    if not trials.size:
        raise LookupError(f"no trial recommends level {level}")
    for trial in trials:
        who = run.who[trial][run.given[trial] > 0]
        if len(np.unique(who)) == len(who):
            return int(trial)
    return int(trials[0])


def shown_trial(study: Study, result: Result | StoredResult, arm: str, escalation: Escalation | None) -> ShownTrial:
    """A trial of `arm`; of a whole dose-finding trial one of those that recommend what most of them recommend."""
    if arm == WHOLE and escalation is not None:
        path = escalation.path(example(escalation, int(escalation.recommended[escalation.typical])))
        starts = np.array([escalation.plan.starts[level - 1] for level in path["level"]])
        return ShownTrial(arm, path["patient"].to_numpy(), tuple(path["arm"]), path["dlt_time"].to_numpy() + starts)
    pool = np.flatnonzero(Group.of(study.arm(arm), result).alive)
    size = min(size_of(study, arm) or MOST, len(pool))
    numbers = uniform(seed_of(study, result), f"patients of the trial shown, arm {arm}", 0, len(pool))
    who = pool[np.argsort(numbers)[:size]]
    return ShownTrial(arm, who, (arm,) * size, np.full(size, np.nan))


def size_of(study: Study, arm: str) -> int | None:
    """How many patients were published in an arm, else how many the study plans."""
    published = next((part.n for part in study.published if part.arm == arm and part.n is not None), None)
    return published or study.size_of(arm)
