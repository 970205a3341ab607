from __future__ import annotations

import numpy as np
import pytest

from unmoor.trial.designs.blrm import Blrm
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.boin_comb import BoinComb
from unmoor.trial.designs.crm import Crm
from unmoor.trial.designs.three_plus_three import ThreePlusThree
from unmoor.trial.dose_finding.design import STOP, WAIT, Design, coherent, not_skipping
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.pathways import pathways
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


@pytest.mark.parametrize(
    "design",
    [
        Boin(target=0.3, doses=3),
        ThreePlusThree(doses=3),
        Crm(target=0.3, skeleton=(0.1, 0.2, 0.3)),
        Blrm(doses=(25, 50, 100), reference=250, mean=(2.15, 0.52), sd=(0.84, 0.8)),
    ],
)
def test_open_windows_are_never_taken_for_patients_without_dlt(design: Design) -> None:
    waits = design.next("1NNN 2NNP0.4")
    assert (waits.action, waits.level) == ("wait", None)
    assert waits.reason.startswith("1 pending, and the rule needs every outcome; were they free of DLT: ")
    assert design.next("1NNN 2NNP1") == design.next("1NNN 2NNN")
    assert design.next("1NNN 2TTP0.4") == design.next("1NNN 2TTN")
    assert pathways(design, "1NNN 2NNP0.4", cohorts=1).steps[0].next == WAIT
