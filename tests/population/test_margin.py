"""Distributions against SciPy's own, and the meaning of centre, spread and bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.random import normal
from unmoor.population.margin import Margin

SCORES = normal(1, "margin", 0, 20_000)
LEVELS = np.linspace(0.001, 0.999, 99)


def sigma(cv: float) -> float:
    return float(np.sqrt(np.log(1 + (cv / 100) ** 2)))


CASES = [
    (Margin("normal", 56, 11), stats.norm(56, 11)),
    (Margin("normal", 56, 11, 40, 60), stats.truncnorm(-16 / 11, 4 / 11, 56, 11)),
    (Margin("lognormal", 80, 30), stats.lognorm(sigma(30), scale=80)),
    (Margin("uniform", 3, 0, 2, 6), stats.uniform(2, 4)),
]


@pytest.mark.parametrize(("margin", "reference"), CASES)
def test_quantiles_are_those_of_scipy(margin: Margin, reference: stats.rv_continuous) -> None:
    assert margin.at(stats.norm.ppf(LEVELS)) == pytest.approx(reference.ppf(LEVELS), rel=1e-10)


@pytest.mark.parametrize(("margin", "reference"), CASES)
def test_drawn_values_follow_the_distribution(margin: Margin, reference: stats.rv_continuous) -> None:
    assert stats.kstest(margin.at(SCORES), reference.cdf).pvalue > 1e-3


def test_a_truncated_lognormal_is_a_lognormal_given_its_bounds() -> None:
    free, bounded = stats.lognorm(sigma(50), scale=10), Margin("lognormal", 10, 50, 6, 30)
    low, high = free.cdf([6, 30])
    assert bounded.at(stats.norm.ppf(LEVELS)) == pytest.approx(free.ppf(low + (high - low) * LEVELS), rel=1e-10)


def test_a_logitnormal_is_normal_on_the_logit_of_its_range() -> None:
    values = Margin("logitnormal", 20, 0.8, 0, 100).at(SCORES)
    logits = np.log(values / (100 - values))
    assert stats.kstest(logits, stats.norm(np.log(20 / 80), 0.8).cdf).pvalue > 1e-3


def test_spread_of_a_lognormal_is_its_coefficient_of_variation_and_centre_its_median() -> None:
    values = Margin("lognormal", 80, 60).at(normal(2, "cv", 0, 400_000))
    assert values.std() / values.mean() == pytest.approx(0.60, rel=0.02)
    assert np.median(values) == pytest.approx(80, rel=0.01)


def test_bounds_truncate_and_do_not_clip() -> None:
    margin = Margin("normal", 0, 1, -0.5, 0.5)
    values = margin.at(SCORES)
    assert np.all((values >= -0.5) & (values <= 0.5))
    assert np.mean(np.abs(values) > 0.49) < 0.03  # clipping would leave 62% there


@pytest.mark.parametrize("side", [1, -1])
def test_bounds_in_a_tail_keep_their_digits(side: int) -> None:
    """Centre on one bound, spread small against the room: the distribution function is 1 over most of it."""
    margin = Margin("normal", 0, 1, *sorted((0, 9 * side)))
    far = margin.at(side * np.array([4.0, 5.0, 6.0]))
    tail = stats.norm.sf(np.array([4.0, 5.0, 6.0])) * (0.5 - stats.norm.sf(9)) + stats.norm.sf(9)
    assert far == pytest.approx(side * stats.norm.isf(tail), rel=1e-4)


@given(
    centre=st.floats(0.01, 1e4),
    cv=st.floats(0.1, 300),
    low=st.floats(0, 0.99),
    high=st.floats(1.01, 50),
    z=st.floats(-8, 8),
)
def test_values_stay_within_bounds_and_rise_with_the_score(
    centre: float, cv: float, low: float, high: float, z: float
) -> None:
    margin = Margin("lognormal", centre, cv, low * centre, high * centre)
    below, value, above = margin.at(np.array([z - 0.5, z, z + 0.5]))
    assert low * centre <= below <= value <= above <= high * centre


@pytest.mark.parametrize("name", ["normal", "lognormal"])
def test_a_score_of_zero_is_the_centre_of_a_distribution_without_bounds(name: str) -> None:
    assert Margin(name, 7.5, 20).at(np.zeros(1))[0] == 7.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("normal", float("nan"), 1), "centre nan"),
        (("normal", 1, -2), "spread -2 is negative"),
        (("normal", 5, 1, 6, 9), "centre 5 is out of range 6 to 9"),
        (("normal", 5, 1, 9, 6), "lower 9 is not below upper 6"),
        (("lognormal", 0, 30), "not above zero"),
        (("lognormal", -3, 30), "out of range 0 to inf"),
        (("uniform", 5, 0, 2), "needs lower and upper"),
        (("logitnormal", 1.5, 0.3), "out of range 0 to 1"),
        (("logitnormal", 1.0, 0.3), "lies on a bound"),
        (("normal", 5, 1e12, 4, 6), "leave nearly none"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        Margin(*arguments, where="table.csv:7")


def test_an_unknown_distribution_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"table.csv:7: unknown distribution 'lognomal'\n.*mean 'lognormal'"):
        Margin("lognomal", 1, 1, where="table.csv:7")
