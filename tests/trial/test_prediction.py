import numpy as np
import pytest
from scipy.stats import binom

from unmoor.trial.measure import Measure
from unmoor.trial.prediction import NO_TRIALS, TRIALS, Trials, draw, statistics

ALL = np.ones(1000, dtype=bool)
YES_OR_NO = Measure("proportion", "1", lambda result, arm: np.empty(0))


def test_a_drawn_trial_is_addressed_by_seed_and_arm():
    one = draw(7, "a", ALL, 50)
    assert one.shape == (TRIALS, 50)
    np.testing.assert_array_equal(one, draw(7, "a", ALL, 50))
    assert not np.array_equal(one, draw(8, "a", ALL, 50))
    assert not np.array_equal(one, draw(7, "b", ALL, 50))
    assert (one.min(), one.max()) == (0, 999)


def test_only_integrated_patients_are_drawn():
    some = np.zeros(1000, dtype=bool)
    some[[3, 77, 500]] = True
    assert set(np.unique(draw(1, "a", some, 20))) == {3, 77, 500}
    assert draw(1, "a", ~ALL, 20).shape == (0, 20)


def test_the_interval_of_a_proportion_is_that_of_the_binomial():
    """300 of 1000 virtual patients have it: trials of 150 then count as Binomial(150, 0.3)."""
    values = (np.arange(1000) < 300).astype(float)
    trials = statistics(draw(1, "a", ALL, 150), YES_OR_NO, values)
    low, high = trials.interval()
    expected = binom.ppf([0.05, 0.95], 150, 0.3) / 150
    assert (low, high) == pytest.approx(tuple(expected), abs=1.01 / 150)
    assert trials.statistic.mean() == pytest.approx(0.3, abs=0.004)
    assert trials.statistic.std() == pytest.approx(np.sqrt(0.3 * 0.7 / 150), rel=0.05)


def test_a_published_value_from_the_same_population_lies_inside_nine_times_of_ten():
    values = np.random.default_rng(0).lognormal(size=1000)
    measure = Measure("number", "1", lambda result, arm: np.empty(0), "median")
    trials = statistics(draw(1, "a", ALL, 100), measure, values)
    published = np.median(np.random.default_rng(1).choice(values, (2000, 100)), axis=1)
    inside = np.mean([trials.verdict(value) == "inside" for value in published])
    assert 0.87 < inside < 0.93


def test_medians_means_and_missing_values():
    values = np.array([1.0, 2.0, 9.0, np.nan])
    chosen = np.array([[0, 1, 2], [0, 3, 3], [3, 3, 3]])
    median = Measure("number", "1", lambda result, arm: values, "median")
    mean = Measure("number", "1", lambda result, arm: values, "mean")
    np.testing.assert_array_equal(statistics(chosen, median, values).statistic, [2.0, 1.0, np.nan])
    np.testing.assert_array_equal(statistics(chosen, mean, values).statistic, [4.0, 1.0, np.nan])
    np.testing.assert_array_equal(statistics(chosen[:1], mean, values).statistic, [4.0])


def test_a_time_to_target_by_session():
    values = np.array([[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [4.0, 0.0]])
    measure = Measure("incidence", "1", lambda result, arm: values, sessions=4)
    chosen = np.array([[0, 1, 2, 3], [2, 2, 3, 3]])
    np.testing.assert_array_equal(statistics(chosen, measure, values, 1).statistic, [0.25, 0.0])
    np.testing.assert_array_equal(statistics(chosen, measure, values, 4).statistic, [0.5, 0.0])


def test_a_median_time_that_is_not_reached_lies_above_all_others():
    found = Trials(np.array([*np.arange(90.0), *[np.inf] * 10, np.nan]), 10)
    assert found.interval() == pytest.approx((4.95, np.inf))
    assert found.interval(0.5) == pytest.approx((24.75, 74.25))
    assert found.verdict(1e6) == "inside"
    assert found.verdict(2.0) == "published is lower"
    never = Trials(np.full(20, np.inf), 10)
    assert never.interval() == (np.inf, np.inf)
    assert never.verdict(5.0) == "published is lower"


def test_median_times_and_correlations_of_drawn_trials():
    values = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 0.0], [np.nan, np.nan]])
    chosen = np.array([[0, 1, 2], [2, 2, 3], [3, 3, 3]])
    times = Measure("time", "months", lambda result, arm: values)
    np.testing.assert_array_equal(statistics(chosen, times, values).statistic, [2.0, np.inf, np.nan])
    pairs = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [np.nan, 0.0]])
    ranks = Measure("association", "1", lambda result, arm: pairs)
    np.testing.assert_allclose(statistics(chosen, ranks, pairs).statistic, [-1.0, np.nan, np.nan])


def test_verdicts():
    trials = Trials(np.linspace(0, 1, 1001), 10)
    assert trials.interval() == pytest.approx((0.05, 0.95))
    assert trials.verdict(0.05) == trials.verdict(0.5) == "inside"
    assert trials.verdict(0.96) == "published is higher"
    assert trials.verdict(0.04) == "published is lower"
    assert trials.verdict(np.nan) == ""
    assert NO_TRIALS.verdict(0.5) == ""
    assert np.isnan(NO_TRIALS.interval()).all()


def test_the_median_of_trials_is_theirs_and_knows_what_is_not_reached() -> None:
    assert Trials(np.array([1.0, 5.0, 2.0, np.nan]), 10).median() == 2.0
    assert Trials(np.array([1.0, np.inf, np.inf]), 10).median() == np.inf
    assert np.isnan(NO_TRIALS.median())
