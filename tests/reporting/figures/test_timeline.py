from __future__ import annotations

from typing import Any

import matplotlib
import pytest

from unmoor.reporting.figures import COLOURS, ArmLanes, Lane, Mark, timeline
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.timeline import _paint, labelled

DRUG = Lane("plerixafor", "0.24 mg/kg sc", (Mark(94.0, 1.0), Mark(118.0, 0.6)))
SESSION = Lane("apheresis", "4.6 h", (Mark(105.0, 1.0, 4.6), Mark(129.0, 0.6, 4.6)), procedure=True)
ARMS = [ArmLanes("drug", COLOURS[0], (DRUG, SESSION), (109.6, 133.6)), ArmLanes("placebo", COLOURS[1], (SESSION,))]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_stand_at_their_time_and_show_their_share(style: dict[str, Any], width: float) -> None:
    with matplotlib.rc_context(style):
        figure = _paint(width, ARMS, 216)
    axes = figure.axes[0]
    whole, part = axes.patches[0::2], axes.patches[1::2]
    centres = [bar.get_x() + bar.get_width() / 2 for bar in whole[:2]]
    assert centres == pytest.approx([94.0, 118.0])
    assert [bar.get_x() for bar in whole[2:]] == pytest.approx([105.0, 129.0])
    shares = [inner.get_height() / outer.get_height() for outer, inner in zip(whole, part, strict=True)]
    assert shares == pytest.approx([1.0, 0.6, 1.0, 0.6])
    decisions = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() != "-"]
    assert decisions == [109.6, 133.6]


def test_a_drug_keeps_its_colour_in_every_arm(style: dict[str, Any]) -> None:
    arms = [ArmLanes("a", COLOURS[0], (DRUG,)), ArmLanes("b", COLOURS[1], (SESSION, DRUG))]
    with matplotlib.rc_context(style):
        first, second = _paint(WIDE, arms, 216).axes
    assert first.patches[1].get_facecolor() == second.patches[5].get_facecolor()
    assert first.patches[1].get_facecolor() != second.patches[1].get_facecolor()


def test_the_words_are_there() -> None:
    drawing = timeline("t", "T", "C", ARMS, 216)
    for text in (drawing.wide, drawing.narrow):
        assert "plerixafor" in text
        assert "0.24 mg/kg sc" in text
        assert text.count(">60%</text>") == 3
        assert ">100%</text>" not in text


def test_shares_are_written_where_they_fit_and_change() -> None:
    weekly = [Mark(168.0 * k, 1.0 if k < 2 else 0.65 if k < 40 else 0.4) for k in range(52)]
    told = labelled(weekly, 8736.0, wide=True)
    assert 2 in told
    assert 40 in told
    assert not {0, 1, 3, 4} & told
    assert len(told) <= 7
    assert labelled(weekly[:4], 8736.0, wide=False) == {2}
