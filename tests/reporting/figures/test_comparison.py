from __future__ import annotations

import math
from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import COLOURS, Pair, comparison
from unmoor.reporting.figures.comparison import _paint
from unmoor.reporting.figures.drawing import NARROW, WIDE

NAN = math.nan
LABEL = "at least 5 × 10⁶ CD34+ cells/kg in at most four sessions"
PAIRS = [
    Pair(LABEL, "drug", COLOURS[0], "%", 57, 55, 59, 51, 64, 59.3, 51.3, 66.9),
    Pair(LABEL, "placebo", COLOURS[1], "%", 24, 22, 26, 18, 31, 19.6, 14, 26.7),
    Pair("fold increase", "drug", COLOURS[0], "", 5.2, 5.0, 5.4, 4.6, 5.9, 5.0, NAN, NAN),
]  # fmt: skip


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_estimates_intervals_and_published_values_stand_where_they_are(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        shares, folds = _paint(width, PAIRS).axes
    dots = [line.get_xdata()[0] for line in shares.lines if line.get_marker() == "o"]
    diamonds = [line.get_xdata()[0] for line in shares.lines if line.get_marker() == "D"]
    spans = [tuple(line.get_xdata()) for line in shares.lines if len(line.get_xdata()) == 2]
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in shares.patches]
    assert dots == [57, 24]
    assert diamonds == [59.3, 19.6]
    assert spans == [(55, 59), (51.3, 66.9), (22, 26), (14, 26.7)]
    assert bars == [(51, 64), (18, 31)]
    assert shares.get_xlim() == (0, 100)
    assert [tuple(line.get_xdata()) for line in folds.lines if len(line.get_xdata()) == 2] == [(5.0, 5.4)]


def test_a_published_value_stands_below_its_simulated_one(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        axes = _paint(WIDE, PAIRS).axes[0]
    dots = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"]
    diamonds = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "D"]
    low, high = axes.get_ylim()
    assert low > high  # the axis runs downwards
    assert all(dot < diamond for dot, diamond in zip(dots, diamonds, strict=True))
    assert diamonds[0] < dots[1]


def test_a_wide_span_of_values_is_logarithmic(style: dict[str, Any]) -> None:
    wide = [Pair("a", "drug", COLOURS[0], "cells/µL", v, v, v, v, v, v, v, v) for v in (1.0, 200.0)]
    with matplotlib.rc_context(style):
        axes = _paint(WIDE, wide).axes[0]
    assert axes.get_xscale() == "log"
    assert [f"{tick:g}" for tick in axes.get_xticks()] == ["1", "2", "5", "10", "20", "50", "100", "200"]


def test_nothing_known_is_an_empty_axis() -> None:
    nothing = Pair("a", "drug", COLOURS[0], "h", NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
    assert ">a</text>" in comparison("c", "T", "C", [nothing]).wide


def test_the_words_are_there() -> None:
    drawing = comparison("c", "T", "C", PAIRS)
    for text in (drawing.wide, drawing.narrow):
        assert all(f">{word}</text>" in text for word in ("drug, simulated", "placebo, simulated", "published"))
        assert ">fold increase</text>" in text
