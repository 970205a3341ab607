from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial import load_study
from unmoor.trial.escalation.rising import check_rising

LEVELS = "levels: [low, middle, high, top]"
TOP = "doses: [plerixafor 0.40 mg/kg sc on days 1-4 at 08:00]"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (((LEVELS, "levels: [top, high, middle, low]"),), "level 'high' gives no more of any drug than 'top'"),
        (((LEVELS, "levels: [low, high, middle, top]"),), "level 'middle' gives no more of any drug than 'high'"),
        (((TOP, TOP.replace("0.40 mg", "320 ug")),), "level 'top' gives no more of any drug than 'high'"),
    ],
)
def test_levels_stand_from_the_lowest_dose_up(write_levels, line_of, changes, message) -> None:
    path = write_levels(*changes)
    with pytest.raises(BadInput, match=message) as refused:
        load_study(path)
    assert refused.value.where == f"{path}:{line_of(path, 'levels:')}"


@pytest.mark.parametrize("other", ["0.32 mg/kg sc on days 1-5 at 08:00", "1 mg sc on days 1-4 at 08:00"])
def test_doses_that_cannot_be_compared_are_taken_as_they_stand(write_levels, other: str) -> None:
    assert load_study(write_levels((TOP, f"doses: [plerixafor {other}]"))).escalation.levels[-1] == "top"


def test_one_drug_may_fall_where_another_rises() -> None:
    arm = load_study("ghobrial-2019-phase1").arm
    check_rising(arm("three"), arm("two"), "")  # less plerixafor, more bortezomib
    check_rising(arm("five-b"), arm("five"), "")  # the same doses on fewer days
    with pytest.raises(BadInput, match="level 'one' gives no more of any drug than 'two'"):
        check_rising(arm("one"), arm("two"), "here")
