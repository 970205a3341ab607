from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest

from unmoor.reporting.figures import COLOURS, DASHES, Steps, incidence
from unmoor.reporting.figures.drawing import WIDE
from unmoor.reporting.figures.incidence import _paint, _places


def steps(target: str, arm: int, *values: float) -> Steps:
    shares = np.array(values)
    sessions = np.arange(1.0, len(values) + 1)
    return Steps(target, f"arm {arm + 1}", COLOURS[arm], DASHES[arm], sessions, shares, shares - 0.02, shares + 0.02)


LINES = [steps("at least 5", 0, 0.3, 0.5, 0.6, 0.6), steps("at least 5", 1, 0.05, 0.1, 0.2, 0.21)]


def test_the_line_stands_at_the_value_of_a_session_over_its_number(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        axes = _paint(WIDE, LINES).axes[0]
    for line, made in zip(axes.lines, LINES, strict=True):
        x, y = np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)
        assert line.get_drawstyle() == "steps-post"
        at = [y[np.flatnonzero(x <= session)[-1]] for session in made.session]
        assert at == pytest.approx(made.value)
        assert y[0] == 0


def test_each_target_has_a_panel(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        figure = _paint(WIDE, [*LINES, steps("at least 2", 0, 0.9, 0.95)])
    assert [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()] == ["at least 5", "at least 2"]
    assert [f"{tick:g}" for tick in figure.axes[1].get_xticks()] == ["1", "2"]


def test_end_labels_do_not_stand_on_each_other() -> None:
    places = _places([steps("t", 0, 0.5), steps("t", 1, 0.51), steps("t", 2, 0.9)])
    assert places[1] - places[0] >= 0.07
    assert places[2] == pytest.approx(0.9)


def test_the_last_share_is_written() -> None:
    drawing = incidence("i", "T", "C", LINES)
    assert ">60%</text>" in drawing.wide
    assert ">21%</text>" in drawing.narrow
