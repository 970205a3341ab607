from __future__ import annotations

import math
from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import COLOURS, Group, Span, forest
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.forest import WIDEST, _paint

NAN = math.nan
GROUPS = [
    Group("one", COLOURS[0], (Span("a", 0.8, 0.6, 1.1, 0.7, 1.4), Span("b", 1.5, NAN, NAN, NAN, NAN, hollow=True))),
    Group("two", COLOURS[1], (Span("far", 1e4, NAN, NAN, 0.5, 2.0), Span("none", NAN, NAN, NAN, NAN, NAN))),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_points_lines_and_bands_stand_where_they_are(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        one, two = _paint(width, GROUPS, "ratio", ["p", "h", "b"]).axes
    assert [line.get_xdata()[0] for line in one.lines if line.get_marker() == "o"] == [0.8, 1.5]
    assert (0.6, 1.1) in [tuple(line.get_xdata()) for line in one.lines]
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in one.patches] == [(0.7, pytest.approx(1.4))]
    assert one.get_xlim() == two.get_xlim() == (pytest.approx(1 / WIDEST), pytest.approx(WIDEST))
    # what lies outside is an arrow at the edge, and what is not there is no mark at all
    assert [line.get_marker() for line in two.lines if line.get_marker() in ("o", ">", "<")] == [">"]
    assert [text.get_text() for text in two.get_yticklabels()] == ["far", "none"]


def test_an_axis_reaches_twice_at_least(style: dict[str, Any]) -> None:
    near = [Group("g", COLOURS[0], (Span("a", 1.01, 0.99, 1.02, NAN, NAN),))]
    with matplotlib.rc_context(style):
        (axes,) = _paint(WIDE, near, "ratio", ["p"]).axes
    assert axes.get_xlim()[1] == pytest.approx(2.2)


def test_only_named_kinds_are_in_the_legend() -> None:
    drawing = forest("f", "T", "C", GROUPS, "ratio", ("posterior", "", "prior"))
    assert ">posterior</text>" in drawing.wide
    assert ">prior</text>" in drawing.wide


def test_a_long_label_ends_in_dots() -> None:
    group = Group("g", COLOURS[0], (Span("x" * 200, 1, NAN, NAN, NAN, NAN),))
    assert "x…</text>" in forest("f", "T", "C", [group], "ratio", ("p",)).wide
