"""Shares, quantiles, and an option's row computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmoor.dosing.events import Events
from unmoor.planning import Pack, Patient, Prices
from unmoor.planning.course import Future
from unmoor.planning.doses import Given
from unmoor.planning.forecast import forecast, noisy, quantiles, share, spread_of
from unmoor.planning.options import Option


def test_a_share_of_equal_weights_has_wilsons_interval() -> None:
    found = share(np.arange(10) < 3, np.full(10, 0.1), 10)
    assert (found.value, found.lower, found.upper) == pytest.approx((0.3, 0.1078, 0.6032), abs=2e-4)


def test_an_infinite_sample_leaves_no_doubt() -> None:
    found = share(np.array([True]), np.ones(1), math.inf)
    assert (found.lower, found.upper) == (1.0, 1.0)


def test_quantiles_of_equal_weights_are_order_statistics() -> None:
    values = np.random.default_rng(1).normal(size=(101, 3))
    found = quantiles(values, np.full(101, 1 / 101), (0.05, 0.5, 0.95))
    assert found[1] == pytest.approx(np.median(values, axis=0))


def test_quantiles_follow_the_weights() -> None:
    assert quantiles(np.array([1.0, 2.0, 9.0]), np.array([0.1, 0.1, 0.8]), (0.05, 0.5))[:, ...].tolist() == [1.0, 9.0]
    assert spread_of(np.array([1.0, 2.0]), np.array([0.0, 1.0])).value == 2.0


def test_session_noise_has_mean_one_and_the_asked_cv() -> None:
    found = noisy(np.ones((40_000, 2)), 20.0, 5)
    assert found.mean(axis=0) == pytest.approx(1, abs=0.005)
    assert found.std(axis=0) == pytest.approx(0.2, rel=0.02)
    assert abs(np.corrcoef(found.T)[0, 1]) < 0.02


@pytest.fixture
def future() -> Future:
    """Two patients: the first reaches 5 in the second session, the other never; plerixafor before each session."""
    option = Option("plerixafor", "Plerixafor", (105.0, 129.0, 153.0), (94.0, 118.0, 142.0))
    doses = tuple(Given("plerixafor", hour, np.array([18.0, 30.0]), Events.none()) for hour in option.plerixafor)
    yields = np.array([[3.0, 3.0, 3.0], [0.5, 0.5, 0.5]])
    counts = np.array([[40.0, 40.0, 40.0], [8.0, 8.0, 8.0]])
    return Future(option, np.array([80.0, 160.0]), np.ones((2, 2)), counts, yields, doses, np.array([16.0, 16.0]))


def test_a_row_counts_what_is_used_until_the_target(future: Future, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unmoor.planning.forecast.noisy", lambda yields, cv, seed: yields)
    prices = Prices("EUR", 1000.0, {"plerixafor": Pack(24.0, 5000.0)})
    patient = Patient(weight=78, disease="nhl", prices=prices)
    row = forecast(patient, future, np.zeros(2), np.array([0.75, 0.25]), 100.0, 1)
    assert row.chance["2"].value == 0.75
    assert row.chance_first["2"].value == 0.75
    assert row.chance_first["5"].value == 0.0
    assert row.sessions == 0.75 * 2 + 0.25 * 3
    assert row.doses["plerixafor"] == 0.75 * 2 + 0.25 * 3
    assert row.mg["plerixafor"] == pytest.approx(0.75 * 2 * 18 + 0.25 * 3 * 30)
    # 18 mg open one pack of 24 mg, 30 mg open two
    assert row.cost is not None
    assert row.cost.value == pytest.approx(0.75 * (2 * 5000 + 2 * 1000) + 0.25 * (3 * 10_000 + 3 * 1000))
    assert row.unpriced == ()
    assert row.total.upper == 6.0


def test_without_prices_no_cost_is_stated(future: Future) -> None:
    row = forecast(Patient(weight=78, disease="nhl"), future, np.zeros(2), np.array([0.5, 0.5]), 100.0, 1)
    assert row.cost is None


def test_a_price_that_is_missing_is_named(future: Future) -> None:
    patient = Patient(weight=78, disease="nhl", prices=Prices(session=1000.0))
    assert forecast(patient, future, np.zeros(2), np.array([0.5, 0.5]), 100.0, 1).unpriced == ("plerixafor",)


def test_what_was_collected_before_counts(future: Future) -> None:
    patient = Patient(weight=78, disease="nhl")
    row = forecast(patient, future, np.full(2, 5.5), np.array([0.5, 0.5]), 100.0, 1)
    assert row.chance["5"].value == 1.0
    assert row.sessions == 0.0
    assert row.doses["plerixafor"] == 0.0
