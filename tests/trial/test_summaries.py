from typing import get_args

import numpy as np
import pytest

from unmoor.trial.summaries import ESTIMATES, Statistic, reduced

DRAWN = np.array([[1.0, 2.0, 9.0], [4.0, 4.0, np.nan], [np.nan, np.nan, np.nan], [5.0, np.nan, np.nan]])
EXPECTED = {
    "median": [2.0, 4.0, np.nan, 5.0],
    "mean": [4.0, 4.0, np.nan, 5.0],
    "geometric_mean": [18 ** (1 / 3), 4.0, np.nan, 5.0],
    "sd": [np.sqrt(19), 0.0, np.nan, np.nan],
}


def test_every_statistic_has_an_estimate_and_a_plain_form():
    assert set(ESTIMATES) == set(get_args(Statistic)) == set(EXPECTED)


@pytest.mark.parametrize("name", get_args(Statistic))
def test_drawn_trials_are_reduced_with_missing_patients_left_out(name):
    np.testing.assert_allclose(reduced(DRAWN, name), EXPECTED[name])
    np.testing.assert_allclose(reduced(DRAWN[:1], name), EXPECTED[name][:1])
    assert reduced(DRAWN[:1], name)[0] == pytest.approx(ESTIMATES[name](DRAWN[0]).value)


def test_the_sd_of_one_patient_is_not_known():
    assert np.isnan(reduced(np.array([[3.0]]), "sd")).all()
