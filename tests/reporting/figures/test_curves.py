from __future__ import annotations

from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
import pytest

from unmoor.reporting.figures.curves import Bands, curves, paint
from unmoor.reporting.figures.drawing import NARROW, WIDE


def test_each_arm_has_a_panel_with_its_median_and_bands(two: list[Bands], style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        figure = paint(WIDE, "cells/µL", two, [(33.0, 37.0)])
    assert len(figure.axes) == 2
    for axes, arm in zip(figure.axes, two, strict=True):
        assert axes.get_title(loc="left") == arm.arm
        np.testing.assert_array_equal(axes.lines[-1].get_ydata(), arm.quantiles[0.5])
        heights = [path.vertices[:, 1] for each in axes.collections for path in each.get_paths()]
        assert [(y.min(), y.max()) for y in heights] == [
            (arm.quantiles[0.05].min(), arm.quantiles[0.95].max()),
            (arm.quantiles[0.25].min(), arm.quantiles[0.75].max()),
        ]
        column = axes.patches[0]
        assert (column.get_x(), column.get_width()) == (33.0, 4.0)


def test_narrow_panels_stand_below_each_other(two: list[Bands], style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        figure = paint(NARROW, "cells/µL", two, [])
    top, bottom = (axes.get_position() for axes in figure.axes)
    assert bottom.y1 < top.y0
    assert (bottom.x0, bottom.x1) == pytest.approx((top.x0, top.x1))


def test_the_scale_is_logarithmic_only_where_nothing_is_zero(two: list[Bands], style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        assert paint(WIDE, "", two, []).axes[0].get_yscale() == "log"
        zero = [replace(arm, quantiles={q: v - v.min() for q, v in arm.quantiles.items()}) for arm in two]
        linear = paint(WIDE, "", zero, []).axes[0]
        assert linear.get_yscale() == "linear"
        assert linear.get_ylim()[0] == 0
        flat = [replace(arm, quantiles={q: np.full(25, 1.0 + q) for q in arm.quantiles}) for arm in two]
        assert paint(WIDE, "", flat, []).axes[0].get_yscale() == "linear"


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_curves_of_nothing_are_drawn_without_a_word(two: list[Bands], value: float, recwarn: Any) -> None:
    empty = [replace(arm, quantiles={q: np.full(25, value) for q in arm.quantiles}) for arm in two]
    drawing = curves("c", "T", "C", "ng/mL", empty)
    assert "ng/mL" in drawing.wide
    assert [str(each.message) for each in recwarn.list] == []


def test_the_pairs_of_a_band_are_symmetric(two: list[Bands]) -> None:
    assert two[0].pairs() == [(0.05, 0.95), (0.25, 0.75)]
    assert replace(two[0], quantiles={0.5: two[0].time}).pairs() == []


def test_the_words_are_there(two: list[Bands]) -> None:
    drawing = curves("c", "Title", "Caption", "cells/µL", two, [(33.0, 37.0)])
    for text in (drawing.wide, drawing.narrow):
        for word in ("cells/µL", "arm 1", "arm 2", "median", "50% of patients", "90% of patients", "apheresis"):
            assert f">{word}</text>" in text
