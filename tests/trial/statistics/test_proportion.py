import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.proportion import clopper_pearson, jeffreys, wilson


# Newcombe, Stat Med 1998;17:857, Table I: methods 3 (score) and 5 (exact)
@pytest.mark.parametrize(
    ("events", "n", "score", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_published_intervals(events, n, score, exact):
    found = wilson(events, n)
    assert (found.lower, found.upper) == pytest.approx(score, abs=6e-5)
    found = clopper_pearson(events, n)
    assert (found.lower, found.upper) == pytest.approx(exact, abs=6e-5)


@given(
    st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.8, 0.9, 0.99])
)
def test_agreement_with_scipy(counts, level):
    events, n = counts
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        theirs = binomtest(events, n).proportion_ci(level, method=method)
        found = ours(events, n, level)
        assert (found.lower, found.upper) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
        assert found.lower <= found.value <= found.upper
        assert found.n == n


def test_the_primary_endpoint_of_the_trial_of_dipersio():
    found = wilson(89, 150)
    assert found.value == pytest.approx(0.593, abs=5e-4)
    assert found.lower < 0.593 < found.upper


def test_nobody_gives_no_proportion():
    assert np.isnan(wilson(0, 0).value)
    assert np.isnan(clopper_pearson(0, 0).upper)


@pytest.mark.parametrize(("events", "n"), [(-1, 10), (11, 10), (1.5, 10), (np.nan, 10)])
def test_impossible_counts_are_refused(events, n):
    for method in (wilson, clopper_pearson):
        with pytest.raises(BadInput, match="events among"):
            method(events, n)


def test_reference_intervals(vectors) -> None:
    for case in vectors("phase2/binomial_intervals.json"):
        asked = {"cp95": (clopper_pearson, 0.95), "cp90": (clopper_pearson, 0.9), "cp80": (clopper_pearson, 0.8),
                 "wilson95": (wilson, 0.95), "jeffreys95": (jeffreys, 0.95)}  # fmt: skip
        for name, (interval, level) in asked.items():
            found = interval(case["x"], case["n"], level)
            assert (found.lower, found.upper) == pytest.approx(case[name], abs=1e-10)


def test_jeffreys_ends_at_0_and_1() -> None:
    """Brown, Cai and DasGupta 2001: the lower end at 0 events is 0, the upper end at n events is 1."""
    assert jeffreys(0, 10).lower == 0.0
    assert jeffreys(10, 10).upper == 1.0
    assert jeffreys(0, 10).upper == pytest.approx(1 - jeffreys(10, 10).lower, abs=1e-12)
    assert np.isnan(jeffreys(0, 0).lower)
    with pytest.raises(BadInput):
        jeffreys(3, 2)
