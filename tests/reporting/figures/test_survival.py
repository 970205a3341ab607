from __future__ import annotations

from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
import pytest

from unmoor.reporting.figures import COLOURS, Median, Survival, survival
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.survival import MOST_CENSORED, _held, _paint

NAN = float("nan")
CURVE = Survival(
    "Plerixafor + bortezomib", COLOURS[0], "solid", np.array([3.0, 6.0, 9.0]), np.array([0.8, 0.45, 0.2]),
    np.array([0.6, 0.3, NAN]), np.array([0.95, 0.6, NAN]), np.array([4.0, 12.0]), (10, 8, 3, 1),
)  # fmt: skip
MEDIAN = Median(COLOURS[0], 6.0, 4.0, 8.0, 7.0, NAN, NAN)
TICKS = [0.0, 4.0, 8.0, 12.0]


def paint(style: dict[str, Any], width: float, *curves: Survival) -> Any:
    with matplotlib.rc_context(style):
        return _paint(width, list(curves or [CURVE]), [MEDIAN], TICKS, "months").axes[0]


def test_the_curve_steps_down_at_its_times(style: dict[str, Any]) -> None:
    (line,) = [line for line in paint(style, WIDE).lines if line.get_drawstyle() == "steps-post"]
    np.testing.assert_array_equal(line.get_xdata(), [0, 3, 6, 9])
    np.testing.assert_array_equal(line.get_ydata(), [1, 0.8, 0.45, 0.2])


def test_censored_patients_are_marked_on_the_curve(style: dict[str, Any]) -> None:
    (marks,) = [line for line in paint(style, WIDE).lines if line.get_marker() == "|"]
    np.testing.assert_array_equal(marks.get_xdata(), [4, 12])
    np.testing.assert_array_equal(marks.get_ydata(), [0.8, 0.2])
    many = replace(CURVE, censored=np.linspace(0, 12, 500))
    (marks,) = [line for line in paint(style, WIDE, many).lines if line.get_marker() == "|"]
    assert len(marks.get_xdata()) == MOST_CENSORED


def test_numbers_at_risk_stand_under_their_ticks(style: dict[str, Any]) -> None:
    axes = paint(style, NARROW)
    counts = {text.get_text(): text.xy[0] for text in axes.texts if text.get_text().isdigit()}
    assert counts == {"10": 0.0, "8": 4.0, "3": 8.0, "1": 12.0}


@pytest.mark.parametrize(("arm", "beside"), [("short", True), ("a name of many words that fills the margin", False)])
def test_a_long_name_stands_above_its_numbers(style: dict[str, Any], arm: str, beside: bool) -> None:
    axes = paint(style, WIDE, replace(CURVE, arm=arm))
    heights = {text.get_text(): text.xyann[1] for text in axes.texts}
    assert (heights[arm] == heights["10"]) is beside


def test_medians_stand_on_the_line_of_one_half(style: dict[str, Any]) -> None:
    axes = paint(style, WIDE)
    dots = {line.get_marker(): line.get_xdata()[0] for line in axes.lines if line.get_marker() in ("o", "D")}
    assert dots == {"o": 6.0, "D": 7.0}
    (bar,) = axes.patches
    assert (bar.get_x(), bar.get_width()) == (4.0, 4.0)


def test_a_bound_that_does_not_exist_leaves_the_band_where_it_was() -> None:
    np.testing.assert_array_equal(_held(np.array([1.0, NAN, 0.5, NAN])), [1, 1, 0.5, 0.5])


def test_the_words_are_there() -> None:
    drawing = survival("km", "T", "C", [CURVE], [MEDIAN], TICKS, "months from the first dose")
    for text in (drawing.wide, drawing.narrow):
        assert ">published median</text>" in text
        assert ">At risk</text>" in text
