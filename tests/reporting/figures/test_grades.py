from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest

from unmoor.reporting.figures import Graded, grades
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.grades import GRADES, _paint

ROWS = [
    Graded("rash", "400 mg", (0.2, 0.1, 0.08, 0.0, 0.0)),
    Graded("rash", "800 mg", (0.1, 0.2, 0.25, 0.05, 0.01)),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_worst_grades_come_first_and_add_up(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(width, ROWS).axes
    bars = np.array([(bar.get_x(), bar.get_width()) for bar in axes.patches]).reshape(2, 5, 2)
    for found, row in zip(bars, ROWS, strict=True):
        np.testing.assert_allclose(found[:, 1], row.share[::-1])
        np.testing.assert_allclose(found[:, 0], [0, *np.cumsum(row.share[::-1])[:-1]], atol=1e-12)


def test_shares_with_room_are_written(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(WIDE, ROWS[1:]).axes
    assert [text.get_text() for text in axes.texts if "%" in text.get_text()] == ["25%", "20%", "10%"]


def test_every_grade_has_its_colour_in_the_legend() -> None:
    drawing = grades("g", "T", "C", [Graded("rash", "sorafenib 800 mg twice daily, G-CSF", ROWS[0].share)])
    assert all(f">grade {k}</text>" in drawing.narrow for k in range(1, 6))
    assert all(colour in drawing.wide for colour in GRADES)
    assert ">sorafenib 800 mg</text>" in drawing.narrow  # long names are set in lines
