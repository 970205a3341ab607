from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest

from unmoor.reporting.figures import Valley, profiles
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.profiles import _paint

GRID = np.geomspace(0.5, 2, 5)
COSTS = np.array([4.0, 1.0, 0.0, 1.0, 4.0])
VALLEYS = [Valley(name, GRID, COSTS, COSTS / 2, 1.0) for name in ("a", "b", "c", "d")]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_lines_hold_the_costs_and_the_limit_lies_across(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        panels = [axes for axes in _paint(width, VALLEYS, 1.92).axes if axes.get_visible()]
    assert len(panels) == 4
    drawn = [line.get_ydata() for line in panels[0].lines]
    assert any(np.array_equal(each, COSTS) for each in drawn)
    assert any(np.array_equal(each, COSTS / 2) for each in drawn)
    assert [1.92, 1.92] in [list(each) for each in drawn]
    assert panels[0].get_xscale() == "log"
    assert panels[0].get_ylim()[1] >= 1.92


def test_the_words_are_there() -> None:
    assert ">rows alone</text>" in profiles("p", "T", "C", VALLEYS, 1.92).narrow
