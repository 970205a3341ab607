from __future__ import annotations

from typing import Any

from unmoor.reporting import sections
from unmoor.reporting.content import Section

ALL = [
    "asked", "arms", "endpoints", "targets", "curves", "patients", "failures", "parameters", "references", "provenance",
]  # fmt: skip


def test_sections_stand_in_reading_order(study: Any, result: Any, rows: Any) -> None:
    found = sections.of(study, result, rows)
    assert [each.id for each in found] == ALL
    assert all(isinstance(each, Section) and each.blocks for each in found)


def test_a_trial_of_oncology_has_sections_of_its_own(oncology: Any, oncology_result: Any, oncology_rows: Any) -> None:
    found = [each.id for each in sections.of(oncology, oncology_result, oncology_rows)]
    own = ["escalation", "response", "survival", "mobilisation", "toxicity"]
    assert found[3:8] == own
    assert [name for name in found if name not in own] == [name for name in ALL if name != "targets"]


def test_a_section_with_nothing_to_say_is_left_out(study: Any, result: Any, rows: Any) -> None:
    found = sections.of(study, result, rows[rows["session"].isna()])
    assert [each.id for each in found] == [name for name in ALL if name != "targets"]
