from __future__ import annotations

import math

from unmoor.reporting.figures.agreement import Value, agreement, ratios

VALUES = [
    Value("one", "first", "calibration", True, 10.0, 12.0, 8.0, 15.0),
    Value("one", "second", "predicted", False, 100.0, 20.0, 10.0, 30.0),
    Value("two", "third", "predicted", None, 5.0, 5.0, math.nan, math.nan),
    Value("two", "nothing to take a logarithm of", "predicted", True, 0.0, 1.0, 0.0, 2.0),
]


def test_every_value_above_zero_has_a_mark() -> None:
    drawn = agreement("agreement", "Title.", "Words.", VALUES)
    assert drawn.wide.count("#1c5d8f") >= 1
    assert "used in fitting" in drawn.wide
    assert "predicted" in drawn.narrow
    assert 'aria-label="Title.. Words."' in drawn.wide


def test_ratios_name_studies_and_values_and_leave_out_what_has_no_ratio() -> None:
    drawn = ratios("ratios", "Title.", "Words.", VALUES)
    for side in (drawn.wide, drawn.narrow):
        for text in ("one", "two", "first", "second", "third", "over the simulated value"):
            assert text in side
        assert "logarithm" not in side


def test_nothing_to_show_is_no_error() -> None:
    assert "<svg" in agreement("empty", "Title.", "Words.", []).wide
