from __future__ import annotations

import matplotlib.pyplot  # noqa: F401
import numpy as np

from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.exposure import NOTHING, Course, Dot, Exposures, Ratio, exposure, paint

TIMES = np.linspace(0, 240, 481)


def shown(dots: tuple[Dot, ...] = (), ratios: tuple[Ratio, ...] = (), effect: bool = True) -> Exposures:
    acted = np.exp(-TIMES / 90) if effect else None
    return Exposures(
        "x", "ng/mL", "held", (Course("x 1 mg iv once", TIMES, 100 * np.exp(-TIMES / 40), acted, dots),), ratios
    )


def test_panels_are_those_that_have_something_to_show() -> None:
    ratio = Ratio("row", 0.4, 0.3, 3.0, "derived")
    assert len(paint(WIDE, shown(ratios=(ratio,))).axes) == 3
    assert len(paint(WIDE, shown()).axes) == 2
    assert len(paint(NARROW, shown(effect=False)).axes) == 1


def test_a_published_dot_lies_inside_the_axes_at_its_place() -> None:
    (axes, *_) = paint(WIDE, shown((Dot(24.0, 900.0, 500.0, 1200.0, "held"),))).axes
    dot = next(line for line in axes.lines if line.get_marker() == "D")
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (1.0, 900.0)  # days, as the hours are many
    low, high = axes.get_ylim()
    assert low < 900
    assert high > 1200


def test_ratios_stand_within_their_axis_and_words_beside_them() -> None:
    axes = paint(WIDE, shown(ratios=(Ratio("row one", 9.0, np.nan, np.nan, "fitted"),))).axes[-1]
    low, high = axes.get_xlim()
    assert low < 1 / 9 < 9 < high
    (word,) = [text for text in axes.texts if text.get_text() == "row one"]
    assert word.get_position()[0] > 9


def test_nothing_published_is_written_on_the_picture() -> None:
    (axes, *_) = paint(WIDE, shown()).axes
    assert any(text.get_text() == NOTHING for text in axes.texts)
    assert NOTHING.split(":")[0] in exposure("x", "t", "c", shown()).wide
