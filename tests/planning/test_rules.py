"""Published rules as forecasts."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.planning import rules


def test_thresholds_part_patients_where_they_were_published() -> None:
    fifteen, eight = rules.THRESHOLDS
    assert rules.by_threshold([14.9, 15.0], fifteen).tolist() == [0, 1]
    assert rules.by_threshold([8.0, 8.5], eight).tolist() == [0, 1]


def test_fitted_frequencies_are_those_of_the_others() -> None:
    counts, outcome = np.array([5, 6, 20, 30, 40.0]), np.array([0, 1, 1, 1, 1.0])
    found = rules.by_frequency([1.0, 100.0], rules.THRESHOLDS[0], counts, outcome)
    assert found.tolist() == pytest.approx([1.5 / 3, 3.5 / 4])


def test_the_regression_reaches_2_at_23_cells() -> None:
    count = (2 - 0.3415) / 0.0709
    assert rules.by_regression([count - 0.1, count + 0.1], 2.0).tolist() == [0, 1]
    assert rules.by_regression([count], 2.0, 1.0) == pytest.approx(0.5)
