import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.conduct import dropout_times, missed_visits


@pytest.mark.parametrize("shape", [0.7, 1.0, 2.0])
def test_the_asked_share_leaves_and_a_patient_leaves_the_same_day_in_any_company(shape):
    people = np.arange(4000)
    found = dropout_times(people, 0.3, 180, seed=2, shape=shape)
    assert (found < 180).mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))
    half = 1 - 0.7 ** (0.5**shape)
    assert (found < 90).mean() == pytest.approx(half, abs=4 * np.sqrt(0.25 / 4000))
    np.testing.assert_array_equal(dropout_times(people[5:9], 0.3, 180, seed=2, shape=shape), found[5:9])


def test_visits_are_missed_at_the_asked_rate():
    found = missed_visits(np.arange(1000), 6, 0.1, seed=5)
    assert found.shape == (1000, 6)
    assert found.mean() == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / 6000))
    assert not missed_visits([1, 2], 3, 0.0, seed=5).any()
    np.testing.assert_array_equal(missed_visits([3, 7], 6, 0.1, seed=5), found[[3, 7]])


def test_impossible_input():
    assert np.isinf(dropout_times([1, 2], 0, 10, seed=1)).all()
    for bad in ({"share": 1.0}, {"share": -0.1}, {"by": 0}, {"shape": 0}):
        with pytest.raises(BadInput, match="dropout"):
            dropout_times([1], **{"share": 0.2, "by": 10, "seed": 1, **bad})
    with pytest.raises(BadInput, match="missed"):
        missed_visits([1], 0, 0.5, seed=1)
