"""Forecast figures show what they were given."""

from __future__ import annotations

import numpy as np

from unmoor.reporting.figures.curves import Bands
from unmoor.reporting.figures.forecast import Chance, Course, Point, chances, forecast


def band(start: float, level: float) -> Bands:
    """Three quantiles that rise."""
    time = np.linspace(start, start + 48, 9)
    return Bands("x", "#1c5d8f", "solid", time, {q: level * q * (1 + time) for q in (0.05, 0.5, 0.95)})


def test_a_panel_for_each_course_with_its_title() -> None:
    courses = [Course(title, band(0, 1), band(48, 2), ((60, 64),)) for title in ("Wait", "Plerixafor tonight")]
    drawn = forecast("course", "CD34+", "caption", courses, [Point(40, 9, 7, 12)])
    for text in (drawn.wide, drawn.narrow):
        assert "Wait" in text
        assert "Plerixafor tonight" in text
        assert text.startswith("<svg")
    assert drawn.wide != drawn.narrow


def test_a_row_for_each_option_and_a_colour_for_each_target() -> None:
    options = [Chance(name, (("2", 0.9, 0.85, 0.95), ("5", 0.3, 0.2, 0.4))) for name in ("Stop", "Go on")]
    drawn = chances("chances", "Chance", "caption", options)
    assert "Go on" in drawn.wide
    assert "≥ 2" in drawn.wide
    assert "≥ 5" in drawn.narrow
