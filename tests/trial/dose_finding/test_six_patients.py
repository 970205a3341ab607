from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.rolling_six import RollingSix
from unmoor.trial.designs.three_plus_three import ThreePlusThree


def test_a_level_is_cleared_by_three_or_six() -> None:
    design = ThreePlusThree(doses=3)
    assert [design.recommend(text) for text in ("1NNN", "1NNT", "1NNT 1NNN", "1NNT 1NNT")] == [1, None, 1, None]
    assert design.next("1NNN").reason == "0 of 3 patients with DLT at level 1: the level is cleared"
    assert design.next("1NTT").reason.startswith("2 of 3 patients with DLT at level 1: the level exceeds the MTD")


def test_going_down_waits_for_pending_patients_of_a_full_level() -> None:
    design = RollingSix(doses=3)
    assert design.next("1NNN 1NNP0.5 2TT").action == "wait"
    assert design.next("1NNN 1NNN 2TT").stop
    assert design.next("1NNN 2TT").level == 1


def test_six_patients_a_level_unless_said() -> None:
    assert ThreePlusThree(doses=4).n == 24
    assert ThreePlusThree(doses=4, n=12).n == 12
    with pytest.raises(BadInput, match="dose levels is 0"):
        ThreePlusThree(doses=0)


@pytest.mark.parametrize(("design", "cohort"), [(ThreePlusThree, 2), (ThreePlusThree, 6), (RollingSix, 3)])
def test_a_cohort_that_is_not_the_rule_is_refused(design: type, cohort: int) -> None:
    with pytest.raises(BadInput, match="part of the rule"):
        design(doses=3, cohort=cohort)
