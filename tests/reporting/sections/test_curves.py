from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.curves import course, sessions_of, thinned


def test_the_first_output_is_large_and_the_others_follow(study: Any, result: Any) -> None:
    drawings = [block for block in course(study, result).blocks if isinstance(block, Drawing)]
    assert [each.name for each in drawings] == ["curve-cd34", "curves"]
    assert drawings[0].title == "CD34+ cells in blood."
    assert "cells/µL" in drawings[0].wide
    for words in ("Total plerixafor in plasma, ng/mL", "CD34+ cells in all bags so far, 10⁶ cells/kg"):
        assert words in drawings[1].wide


def test_one_output_is_one_figure(study: Any, result: Any) -> None:
    only = replace(result, curves=result.curves[["cd34"]])
    assert len([block for block in course(study, only).blocks if isinstance(block, Drawing)]) == 1


def test_grey_columns_are_the_planned_sessions(study: Any) -> None:
    assert sessions_of(study) == [(105.0 + 24 * k, 109.6 + 24 * k) for k in range(4)]


def test_thinning_keeps_the_ends() -> None:
    kept = thinned(5000)
    assert (kept[0], kept[-1], len(kept)) == (0, 4999, 400)
    np.testing.assert_array_equal(thinned(5), np.arange(5))
