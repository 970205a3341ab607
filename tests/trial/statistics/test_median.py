import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.trial.statistics.median import median


@settings(max_examples=60)
@given(st.integers(6, 400), st.sampled_from([0.9, 0.95, 0.99]), st.integers(0, 10**6))
def test_the_ranks_cover_as_promised_and_no_narrower_pair_does(n, level, seed):
    values = np.random.default_rng(seed).permutation(n).astype(float) + 1  # the value is its own rank
    found = median(values, level)
    if np.isnan(found.lower):
        assert 1 - 2 * 0.5**n < level
        return
    rank = int(found.lower)
    assert found.upper == n + 1 - rank
    assert 1 - 2 * scipy.stats.binom.cdf(rank - 1, n, 0.5) >= level
    assert 1 - 2 * scipy.stats.binom.cdf(rank, n, 0.5) < level


def test_agreement_with_the_quantile_test_of_scipy():
    values = np.random.default_rng(3).lognormal(size=101)
    theirs = scipy.stats.quantile_test(values, q=0, p=0.5).confidence_interval(0.95)
    found = median(values)
    assert found.value == np.median(values)
    assert (found.lower, found.upper) == pytest.approx((theirs.low, theirs.high))


def test_the_interval_covers_the_true_median_in_repeated_samples():
    samples = np.random.default_rng(7).exponential(size=(2000, 41))
    hits = [m.lower <= np.log(2) <= m.upper for m in map(median, samples)]
    assert 0.94 < np.mean(hits) < 0.985  # exact coverage at 41 patients is 0.9605


def test_missing_patients_and_few_patients():
    assert median([1.0, 2.0, np.nan, 9.0]).value == 2.0
    assert median([1.0, 2.0, np.nan, 9.0]).n == 3
    assert np.isnan(median([1.0, 2.0, 3.0]).lower)
    assert np.isnan(median([np.nan]).value)
