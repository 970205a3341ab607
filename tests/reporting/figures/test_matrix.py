from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest

from unmoor.reporting.figures import matrix
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.matrix import _paint

VALUES = np.array([[1.0, -0.8, 0.1], [-0.8, 1.0, 0.0], [0.1, 0.0, 1.0]])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_square_has_its_value_and_its_name(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        axes = _paint(width, ["a", "b", "c"], VALUES).axes[0]
    (mesh,) = axes.collections
    assert mesh.get_array().reshape(3, 3).tolist() == VALUES.tolist()
    assert mesh.get_clim() == (-1, 1)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a  1", "b  2", "c  3"]
    low, high = axes.get_ylim()
    assert low > high  # the first row stands on top


def test_the_words_are_there() -> None:
    drawing = matrix("m", "T", "C", ["first", "second", "third"], VALUES)
    assert ">second  2</text>" in drawing.wide
