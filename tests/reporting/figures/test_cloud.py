from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import COLOURS, Cloud, Point, cloud
from unmoor.reporting.figures.cloud import _paint
from unmoor.reporting.figures.drawing import NARROW, WIDE

CLOUDS = [
    Cloud("first", COLOURS[0], (Point(10.0, 5.0, 20.0, 12.0, 8.0, 18.0), Point(300.0, 200.0, 450.0, 150.0, 90, 260))),
    Cloud("beside", COLOURS[1], (Point(1.0, 0.5, 2.0, 4.0, 3.0, 5.0, hollow=True),)),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_points_stand_at_published_and_simulated(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(width, CLOUDS).axes
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "o"]
    assert dots == [(10, 12), (300, 150), (1, 4)]
    faces = [line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"]
    assert faces[2] != faces[0] == COLOURS[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert axes.get_xlim() == axes.get_ylim()
    assert (5.0, 20.0) in [tuple(line.get_xdata()) for line in axes.lines]


def test_stages_are_named() -> None:
    drawing = cloud("c", "T", "C", CLOUDS)
    assert ">beside</text>" in drawing.wide
    assert ">first</text>" in drawing.narrow
