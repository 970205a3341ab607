"""The error model: its size, and its likelihood."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import norm

from unmoor.planning import Clinic, measurement


@pytest.mark.parametrize("true", [0.5, 3.0, 30.0, 400.0])
def test_errors_have_the_size_that_is_said(true: float) -> None:
    error = measurement.cd34(1, 80, Clinic())
    seen = error.unscaled(error.scaled(true) + np.random.default_rng(3).normal(size=40_000))
    assert seen.min() >= 0
    if true >= 3:
        said = math.hypot(0.14 * true, 5 / 3.3)
        assert np.std(seen) == pytest.approx(said, rel=0.08)


def test_the_scale_reads_back() -> None:
    for each in (measurement.cd34(9, 80, Clinic()), measurement.collected(2, 80, Clinic())):
        assert each.unscaled(each.scaled([0.4, 7.0, 90.0])) == pytest.approx([0.4, 7.0, 90.0])
        low, high = each.range(1.0)
        assert low < each.value < high


def test_a_yield_has_a_lognormal_error_of_assay_and_session() -> None:
    found = measurement.collected(2.0, 96, Clinic(count_cv=30, session_cv=40))
    assert found.cv == pytest.approx(0.5)
    predicted = np.array([[2.5], [1.0]])
    exact = norm.logpdf(np.log(2.0), np.log(predicted[:, 0]), math.sqrt(math.log(1.25)))
    found_likelihood = measurement.log_likelihood(predicted, (found,))
    assert np.diff(found_likelihood) == pytest.approx(np.diff(exact))


def test_independent_errors_multiply_likelihoods() -> None:
    measured = (measurement.cd34(20, 80, Clinic()), measurement.wbc(30, 80, Clinic()))
    predicted = np.array([[18.0, 25.0], [40.0, 31.0]])
    apart = sum(measurement.log_likelihood(predicted[:, [k]], (each,)) for k, each in enumerate(measured))
    assert measurement.log_likelihood(predicted, measured) == pytest.approx(apart)


def test_a_patient_who_could_not_be_computed_was_not_seen() -> None:
    measured = (measurement.cd34(20, 80, Clinic()),)
    assert measurement.log_likelihood(np.array([[np.nan], [3.0]]), measured)[0] == -np.inf
    assert measurement.log_likelihood(np.empty((3, 0)), ()).tolist() == [0, 0, 0]


@settings(max_examples=50, deadline=None)
@given(low=some.floats(0, 300), more=some.floats(0.1, 300), small=some.floats(0, 100), extra=some.floats(0.1, 100))
def test_a_higher_count_speaks_for_the_patient_with_more_cells(
    low: float, more: float, small: float, extra: float
) -> None:
    """The likelihood ratio of more against fewer cells grows with the count, so no chance can fall with it."""
    predicted = np.array([[small], [small + extra]])

    def ratio(count: float) -> float:
        fewer, many = measurement.log_likelihood(predicted, (measurement.cd34(count, 80, Clinic()),))
        return float(many - fewer)

    assert ratio(low + more) >= ratio(low)


def test_the_normal_distribution_function_is_scipys() -> None:
    z = np.linspace(-6, 6, 41)
    assert measurement.normal_cdf(z) == pytest.approx(norm.cdf(z), rel=1e-12)
