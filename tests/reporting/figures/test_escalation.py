from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import Chosen, Path, escalation
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.escalation import _paint

LEVELS = ["400 mg", "600 mg", "800 mg"]
PATHS = [
    Path("Trial 1", (0, 0, 0, 1, 1, 1, 1), (False,) * 5 + (True, False), 6, 1),
    Path("Trial 2", (0, 0, 0), (True, True, False), 3, None),
]
CHOSEN = Chosen((0.1, 0.6, 0.2), 0.1, 1000, (2,))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_patient_stands_at_the_level_given(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        panels = _paint(width, LEVELS, PATHS, CHOSEN).axes
    for axes, path in zip(panels, PATHS, strict=False):
        marks = [line for line in axes.lines if line.get_marker() in ("o", "X")]
        assert [line.get_ydata()[0] for line in marks] == list(path.level)
        assert [line.get_marker() == "X" for line in marks] == list(path.toxic)
        (end,) = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "<"]
        assert end == (-1 if path.chosen is None else path.chosen)
        assert [label.get_text() for label in axes.get_yticklabels()] == ["none", *LEVELS]


def test_who_came_after_the_design_is_shaded(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        first, second, _ = _paint(WIDE, LEVELS, PATHS, CHOSEN).axes
    (shade,) = first.patches
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == (6.5, 7.5)
    assert not second.patches


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_shares_stand_at_their_levels_with_the_published_one(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        shares = _paint(width, LEVELS, PATHS, CHOSEN).axes[2]
    found = {round(bar.get_y() + bar.get_height() / 2): bar.get_width() for bar in shares.patches}
    assert found == {-1: 0.1, 0: 0.1, 1: 0.6, 2: 0.2}
    (diamond,) = [line for line in shares.lines if line.get_marker() == "D"]
    assert diamond.get_ydata()[0] == 2
    assert diamond.get_xdata()[0] < shares.get_xlim()[1]


def test_the_words_are_there() -> None:
    drawing = escalation("e", "T", "C", LEVELS, PATHS, CHOSEN)
    for words in ("Chosen in 1,000 trials", "published choice", "after the design has ended", "DLT"):
        assert f">{words}</text>" in drawing.narrow
        assert f">{words}</text>" in drawing.wide
