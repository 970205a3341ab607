from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import Ranking, Share, indices
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.indices import _paint

RANKINGS = [
    Ranking("count", (Share("a", 0.6, 0.1, 0.7, 0.1), Share("b", -0.01, 0.02, 0.1, 0.05))),
    Ranking("yield", (Share("c", 0.3, 0.1, 0.5, 0.2),)),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_as_long_as_the_indices(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        count, product = (axes for axes in _paint(width, RANKINGS).axes if axes.get_visible())
    # total, then first order, of each parameter; less than nothing is nothing
    assert [bar.get_width() for bar in count.patches] == [0.7, 0.6, 0.1, 0]
    assert [tuple(line.get_xdata()) for line in product.lines] == [(pytest.approx(0.3), pytest.approx(0.7))]
    assert [text.get_text() for text in count.get_yticklabels()] == ["a", "b"]


def test_the_words_are_there() -> None:
    drawing = indices("i", "T", "C", RANKINGS)
    assert ">yield</text>" in drawing.wide
    assert "alone (first order)" in drawing.wide
