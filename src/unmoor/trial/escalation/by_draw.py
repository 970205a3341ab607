"""The whole dose-finding trial under many draws of a posterior: each trial draws the patients of one of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.trial.escalation.escalation import run_escalation
from unmoor.trial.escalation.toxicity import Toxicity, planned, toxicity
from unmoor.trial.escalation.whole_trial import WholeTrial, placed
from unmoor.trial.study import Study


def whole_trials_by_block(
    study: Study, result: Result, blocks: NDArray[np.int64], trials: int, seed: int
) -> list[WholeTrial]:
    """For each block of patients its share of `trials`, all of whose patients are the block's; `blocks` (patient,).

    A block without a patient who could be integrated at every level gives no trial.
    Raises BadInput as `toxicity` does.
    """
    plan, known = planned(study), toxicity(study, result)
    count, found = int(blocks[-1]) + 1, []
    for block in range(count):
        first, last = (trials * block) // count, (trials * (block + 1)) // count
        mine = blocks[known.who] == block
        if not mine.any() or first == last:
            continue
        few = Toxicity(known.hours[mine], known.who[mine], known.failed)
        # a trial keeps its number, so that no two blocks have trials of the same draws
        truth = few.truth(plan, trials, seed)
        truth = replace(truth, who=truth.who[first:last], gaps=truth.gaps[first:last])
        found.append(placed(run_escalation(plan, plan.design, few, truth), result.n, seed))
    return found
