"""The section on rows: every row once, with its residual, used or not."""

from __future__ import annotations

from typing import Any

import pytest

from unmoor.reporting.figures import NEUTRAL, Drawing
from unmoor.reporting.sections.fitted_rows import colours, fitted_rows, outcomes, span
from unmoor.reporting.table import Table


def test_every_row_stands_once_and_knows_its_use(whole: Any) -> None:
    found = [(stage.stage.name, each.target.id, used) for stage, each, used in outcomes(whole)]
    assert found == [("shape", "A1", True), ("shape", "A2", True), ("beside", "A3", False)]


def test_a_span_is_over_the_published_number(whole: Any) -> None:
    _, each, _ = next(iter(outcomes(whole)))
    drawn = span(whole, each, True)
    assert drawn.point == pytest.approx(each.predicted / 150)
    assert drawn.lower < drawn.point < drawn.upper
    assert drawn.low * drawn.high == pytest.approx(1)
    assert not drawn.hollow


def test_tables_and_figures_hold_all_rows(whole: Any) -> None:
    blocks = fitted_rows(whole).blocks
    tables = [block for block in blocks if isinstance(block, Table)]
    ids = [row[0].text for table in tables[1:] for row in table.rows]
    assert ids == ["A1", "A2", "A3"]
    assert [row[0].text for row in tables[0].rows] == ["shape", "beside"]
    residual = tables[2].rows[0][6]
    assert residual.mark == "outside"
    assert [block.name for block in blocks if isinstance(block, Drawing)] == ["agreement", "rows-shape", "rows-beside"]
    assert "recalled" in tables[1].rows[1][1].small


def test_what_was_fitted_to_nothing_is_grey(whole: Any) -> None:
    assert colours(whole)["beside"] == NEUTRAL != colours(whole)["shape"]
