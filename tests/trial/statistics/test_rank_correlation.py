import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.rank_correlation import rank_correlation, rank_correlations

NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.just(np.nan))  # few different ones, so that many are tied


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=15))
def test_rho_and_p_are_those_of_scipy(pairs):
    values = np.array(pairs)
    rho, p = (float(each[0]) for each in rank_correlations(values[None]))
    known = values[np.isfinite(values).all(axis=1)]
    if len(known) < 3 or (known == known[0]).all(axis=0).any():
        assert np.isnan(rho)
        assert np.isnan(p)
        return
    wanted = spearmanr(known[:, 0], known[:, 1])
    assert rho == pytest.approx(float(wanted.statistic), abs=1e-12)
    assert p == pytest.approx(float(wanted.pvalue), rel=1e-6, abs=1e-12)


def test_many_trials_at_once_are_the_trials_one_by_one():
    drawn = np.random.default_rng(1).normal(size=(50, 28, 2))
    drawn[::7, 3, 0] = np.nan
    rho, p = rank_correlations(drawn)
    for k, trial in enumerate(drawn):
        wanted = spearmanr(trial[:, 0], trial[:, 1], nan_policy="omit")
        assert (rho[k], p[k]) == pytest.approx((wanted.statistic, wanted.pvalue), rel=1e-9)


def test_the_interval_holds_the_true_correlation_as_often_as_it_says():
    """Normal pairs of correlation r have Spearman's rho 6/pi asin(r/2)."""
    rng, r = np.random.default_rng(3), 0.6
    one, other = rng.normal(size=(2, 1000, 40))
    pairs = np.stack([one, r * one + np.sqrt(1 - r**2) * other], axis=-1)
    true = 6 / np.pi * np.arcsin(r / 2)
    found = [rank_correlation(each) for each in pairs]
    assert np.mean([each.lower <= true <= each.upper for each in found]) == pytest.approx(0.95, abs=0.02)
    assert found[0].n == 40
    assert "Spearman" in found[0].method


def test_what_has_no_interval():
    up = rank_correlation(np.array([[1.0, 1], [2, 2], [3, 3], [4, 4], [5, np.nan]]))
    assert (up.value, up.n) == (1.0, 4)
    assert np.isnan(up.lower)
    assert np.isnan(rank_correlation(np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]])).value)
    with pytest.raises(BadInput, match="confidence level"):
        rank_correlation(np.ones((4, 2)), 0.0)
