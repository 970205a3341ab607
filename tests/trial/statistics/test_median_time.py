import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.median_time import median_time, median_times


def test_it_is_r_s_median_of_the_maintained_arm():
    """survfit(Surv(time, status) ~ 1, aml, x == "Maintained", conf.type = "log-log"): 31, 13 to NA."""
    values = np.array(
        [(9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0), (48, 1), (161, 0)]
    )
    found = median_time(np.vstack([values, [np.nan, np.nan]]))
    assert (found.value, found.n) == (31.0, 11)
    fitted = KaplanMeierFitter().fit(values[:, 0], values[:, 1])
    assert found.value == fitted.median_survival_time_
    low, high = median_survival_times(fitted.confidence_interval_).to_numpy().ravel()
    assert (found.lower, found.upper) == (low, high)
    assert "Kaplan-Meier" in found.method
    assert "log-log 95%" in found.method


def test_a_median_that_is_not_reached_lies_above_all():
    found = median_time(np.array([[1.0, 1], [2.0, 0], [3.0, 0], [4.0, 0]]))
    assert (found.value, found.upper, found.n) == (np.inf, np.inf, 4)
    nobody = median_time(np.full((3, 2), np.nan))
    assert np.isnan(nobody.value)
    assert nobody.n == 0
    with pytest.raises(BadInput, match="confidence level"):
        median_time(np.ones((3, 2)), 1.2)
    with pytest.raises(BadInput, match="negative"):
        median_time(np.array([[-1.0, 1.0]]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_many_trials_at_once_are_the_trials_one_by_one(data):
    n = data.draw(st.integers(1, 12))
    patients = st.one_of(
        st.just((np.nan, np.nan)), st.tuples(st.integers(0, 6).map(float), st.sampled_from([0.0, 1.0]))
    )
    trials = np.array(
        data.draw(st.lists(st.lists(patients, min_size=n, max_size=n), min_size=1, max_size=5)), dtype=float
    )
    np.testing.assert_array_equal(median_times(trials), [median_time(trial).value for trial in trials])


def test_medians_of_drawn_trials_gather_around_the_true_one():
    """Exponential with mean 10, censored at 12: the median is 10 ln 2, its standard error 10 ln 2 ... / sqrt(n)."""
    rng = np.random.default_rng(2)
    time = rng.exponential(10.0, (4000, 80))
    drawn = np.stack([np.minimum(time, 12.0), time <= 12.0], axis=-1)
    found = median_times(drawn)
    assert np.median(found) == pytest.approx(10 * np.log(2), rel=0.02)
    # the standard error of a sample median is 1 / (2 f sqrt(n)) with f = 1/20 the density there
    assert found[np.isfinite(found)].std() == pytest.approx(10 / np.sqrt(80), rel=0.1)
    assert median_times(np.empty((0, 5, 2))).shape == (0,)


@pytest.mark.parametrize("values", [[[32.4, 1.0]], [[5.0, 1.0], [5.0, 1.0]]])
def test_a_median_lies_inside_its_interval_or_has_none(values):
    found = median_time(values)
    assert (found.value, found.n) == (values[0][0], len(values))
    assert np.isnan([found.lower, found.upper]).all()
