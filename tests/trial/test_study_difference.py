import numpy as np
import pytest

from unmoor.trial.study_difference import NUMBER, SHARE, with_study_difference

TRIALS = 40_000


def test_a_number_moves_by_a_factor_with_the_stated_spread():
    moved = with_study_difference(np.full(TRIALS, 30.0), 10, "number", 1)
    assert np.log(moved / 30).std() == pytest.approx(NUMBER, rel=0.02)
    assert np.median(moved) == pytest.approx(30, rel=0.01)
    np.testing.assert_array_equal(moved, with_study_difference(np.full(TRIALS, 30.0), 10, "number", 1))


def test_a_share_moves_on_the_logit_scale_and_stays_a_count():
    moved = with_study_difference(np.full(TRIALS, 0.6), 1000, "proportion", 1)
    logit = np.log(moved / (1 - moved))
    assert logit.std() == pytest.approx(SHARE, rel=0.02)
    assert logit.mean() == pytest.approx(np.log(1.5), abs=0.01)
    some = with_study_difference(np.array([0.0, 1.0, 0.5]), 8, "proportion", 1)
    np.testing.assert_allclose(some * 8, np.round(some * 8))
    assert ((some >= 0) & (some <= 1)).all()


def test_times_move_as_numbers_do_and_correlations_stay():
    times = np.array([5.0, np.inf])
    moved = with_study_difference(times, 8, "time", 1)
    np.testing.assert_array_equal(moved, with_study_difference(times, 8, "number", 1))
    assert moved[1] == np.inf
    rho = np.array([-0.5, 0.0, 1.0])
    np.testing.assert_array_equal(with_study_difference(rho, 8, "association", 1), rho)
