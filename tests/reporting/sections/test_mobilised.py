from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.mobilised import mobilised, short_labels
from unmoor.reporting.table import Table


def test_populations_of_one_window_stand_side_by_side(oncology: Any, oncology_rows: Any) -> None:
    found = mobilised(oncology, oncology_rows)
    assert found is not None
    (drawing,) = [block for block in found.blocks if isinstance(block, Drawing)]
    for words in ("CD34+ cells", "T cells", "B cells", "Whole trial", "published"):
        assert f">{words}</text>" in drawing.wide
    (table,) = [block for block in found.blocks if isinstance(block, Table)]
    assert [row[0].text for row in table.rows] == ["CD34+ cells", "T cells", "B cells"]
    assert table.caption == "Whole trial."
    assert [row[3].text for row in table.rows] == ["2.50", "–", "–"]


def test_fewer_than_three_are_no_figure(oncology: Any, oncology_rows: Any) -> None:
    fewer = replace(oncology, endpoints=tuple(each for each in oncology.endpoints if each.name != "cd34"))
    assert mobilised(fewer, oncology_rows[oncology_rows["endpoint"] != "cd34"]) is None


def test_other_windows_are_another_kind(oncology: Any, oncology_rows: Any) -> None:
    last = oncology.endpoint("b-cells")
    options = last.options.model_copy(update={"end": "day 2 at 00:00"})
    others = tuple(each for each in oncology.endpoints if each.name != "b-cells")
    assert mobilised(replace(oncology, endpoints=(*others, replace(last, options=options))), oncology_rows) is None


@pytest.mark.parametrize(
    ("labels", "short"),
    [
        (["CD34+ in blood, peak", "T cells in blood, peak"], ["CD34+", "T cells"]),
        (["Fold of CD34+", "Fold of T cells"], ["CD34+", "T cells"]),
        (["Peak", "Peak of T cells"], ["Peak", "Peak of T cells"]),
    ],
)
def test_words_that_all_share_are_left_out(labels: list[str], short: list[str]) -> None:
    found = short_labels({str(k): label for k, label in enumerate(labels)})
    assert list(found.values()) == short
