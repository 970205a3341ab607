from __future__ import annotations

import numpy as np

from unmoor.trial.designs.boin import Boin
from unmoor.trial.dose_finding.trials import of_history


def test_an_eliminated_level_closes_all_above_it() -> None:
    design = Boin(target=0.3, doses=4)
    trials = of_history(design.read("1NNN 3NNN 2TTT"), 4)
    assert design.open_levels(trials).tolist() == [[True, False, False, False]]
    assert design.next("1NNN 3NNN 2TTT").reason.endswith("the level is eliminated")
    assert design.next("1NNN").reason.endswith("low enough to escalate")


def test_steps_are_held_inside_the_levels() -> None:
    design = Boin(target=0.3, doses=2)
    trials = of_history(design.read("1NNN 2NNN"), 2)
    assert design.moved(np.array([1]), trials) == [2]
    assert design.next("1NTT").level == 1


def test_nothing_is_recommended_when_the_lowest_is_eliminated() -> None:
    assert Boin(target=0.3, doses=2).recommend("1NNN 2NNN 1TTT 1TTT") is None


def test_a_low_rate_that_leads_nowhere_says_why() -> None:
    design = Boin(target=0.3, doses=2)
    nowhere = "low enough to escalate, but no level above is open"
    assert design.next("1NNN 2NNN").reason.endswith(nowhere)
    assert design.next("1NNN 2TTT 1NNN").reason.endswith(nowhere)
