"""Observation models: each summary of simulated people against its closed form, each likelihood against scipy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from unmoor.base.errors import BadInput, UnknownName
from unmoor.calibration.observation import (
    KINDS,
    Observation,
    counted,
    expected_range,
    log_sd,
    share_residual,
)

SIGMA = 0.7
#: the quantiles of a lognormal quantity with median 3, as 4,000 people without luck
PEOPLE = 3 * np.exp(SIGMA * stats.norm.ppf((np.arange(4000) + 0.5) / 4000))[None, :]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mean", 3 * math.exp(SIGMA**2 / 2)),
        ("median", 3.0),
        ("geometric mean", 3.0),
        ("quantile 0.9", 3 * math.exp(SIGMA * stats.norm.ppf(0.9))),
        ("sd", 3 * math.exp(SIGMA**2 / 2) * math.sqrt(math.expm1(SIGMA**2))),
        ("cv", 100 * math.sqrt(math.expm1(SIGMA**2))),
        ("log cv", 100 * math.sqrt(math.expm1(SIGMA**2))),
        ("share >= 5 1", 100 * stats.norm.sf(math.log(5 / 3) / SIGMA)),
        ("share < 5 1", 100 * stats.norm.cdf(math.log(5 / 3) / SIGMA)),
    ],
)
def test_a_summary_of_lognormal_people_is_its_closed_form(text: str, expected: float) -> None:
    assert Observation.read(text).of_people(PEOPLE)[0] == pytest.approx(expected, rel=0.01)


def test_a_median_of_few_people_weighs_them_all() -> None:
    few = np.array([[1.0, 2.0, 4.0, 8.0, 16.0]])
    known = stats.mstats.hdquantiles(np.log(few[0]), [0.5])[0]
    assert math.log(Observation("median").of_people(few)[0]) == pytest.approx(known)


def test_a_share_moves_smoothly_with_the_people() -> None:
    shifts = np.linspace(0.8, 1.25, 40)[:, None]
    found = Observation("share", 3.0).of_people(PEOPLE[:, ::40] * shifts)
    steps = np.diff(found)
    assert np.all(steps > 0)
    assert steps.max() < 2 * steps.min()


def test_a_chance_is_a_share_of_people_without_their_luck() -> None:
    found = Observation.read("chance")
    assert found.of_people(np.array([[0.1, 0.2, 0.6], [1.0, 0.0, 0.0]])) == pytest.approx([30, 100 / 3])
    assert found.counts
    assert not Observation.read("mean").counts


@pytest.mark.parametrize("kind", ["mean", "median", "geometric mean", "sd", "log cv", "cv", "quantile"])
def test_the_sampling_error_is_that_of_repeated_studies(kind: str) -> None:
    n, sigma, level = 60, 0.5, 0.8
    observed = Observation(kind, level if kind == "quantile" else math.nan)
    groups = 3 * np.exp(sigma * np.random.default_rng(1).standard_normal((4000, n)))
    seen = np.std(np.log(observed.of_people(groups)))
    assert observed.sampling_error(sigma, n) == pytest.approx(seen, rel=0.15)


def test_without_n_or_spread_nothing_is_added() -> None:
    assert Observation("mean").sampling_error(0.5, math.nan) == 0
    assert Observation("mean").sampling_error(math.nan, 10) == 0
    assert Observation("log cv").sampling_error(math.nan, 50) == pytest.approx(0.1)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.data())
def test_a_share_has_the_binomial_likelihood(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    predicted = np.array([3.0, 41.0, 97.0])
    known = stats.binom.logpmf(k, n, predicted / 100) - stats.binom.logpmf(k, n, k / n)
    found = share_residual(predicted, 100 * k / n, n)
    assert -0.5 * found**2 == pytest.approx(known, abs=1e-6)
    assert np.all(np.sign(found) == np.sign(np.round(predicted / 100 - k / n, 12)))


def test_people_counted_by_the_variance_between_studies() -> None:
    assert counted(50, 100, 0.0) == pytest.approx(100)
    # p (1 - p) / m = p (1 - p) / n + (between p (1 - p))^2
    assert 0.25 / counted(50, 100, 0.4) == pytest.approx(0.25 / 100 + (0.4 * 0.25) ** 2)
    assert math.isfinite(counted(0, 20, 0.3))
    assert math.isfinite(counted(100, 20, 0.3))


@pytest.mark.parametrize(
    ("kind", "spread", "n", "sigma"),
    [
        ("SD", "6", 9, math.sqrt(math.log1p(0.36))),
        ("SEM", "2", 9, math.sqrt(math.log1p(0.36))),
        ("CV", "60", 9, math.sqrt(math.log1p(0.36))),
        ("IQR", f"{10 * math.exp(-0.337245)}-{10 * math.exp(0.337245)}", 9, 0.5),
        ("range", "5-20", 2, math.log(4) / (2 / math.sqrt(math.pi))),
        ("", "", 9, math.nan),
        ("SEM", "2", math.nan, math.nan),
    ],
)
def test_a_spread_is_read_as_a_lognormal(kind: str, spread: str, n: float, sigma: float) -> None:
    assert log_sd(kind, spread, 10.0, n) == pytest.approx(sigma, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize(("n", "known"), [(2, 1.12838), (5, 2.32593), (10, 3.07751), (25, 3.93063), (100, 5.01519)])
def test_the_expected_range_is_the_tabulated_one(n: int, known: float) -> None:
    assert expected_range(n) == pytest.approx(known, abs=2e-5)  # the constant d2 of quality control


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("quantile", "share")])
def test_every_kind_is_read_by_its_name(kind: str) -> None:
    assert Observation.read(kind).kind == kind


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("men", UnknownName, "did you mean 'mean'"),
        ("quantile", BadInput, "needs a level"),
        ("share >= 0 cells/uL", BadInput, "positive"),
        ("share >= e cells/uL", BadInput, "positive"),
        ("share >= 5 cellz", UnknownName, "cell"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Observation.read(text, "rows.csv:2")
