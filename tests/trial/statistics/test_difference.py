import numpy as np
import pytest
import scipy.stats

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.difference import mean_difference, paired_difference, risk_difference


# Newcombe, Stat Med 1998;17:873, Table II, method 10
@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_published_intervals(counts, limits):
    found = risk_difference(*counts)
    assert found.value == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (found.lower, found.upper) == pytest.approx(limits, abs=6e-5)


def test_welch_agrees_with_scipy():
    rng = np.random.default_rng(5)
    one, two = rng.normal(3, 1, 40), rng.normal(1, 4, 17)
    theirs = scipy.stats.ttest_ind(one, two, equal_var=False).confidence_interval(0.9)
    found = mean_difference([*one, np.nan], two, 0.9)
    assert (found.lower, found.upper) == pytest.approx((theirs.low, theirs.high))
    assert found.n == 57


def test_pairs_agree_with_scipy_and_leave_out_half_pairs():
    rng = np.random.default_rng(6)
    one = rng.normal(size=30)
    two = one + rng.normal(0.2, 0.1, 30)
    theirs = scipy.stats.ttest_rel(two, one).confidence_interval(0.95)
    found = paired_difference([*two, 7.0, np.nan], [*one, np.nan, 8.0])
    assert (found.lower, found.upper) == pytest.approx((theirs.low, theirs.high))
    assert found.n == 30
    assert found.upper - found.lower < 0.2 * (mean_difference(two, one).upper - mean_difference(two, one).lower)


def test_unequal_pairs_are_refused_and_empty_groups_say_nothing():
    with pytest.raises(BadInput, match="paired arms of 1 and 2"):
        paired_difference([1.0], [1.0, 2.0])
    assert np.isnan(risk_difference(0, 0, 1, 2).value)
    assert np.isnan(mean_difference([], [1.0]).value)
    assert mean_difference([1.0, 1.0], [1.0, 1.0]).upper == 0.0
