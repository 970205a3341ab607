import numpy as np
import pytest
from scipy.stats.contingency import relative_risk

from unmoor.trial.statistics.ratio import paired_risk_ratio, risk_ratio


@pytest.mark.parametrize("counts", [(89, 150, 29, 148), (130, 150, 70, 148), (3, 10, 9, 12)])
def test_agreement_with_scipy(counts):
    theirs = relative_risk(*counts)
    interval = theirs.confidence_interval(0.95)
    found = risk_ratio(*counts)
    assert found.value == pytest.approx(theirs.relative_risk)
    assert (found.lower, found.upper) == pytest.approx((interval.low, interval.high))


def test_no_event_has_no_interval():
    assert risk_ratio(0, 10, 5, 10).value == 0.0
    assert np.isnan(risk_ratio(0, 10, 5, 10).upper)
    assert np.isnan(risk_ratio(5, 10, 0, 10).value)
    assert np.isnan(risk_ratio(0, 0, 1, 10).value)


def test_the_paired_interval_covers_in_repeated_samples():
    rng = np.random.default_rng(11)
    hits = []
    for _ in range(1500):
        threshold = rng.uniform(size=200)  # the same patient in both arms: strongly correlated outcomes
        found = paired_risk_ratio(threshold < 0.6, threshold < 0.3)
        hits.append(found.lower <= 2.0 <= found.upper)
    assert 0.93 < np.mean(hits) < 0.975


def test_paired_edges():
    assert paired_risk_ratio([1, 0, np.nan], [1, 0, 1]).n == 2
    assert paired_risk_ratio([1, 1], [1, 1]).lower == 1.0
    assert np.isnan(paired_risk_ratio([1, 1], [0, 0]).value)
    assert paired_risk_ratio([0, 0], [1, 0]).value == 0.0
