from __future__ import annotations

from typing import Any

import matplotlib

from unmoor.reporting.figures import decision_grid
from unmoor.reporting.figures.decision_grid import paint_decision_grid
from unmoor.reporting.figures.drawing import NARROW

LETTERS = {(3, 0): "E", (3, 1): "S", (3, 2): "D", (3, 3): "X", (6, 0): "E", (6, 6): "X"}


def test_a_letter_stands_at_its_patients_and_dlts(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        (axes,) = paint_decision_grid(NARROW, LETTERS).axes
    found = {(text.get_position(), text.get_text()) for text in axes.texts}
    assert {((0, 0), "E"), ((0, 3), "X"), ((1, 6), "X")} <= found
    assert len(axes.patches) == len(LETTERS)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["3", "6"]


def test_the_words_are_there() -> None:
    drawing = decision_grid("g", "T", "C", LETTERS)
    assert all(f">{word}</text>" in drawing.wide for word in ("E escalate", "X eliminate", "with DLT"))
    assert "W wait" not in drawing.wide
