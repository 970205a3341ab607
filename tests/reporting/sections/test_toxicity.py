from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Section
from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.toxicity import toxicity
from unmoor.reporting.table import Table


def test_every_event_and_arm_stands_in_the_table_with_its_counts(oncology: Any, displays: Any) -> None:
    found = toxicity(oncology, displays)
    assert isinstance(found, Section)
    (table,) = [block for block in found.blocks if isinstance(block, Table)]
    assert table.groups == {0: "Rash", 4: "Neutrophil count decreased (CTCAE5)"}
    for row, grades in zip(table.rows, displays.grades, strict=True):
        shown = [cell.text for cell in row[1:]]
        assert shown == [str(part) for part in (*grades.counts[1:], sum(grades.counts[1:]), sum(grades.counts[3:]), 60)]
        assert row[6].small == (f"{sum(grades.counts[1:]) / 60:.0%}" if sum(grades.counts[1:]) else "")


def test_what_laboratory_grades_are_is_said(oncology: Any, displays: Any) -> None:
    found = toxicity(oncology, displays)
    assert found is not None
    assert any("whatever lowered them" in getattr(block, "text", "") for block in found.blocks)


def test_the_figure_shows_the_levels(oncology: Any, displays: Any) -> None:
    found = toxicity(oncology, displays)
    assert found is not None
    (drawing,) = [block for block in found.blocks if isinstance(block, Drawing)]
    assert ">320 ug/kg</text>" in drawing.wide
    assert "20 ug/kg and" not in drawing.wide


def test_a_study_that_grades_nothing_has_no_such_section(study: Any, result: Any) -> None:
    assert toxicity(study, study.displays(result)) is None
