from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.reporting.content import Facts, Items
from unmoor.reporting.sections.asked import asked, clock, duration, hours, merged
from unmoor.reporting.table import Table


def test_arms_doses_and_rules_are_told(study: Any, result: Any) -> None:
    blocks = asked(study, result).blocks
    arms = next(block for block in blocks if isinstance(block, Table))
    facts = dict(next(block for block in blocks if isinstance(block, Facts)).pairs)
    assert [column.title for column in arms.columns] == [
        "Arm",
        "Doses",
        "Placebo on the schedule of",
        "Patients, published",
    ]
    assert [[cell.text for cell in row] for row in arms.rows] == [
        [
            "Plerixafor + G-CSF",
            "filgrastim 10 µg/kg sc once daily at 08:00 for 8 days\nplerixafor 0.24 mg/kg sc on days 4-7 at 22:00",
            "",
            "150",
        ],
        [
            "Placebo + G-CSF",
            "filgrastim 10 µg/kg sc once daily at 08:00 for 8 days",
            "plerixafor 0.24 mg/kg sc on days 4-7 at 22:00",
            "148",
        ],
    ]
    assert facts["Patients"] == "60 virtual patients in each arm, the same in all arms"
    assert facts["Seed"] == "3"
    assert "stop apheresis when collected ≥ 5 × 10⁶ cells/kg" in facts["Decisions"]
    assert "DiPersio JF" in facts["Published in"]
    assert any(isinstance(block, Items) for block in blocks)


def test_a_column_that_says_nothing_is_left_out(study: Any, result: Any) -> None:
    alone = replace(study, arms=(replace(study.arms[0], n=None, regimen=None, placebo=None),), rules=(), notes=())
    blocks = asked(alone, result).blocks
    arms = next(block for block in blocks if isinstance(block, Table))
    assert [column.title for column in arms.columns] == ["Arm", "Doses"]
    assert arms.rows[0][1].text == "no drug"
    assert "Decisions" not in dict(next(block for block in blocks if isinstance(block, Facts)).pairs)


@pytest.mark.parametrize(("value", "text"), [(0.25, "15 min"), (1, "1 hour"), (4.6, "4.6 hours")])
def test_hours(value: float, text: str) -> None:
    assert hours(value) == text


def test_days_and_clock() -> None:
    assert (duration(216), duration(50), duration(24)) == ("9 days", "50 hours", "24 hours")
    assert (clock(94), clock(0), clock(81.5)) == ("day 4, 22:00", "day 1, 00:00", "day 4, 09:30")


def test_doses_that_begin_on_other_days_only_are_one_line() -> None:
    cycle = ["a 1 mg sc every 3 weeks at 08:00 for 8 doses", "a 1 mg sc every 3 weeks at 08:00 from day 3 for 8 doses"]
    other = [
        "b 2 mg po every 2 weeks at 08:00 from day 169",
        "a 1 mg sc every 3 weeks at 08:00 from day 13 for 8 doses",
    ]
    assert merged("\n".join([*cycle, *other])).splitlines() == [
        "a 1 mg sc every 3 weeks at 08:00 from days 1, 3, 13 for 8 doses",
        "b 2 mg po every 2 weeks at 08:00 from day 169",
    ]


def test_a_line_that_stands_twice_stays_twice() -> None:
    text = "a 1 mg sc once at 08:00\na 1 mg sc once at 08:00\nb 1 mg sc daily from day 10"
    assert merged(text) == text
