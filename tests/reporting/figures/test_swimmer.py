from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import Sign, Swimmer, swimmers
from unmoor.reporting.figures.drawing import INK, WIDE
from unmoor.reporting.figures.swimmer import _handles, _paint

COLOURS = {"CR": "#0b4f4a", "PR": "#aed5cd", "NR": "#9aa3a9"}
SIGNS = {
    "CR": Sign("response begins", "o", "#0b4f4a"), "PR": Sign("response begins", "o", "#aed5cd"),
    "relapse": Sign("relapse", "X", "#b8480c"), "dlt": Sign("DLT", "*", INK),
}  # fmt: skip
PATIENTS = [
    Swimmer("7", "CR", 2.0, 9.0, True, ((1.0, "CR"),)),
    Swimmer("3", "PR", 3.0, 6.0, False, ((1.0, "PR"), (6.0, "relapse"))),
    Swimmer("5", "NR", 2.5, 2.5, False),
]


def test_a_bar_is_thick_while_treated_and_thin_after(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(WIDE, PATIENTS, COLOURS, SIGNS, "months").axes
    spans: dict[int, list[tuple[float, float, float]]] = {}
    for bar in axes.patches:
        place = round(bar.get_y() + bar.get_height() / 2)
        spans.setdefault(place, []).append((bar.get_height(), bar.get_x(), bar.get_x() + bar.get_width()))
    assert max(spans[0])[1:] == (0.0, 2.0)
    assert min(spans[0])[1:] == (2.0, 9.0)
    assert (max(spans[1])[1:], min(spans[1])[1:]) == ((0.0, 3.0), (3.0, 6.0))
    assert [span[1:] for span in spans[2]] == [(0.0, 2.5)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["7", "3", "5"]


def test_events_stand_on_their_patient_at_their_time(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        (axes,) = _paint(WIDE, PATIENTS, COLOURS, SIGNS, "months").axes
    marks = {(line.get_marker(), line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines}
    assert marks == {("o", 1.0, 0), (">", 9.0, 0), ("o", 1.0, 1), ("X", 6.0, 1)}


def test_the_legend_says_what_is_there_and_a_shared_word_once(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        handles = _handles(PATIENTS, COLOURS, SIGNS)
    labels = [handle.get_label() for handle in handles]
    assert labels == [
        "CR",
        "PR",
        "NR",
        "response begins",
        "relapse",
        "treated",
        "followed",
        "ongoing at the end",
    ]
    assert handles[3].get_color() == INK
    assert handles[4].get_color() == "#b8480c"


@pytest.mark.parametrize("version", ["wide", "narrow"])
def test_the_words_are_there(version: str) -> None:
    text = getattr(swimmers("s", "T", "C", PATIENTS, COLOURS, SIGNS, "months from the first dose"), version)
    assert ">months from the first dose</text>" in text
