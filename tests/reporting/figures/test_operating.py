from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import Shares, operating
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.operating import paint_operating

DESIGNS = [
    Shares("boin", ("1", "2", "3"), (0.1, 0.3, 0.5), (0.05, 0.2, 0.6, 0.15), (0.3, 0.5, 0.2)),
    Shares("crm", ("1", "2", "3"), (0.1, 0.3, 0.5), (0.0, 0.1, 0.7, 0.2), (0.2, 0.5, 0.3)),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_as_high_as_the_shares(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        picked, treated = paint_operating(width, DESIGNS, 0.3).axes
    heights = [round(bar.get_height(), 6) for bar in picked.containers[0]] + [
        round(bar.get_height(), 6) for bar in picked.containers[1]
    ]
    assert heights == [5, 20, 60, 15, 0, 10, 70, 20]
    assert [round(bar.get_height(), 6) for bar in treated.containers[0]] == [30, 50, 20]
    assert [label.get_text() for label in picked.get_xticklabels()] == ["none", "1\n10%", "2\n30%", "3\n50%"]


def test_the_level_nearest_the_target_is_shaded(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        picked, treated = paint_operating(WIDE, DESIGNS[:1], 0.3).axes
    for axes, middle in ((picked, 2.0), (treated, 1.0)):
        (shade,) = [patch for patch in axes.patches if patch.get_width() > 0.9]
        assert shade.get_x() + shade.get_width() / 2 == pytest.approx(middle)


def test_the_words_are_there() -> None:
    drawing = operating("o", "T", "C", DESIGNS, 0.3)
    assert all(f">{word}</text>" in drawing.wide for word in ("Recommended", "Treated", "boin", "crm"))
