"""The whole dose-finding trial under many draws of a posterior: each trial draws the patients of one of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.trial.block_draws import trials_by_block
from unmoor.trial.escalation.escalation import run_escalation
from unmoor.trial.escalation.toxicity import planned, toxicity
from unmoor.trial.escalation.whole_trial import WholeTrial, placed
from unmoor.trial.prediction import TRIALS
from unmoor.trial.study import Study
from unmoor.trial.study_file import WHOLE


def whole_trials_by_block(
    study: Study, result: Result, blocks: NDArray[np.int64], seed: int, trials: int = TRIALS
) -> list[WholeTrial]:
    """For each block of patients its share of `trials`, all of whose patients are the block's; `blocks` (patient,).

    A patient enters a trial once at most where the block has enough (`trials_by_block`). A block without a patient who
    could be integrated at every level gives no trial.
    Raises BadInput as `toxicity` does.
    """
    plan, known = planned(study), toxicity(study, result)
    candidate = np.zeros(result.n, dtype=bool)
    candidate[known.who] = True
    chosen = trials_by_block(seed, WHOLE, blocks, candidate, plan.patients, trials)
    of_trial = blocks[chosen[:, 0]]
    truth = known.truth(plan, len(chosen), seed)
    found = []
    for block in np.unique(of_trial):
        mine = of_trial == block
        few = replace(truth, who=np.searchsorted(known.who, chosen[mine]), gaps=truth.gaps[mine])
        found.append(placed(run_escalation(plan, plan.design, known, few), result.n, seed))
    return found
