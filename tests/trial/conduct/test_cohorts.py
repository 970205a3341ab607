import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.conduct import cohort_starts


def test_by_hand():
    days = [0.0, 1, 2, 3, 40, 41, 42]
    found = cohort_starts(days, 3, window=28, stagger=7, gap=2)
    # the second cohort opens at 14 + 28 + 2; the third after the last of the second
    np.testing.assert_allclose(found, [0, 7, 14, 44, 51, 58, 88])
    np.testing.assert_allclose(cohort_starts(days, 7, window=28), days)


def test_many_trials_and_nobody_starts_before_arriving():
    random = np.random.default_rng(1)
    days = np.cumsum(random.exponential(10, (50, 12)), axis=1)
    found = cohort_starts(days, 3, window=28, stagger=1)
    assert (found >= days).all()
    assert (np.diff(found, axis=1) >= 1 - 1e-9).all()
    assert (found[:, 3::3] - found[:, 2:-1:3] >= 28 - 1e-9).all()
    np.testing.assert_array_equal(found[7], cohort_starts(days[7], 3, window=28, stagger=1))


def test_impossible_input():
    with pytest.raises(BadInput, match="cohort of 4 in a trial of 3"):
        cohort_starts([0, 1, 2], 4, window=28)
    with pytest.raises(BadInput, match="out of order"):
        cohort_starts([1, 0], 1, window=28)
    with pytest.raises(BadInput, match="negative"):
        cohort_starts([0, 1], 1, window=-1)
