from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import Change, Threshold, waterfall
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.waterfall import _paint

COLOURS = {"CR": "#0b4f4a", "NR": "#9aa3a9"}
CHANGES = [Change("1", 240.0, "NR"), Change("2", 0.0, "NR"), Change("3", -97.0, "CR")]
LINES = [Threshold(-50.0, "PR: −50%")]


def paint(style: dict[str, Any], width: float) -> Any:
    with matplotlib.rc_context(style):
        return _paint(width, CHANGES, COLOURS, LINES, "Marrow blasts").axes[0]


def test_bars_are_the_changes_and_a_patient_without_change_is_seen(style: dict[str, Any]) -> None:
    heights = [bar.get_height() for bar in paint(style, WIDE).patches]
    assert heights == [100.0, 0.8, -97.0]


def test_a_bar_cut_off_carries_its_number_where_there_is_room(style: dict[str, Any]) -> None:
    assert "+240" in [text.get_text() for text in paint(style, WIDE).texts]
    assert "+240" not in [text.get_text() for text in paint(style, NARROW).texts]


def test_thresholds_are_lines_with_words(style: dict[str, Any]) -> None:
    axes = paint(style, WIDE)
    dashed = [line.get_ydata()[0] for line in axes.lines if line.is_dashed()]
    assert dashed == [-50.0]
    assert "PR: −50%" in [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("order", [CHANGES, CHANGES[::-1]])
def test_the_order_given_does_not_matter(order: list[Change]) -> None:
    drawing = waterfall("w", "T", "C", order, COLOURS, LINES, "Marrow blasts")
    assert drawing == waterfall("w", "T", "C", CHANGES, COLOURS, LINES, "Marrow blasts")
    assert ">3 patients, from worst to best</text>" in drawing.narrow
