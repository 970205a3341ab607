import numpy as np
import pytest
from scipy.stats import spearmanr

from unmoor.trial.association import negative_row, negative_trials
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.prediction import draw
from unmoor.trial.statistics.proportion import wilson
from unmoor.trial.study import Endpoint
from unmoor.trial.study_file import PublishedPart

ENDPOINT = Endpoint("cxcr4", "association", "CXCR4 and blasts", False, None, EndpointOptions(), "here")
MEASURE = Measure("association", "1", lambda result, arm: np.empty(0), negative_at=0.01)


def pairs(slope: float) -> np.ndarray:
    one, other = np.random.default_rng(4).normal(size=(2, 300))
    return np.column_stack([one, slope * one + other])


def test_a_trial_is_negative_where_scipy_says_so():
    values = pairs(-0.5)
    chosen = draw(1, "a", np.ones(300, dtype=bool), 28, trials=200)
    found = negative_trials(chosen, values, 0.01)
    wanted = [spearmanr(*values[each].T) for each in chosen]
    np.testing.assert_array_equal(found.statistic, [each.statistic < 0 and each.pvalue <= 0.01 for each in wanted])
    assert found.n == 28
    assert 0.2 < found.statistic.mean() < 0.8
    assert negative_trials(chosen, pairs(0.5), 0.01).statistic.mean() < 0.01, "a positive one is not negative"


def test_the_row_says_the_share_and_whether_the_publication_surprises():
    values = pairs(-0.5)
    chosen = draw(1, "a", np.ones(300, dtype=bool), 28)
    part = PublishedPart(endpoint="cxcr4", arm="a", negative=True, n=28, evidence="AML014", source="x", use="predicted")
    row = negative_row(ENDPOINT, MEASURE, "a", values, chosen, 2, part, 300)
    events = int(negative_trials(chosen, values, 0.01).statistic.sum())
    assert row.estimate == events / 2000
    assert row.lower < wilson(events, 2000).lower < row.estimate < wilson(events, 2000).upper < row.upper
    assert (row.n, row.n_failed, row.predicted_n, row.published) == (300, 2, 28, 1.0)
    assert (row.predicted_lower, row.predicted_upper, row.verdict) == (0.0, 1.0, "inside")
    assert row.label == "CXCR4 and blasts: negative with P <= 0.01"
    assert "rho below 0" in row.statistic
    surprise = negative_row(ENDPOINT, MEASURE, "a", pairs(0.3), chosen, 0, part, 300)
    assert (surprise.predicted_upper, surprise.verdict) == (0.0, "published is higher")
    assert np.isnan(negative_row(ENDPOINT, MEASURE, "a", values, chosen, 0, None, 300).published)


def test_patients_without_both_values_leave_no_trial_behind():
    values = np.full((300, 2), np.nan)
    chosen = draw(1, "a", np.ones(300, dtype=bool), 28)
    row = negative_row(ENDPOINT, MEASURE, "a", values, chosen, 0, None, 0)
    assert np.isnan(row.estimate)
    assert row.n == 0
    assert row.verdict == ""
    assert row.predicted_n == 28
    assert np.isnan(row.predicted_upper)
    assert pytest.approx(0) == row.n_failed


def test_the_interval_holds_the_share_that_more_patients_would_show():
    """Shares from many groups of 300 patients: their mean lies in about 95% of the groups' intervals."""
    one, other = np.random.default_rng(8).normal(size=(2, 60, 300))
    rows = []
    for k in range(60):
        values = np.column_stack([one[k], other[k] - 0.5 * one[k]])
        chosen = draw(k, "a", np.ones(300, dtype=bool), 28, trials=300)
        rows.append(negative_row(ENDPOINT, MEASURE, "a", values, chosen, 0, None, 300))
    truth = np.mean([row.estimate for row in rows])
    assert np.std([row.estimate for row in rows]) > 0.05, "300 patients do not settle it"
    assert np.mean([row.lower <= truth <= row.upper for row in rows]) >= 0.9
