"""The page of a plan: everything on it, nothing from outside, refusals before writing."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.planning import Count, Pack, Patient, Plan, Prices, Session, plan
from unmoor.reporting import plan_page, plan_report


@pytest.fixture(scope="module")
def made() -> Plan:
    """A plan after a session, with prices."""
    patient = Patient(
        weight=78, disease="non-Hodgkin lymphoma", age=61, sex="male", creatinine_clearance=80,
        counts=(Count("day 4 at 07:30", 9.0, 30.0), Count("day 5 at 08:00", 14.0)),
        sessions=(Session("day 5 at 09:00", 1.2, volume=14.0),), now="day 5 at 16:00",
        prices=Prices("EUR", 1500.0, {"plerixafor": Pack(24.0, 6000.0)}),
    )  # fmt: skip
    return plan(patient, patients=300)


def test_the_page_holds_every_option_caution_and_the_notice(made: Plan) -> None:
    text = plan_page(made)
    assert "not a medical device" in text
    for option in made.options:
        if not option.title.startswith("The same"):
            assert option.title in text
    assert made.cautions
    assert all(html.escape(each, quote=True).replace("&#x27;", "&#39;") in text for each in made.cautions)
    assert "Cost, EUR" in text
    assert "without filgrastim" in text
    assert "14 L" in text


def test_the_page_loads_nothing_from_anywhere(made: Plan) -> None:
    assert not re.findall(r'(?:src|href)="https?://', plan_page(made))


def test_it_is_written_as_html_only(made: Plan, tmp_path: Path) -> None:
    assert plan_report(made, tmp_path / "plan.html").read_text().startswith("<!doctype html>")
    with pytest.raises(BadInput, match="as HTML"):
        plan_report(made, tmp_path / "plan.pdf")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        plan_report(made, tmp_path / "folder.html")
