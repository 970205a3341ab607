"""The section on identifiability: correlations are those of the draws, limits those of the profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.identifiability import LIMIT, correlations, crossing, identifiability
from unmoor.reporting.table import Table


def test_strong_pairs_are_listed(whole: Any) -> None:
    known = np.corrcoef(whole.sample.logarithms.T)[0, 1]
    assert correlations(whole.sample)[0, 1] == pytest.approx(known)
    section = identifiability(whole)
    assert section is not None
    pairs, limits = (block for block in section.blocks if isinstance(block, Table))
    assert pairs.rows[0][2].text == f"{known:+.2f}"
    assert limits.rows[0][0].text == "plerixafor_renal_ratio"
    assert [block.name for block in section.blocks if isinstance(block, Drawing)] == ["correlations", "profiles"]


def test_the_limit_of_a_parabola_is_found_on_the_logarithm(whole: Any) -> None:
    each = whole.profiles[0]  # costs 5 x^2 of the logarithm x
    centre, reach = each.values[4], np.sqrt(LIMIT / 5)
    assert np.log(crossing(each, 1) / centre) == pytest.approx(reach, abs=0.02)
    assert np.log(crossing(each, -1) / centre) == pytest.approx(-reach, abs=0.02)
    flat = replace(each, costs=0.1 * each.costs)
    assert crossing(flat, 1) is None


def test_without_draws_there_is_no_section(whole: Any) -> None:
    assert identifiability(replace(whole, sample=None)) is None
