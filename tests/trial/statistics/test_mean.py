import numpy as np
import pytest
import scipy.stats

from unmoor.trial.statistics.mean import mean, standard_deviation

# Student 1908: hours of sleep gained with the first drug
SLEEP = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]


def test_student_s_own_data():
    found = mean(SLEEP)
    assert found.value == pytest.approx(0.75)
    assert standard_deviation(SLEEP) == pytest.approx(1.78901, abs=1e-5)
    theirs = scipy.stats.ttest_1samp(SLEEP, 0.0).confidence_interval(0.95)
    assert (found.lower, found.upper) == pytest.approx((theirs.low, theirs.high))


def test_failed_patients_are_left_out_and_not_counted():
    found = mean([*SLEEP, np.nan, np.nan])
    assert found == mean(SLEEP)
    assert found.n == 10


def test_one_patient_has_a_mean_and_no_interval():
    found = mean([3.0, np.nan])
    assert found.value == 3.0
    assert found.n == 1
    assert np.isnan(found.lower)
    assert np.isnan(standard_deviation([3.0]))
    assert np.isnan(mean([]).value)
