from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import designs


def test_the_windows_join_the_time_grid(levels) -> None:
    assert levels.escalation.moments == (8.0, 176.0)
    assert {8.0, 176.0} <= set(levels.times)


def test_designs_are_found_by_name(levels) -> None:
    plan = levels.escalation
    assert [each.name for each in plan.designs] == ["three-plus-three", "boin", "crm"]
    assert plan.named("boin") == plan.designs[1]
    assert plan.named("boin", {"cohort": 1}).design == designs.Boin(target=0.25, doses=4, n=18, cohort=1)
    with pytest.raises(BadInput, match="up to 40 patients in a trial of 20"):
        plan.named("boin", {"n": 40})
    assert plan.named("mtpi2").design == designs.Mtpi2(target=0.25, doses=4, n=20)
    with pytest.raises(UnknownName, match="did you mean 'boin'"):
        plan.named("bion")


def test_another_target_for_every_design(levels) -> None:
    plan = levels.escalation.aiming(0.3)
    assert {each.design.target for each in plan.designs} == {0.3}
    assert levels.escalation.design.design.target == 0.25
    with pytest.raises(BadInput, match=r"designs to compare: target is 1\.5"):
        levels.escalation.aiming(1.5)


def test_the_places_of_the_published_level(oncology, levels) -> None:
    assert oncology.escalation.published_places == (2,)
    assert levels.escalation.published_places == ()


def test_what_limits_the_dose_in_words(levels) -> None:
    expected = "within 7 days of the first dose: plerixafor_concentration at or above 1000 ng/mL"
    assert levels.escalation.toxicity_prose(levels) == expected
