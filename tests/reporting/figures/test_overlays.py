from __future__ import annotations

from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np

from unmoor.reporting.figures.curves import Bands
from unmoor.reporting.figures.drawing import NARROW, WIDE
from unmoor.reporting.figures.overlays import Panel, _paint, overlays


def test_every_arm_is_in_every_panel(two: list[Bands], style: dict[str, Any]) -> None:
    panels = [Panel("one, L", tuple(two)), Panel("two", tuple(two[::-1])), Panel("three", tuple(two))]
    with matplotlib.rc_context(style):
        figure = _paint(WIDE, panels, [(33.0, 37.0)])
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["one, L", "two", "three"]
    assert len(figure.axes) == 4
    for axes, panel in zip(shown, panels, strict=True):
        for line, band, arm in zip(axes.lines, axes.collections, panel.arms, strict=True):
            np.testing.assert_array_equal(line.get_ydata(), arm.quantiles[0.5])
            assert line.get_color() == arm.colour
            assert band.get_paths()[0].vertices[:, 1].max() == arm.quantiles[0.95].max()


def test_scales_are_chosen_for_each_quantity_alone(two: list[Bands], style: dict[str, Any]) -> None:
    zero = tuple(replace(arm, quantiles={q: v - v.min() for q, v in arm.quantiles.items()}) for arm in two)
    with matplotlib.rc_context(style):
        figure = _paint(NARROW, [Panel("a", tuple(two)), Panel("b", zero)], [])
    assert [axes.get_yscale() for axes in figure.axes] == ["log", "linear"]
    assert figure.axes[1].get_position().x0 == figure.axes[0].get_position().x0


def test_the_arms_are_named(two: list[Bands]) -> None:
    drawing = overlays("o", "T", "C", [Panel("only", tuple(two))])
    assert all(f">{word}</text>" in drawing.narrow for word in ("arm 1", "arm 2", "only"))
