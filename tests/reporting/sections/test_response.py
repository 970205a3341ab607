from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.reporting.content import Heading, Paragraph
from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.response import response
from unmoor.reporting.table import Table
from unmoor.trial.conduct.plan import ConductPlan


@pytest.fixture(scope="module")
def found(oncology: Any, displays: Any, oncology_rows: Any) -> Any:
    return response(oncology, displays, oncology_rows)


def test_it_says_by_what_and_when(found: Any) -> None:
    text = next(block.text for block in found.blocks if isinstance(block, Paragraph))
    assert "6 times between day 29 and day 169 by IWG2003" in text


def test_one_trial_is_shown_patient_by_patient(found: Any, displays: Any) -> None:
    swimmer, waterfall = (block for block in found.blocks if isinstance(block, Drawing))
    assert swimmer.title == "18 patients of one simulated trial."
    for patient in displays.patients("iwg"):
        assert f">{patient.patient} · {patient.arm}</text>" in swimmer.wide
    assert ">DLT</text>" in swimmer.wide
    assert waterfall.title == "Best change of blasts in marrow."
    assert ">PR: −50%</text>" in waterfall.narrow


def test_the_table_has_shares_ranges_and_what_was_published(found: Any, displays: Any) -> None:
    (table,) = (block for block in found.blocks if isinstance(block, Table))
    labels = [row[0].text for row in table.rows]
    assert labels[:3] == ["Whole trial", "90% of trials of that size", "Published"]
    heads = [column.title for column in table.columns]
    whole = displays.best("iwg")[0]
    place = whole.order.index("CR")
    column = heads.index("CR")
    assert table.rows[0][column].text == f"{100 * whole.shares[place].value:.1f}"
    assert table.rows[1][-1].text == "18"
    assert table.rows[2][column].text == "33.3"
    assert "NE" not in heads  # nobody was not evaluable


def test_several_responses_have_headings(oncology: Any, oncology_result: Any, oncology_rows: Any) -> None:
    (plan,) = oncology.responses
    twice = replace(oncology, responses=(plan, replace(plan, name="again")))
    found = response(twice, twice.displays(oncology_result), oncology_rows)
    assert found is not None
    assert [block.text for block in found.blocks if isinstance(block, Heading)] == ["iwg", "again"]


def test_a_study_without_responses_has_no_such_section(study: Any, result: Any, rows: Any) -> None:
    assert response(study, study.displays(result), rows) is None


def test_conduct_is_said_and_who_left_is_followed_no_longer(
    oncology: Any, oncology_result: Any, oncology_rows: Any
) -> None:
    plan = ConductPlan(0.3, 730.5, 0.2, float("inf"), 0.0, ("dropout 30% per month", "missed visits 20%"))
    conducted = replace(oncology, conduct=plan)
    displays = conducted.displays(oncology_result)
    text = next(b.text for b in response(conducted, displays, oncology_rows).blocks if isinstance(b, Paragraph))
    assert "Conduct: dropout 30% per month, missed visits 20%." in text
    before = {each.patient: each.end for each in oncology.displays(oncology_result).patients("iwg") if not each.ended}
    ends = [(each.end, before[each.patient]) for each in displays.patients("iwg") if each.patient in before]
    assert any(end < whole for end, whole in ends)


def test_a_patient_who_was_never_assessed_has_no_bar(oncology: Any, oncology_result: Any, oncology_rows: Any) -> None:
    plan = ConductPlan(0.0, 730.5, 1.0, float("inf"), 0.0, ())
    nobody = replace(oncology, conduct=plan)
    section = response(nobody, nobody.displays(oncology_result), oncology_rows)
    (swimmer,) = (block for block in section.blocks if isinstance(block, Drawing))
    assert swimmer.caption.endswith("Who has no bar was never assessed.")
