from __future__ import annotations

from typing import Any

import pytest

from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.survival import axis_ticks, times_to_event
from unmoor.reporting.table import Table


def test_the_curve_has_a_figure_and_its_medians_a_table(oncology: Any, displays: Any, oncology_rows: Any) -> None:
    found = times_to_event(oncology, displays, oncology_rows)
    assert found is not None
    (drawing,) = [block for block in found.blocks if isinstance(block, Drawing)]
    assert (drawing.name, drawing.title) == ("survival-duration", "Duration of response.")
    for words in ("Whole trial", "published median", "At risk", "months"):
        assert f">{words}</text>" in drawing.narrow
    (table,) = [block for block in found.blocks if isinstance(block, Table)]
    assert [row[0].text for row in table.rows] == ["Whole trial", *(arm.title for arm in oncology.arms)]
    for row, curve in zip(table.rows, displays.survival(oncology.endpoint("duration")), strict=True):
        assert (row[1].text, row[2].text) == (str(len(curve.times)), str(int(curve.events.sum())))
    assert table.rows[0][4].text == "3.00 months"


def test_a_study_without_times_has_no_such_section(study: Any, result: Any, rows: Any) -> None:
    assert times_to_event(study, study.displays(result), rows) is None


@pytest.mark.parametrize(
    ("last", "step", "count"), [(5.1, 1, 7), (24.0, 3, 9), (0.5, 0.1, 6), (2000.0, 250, 9), (26.0, 6, 6)]
)
def test_ticks_reach_the_last_patient(last: float, step: float, count: int) -> None:
    assert axis_ticks(last) == pytest.approx([step * k for k in range(count)])
