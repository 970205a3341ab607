import numpy as np
import pytest
from scipy import stats

from unmoor.trial.statistics.geometric_mean import geometric_mean


def test_it_is_the_mean_of_logarithms():
    values = np.array([1.0, 10.0, 100.0, 1000.0])
    found = geometric_mean([*values, np.nan])
    low, high = stats.t.interval(0.95, 3, np.log(values).mean(), stats.sem(np.log(values)))
    assert found.value == pytest.approx(10**1.5)
    assert (found.lower, found.upper) == pytest.approx((np.exp(low), np.exp(high)))
    assert found.n == 4


def test_a_zero_has_no_logarithm():
    assert np.isnan(geometric_mean([0.0, 1.0]).value)
    assert geometric_mean([]).n == 0
