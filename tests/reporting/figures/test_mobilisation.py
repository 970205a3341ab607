from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import COLOURS, Mobilised, mobilisation
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.mobilisation import _paint

NAN = float("nan")
ROWS = [
    Mobilised("CD34+", "with", COLOURS[0], 80.0, 40.0, 150.0, 98.6, NAN, NAN),
    Mobilised("CD34+", "without", COLOURS[1], 4.0, 2.0, 9.0, NAN, NAN, NAN),
    Mobilised("all blasts", "with", COLOURS[0], 50.0, 20.0, 90.0, 58.4, 30.0, 80.0),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_values_stand_on_a_logarithmic_axis_that_holds_one(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(width, ROWS, "fold").axes
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == [80.0, 4.0, 50.0]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "D"] == [98.6, 58.4]
    assert axes.get_xscale() == "log"
    low, high = axes.get_xlim()
    assert low < 1
    assert high > 150


def test_published_and_simulated_share_a_line_and_populations_their_own(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(WIDE, ROWS, "fold").axes
    dots = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"]
    diamonds = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "D"]
    assert diamonds == [dots[0], dots[2]]
    assert dots[0] < dots[1] < dots[2]
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert bars == [(40.0, 150.0), (2.0, 9.0), (20.0, 90.0)]


def test_a_long_name_is_set_in_lines() -> None:
    row = Mobilised("CD34+/CD38-/CD123+ leukaemic stem cells", "with", COLOURS[0], 5.0, NAN, NAN, NAN, NAN, NAN)
    drawing = mobilisation("m", "T", "C", [row], "fold")
    assert ">CD34+/CD38-/CD123+</text>" in drawing.narrow
    assert ">published</text>" not in drawing.wide
