from __future__ import annotations

import numpy as np

from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.boin_comb import BoinComb
from unmoor.trial.dose_finding.design import STOP, WAIT, coherent, not_skipping
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.trials import of_history


def test_a_decision_says_what_and_why() -> None:
    decision = Boin(target=0.3, doses=3).next("1NNN")
    assert (decision.action, decision.level, decision.stop) == ("escalate", 2, False)
    assert decision.reason == "0 of 3 patients with DLT at level 1, a rate of 0.000: low enough to escalate"
    full = Boin(target=0.3, doses=3, n=3).next("1NNN")
    assert (full.action, full.level, full.reason) == ("stop", None, "all 3 patients are treated")


def test_escalation_is_one_level_at_a_time_and_never_after_dlts() -> None:
    trials = of_history(History.of("2NNT"), 5)
    proposed = np.array([5])
    assert not_skipping(proposed, trials) == [3]
    assert not_skipping(np.array([STOP]), trials) == [STOP]
    assert not_skipping(np.array([WAIT]), trials) == [WAIT]
    assert coherent(proposed, trials, 0.3) == [2]
    assert coherent(proposed, trials, 0.4) == [5]
    assert coherent(np.array([1]), trials, 0.3) == [1]


def test_labels_and_ranks_of_combinations() -> None:
    design = BoinComb(target=0.3, first=2, second=3)
    assert [design.label(level) for level in range(1, 7)] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
    assert [design.rank(level) for level in range(1, 7)] == [0, 1, 2, 1, 2, 3]
