"""Brier score, skill and bins by hand."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.planning.reliability import brier, brier_interval, reliability, skill


def test_the_brier_score_by_hand() -> None:
    assert brier([0.8, 0.3], [1, 0]) == pytest.approx((0.04 + 0.09) / 2)
    assert brier([1, 0], [1, 0]) == 0
    assert brier_interval([0.8, 0.3], [1, 0]).value == pytest.approx(0.065)


def test_stating_the_frequency_has_no_skill_and_knowing_has_all() -> None:
    happened = [1, 1, 0, 0]
    assert skill([0.5] * 4, happened) == pytest.approx(0)
    assert skill(happened, happened) == pytest.approx(1)


def test_the_brier_score_of_true_chances_is_their_mean_variance() -> None:
    random = np.random.default_rng(2)
    chance = random.uniform(size=20_000)
    happened = (random.uniform(size=20_000) < chance).astype(float)
    assert brier(chance, happened) == pytest.approx(np.mean(chance * (1 - chance)), abs=0.005)
    for each in reliability(chance, happened):
        assert each.happened.lower - 0.01 < each.stated < each.happened.upper + 0.01


def test_bins_hold_everyone_once_and_certainty_stands_in_the_last() -> None:
    bins = reliability([0.0, 0.05, 0.95, 1.0], [0, 0, 1, 1])
    assert [each.n for each in bins] == [2, 2]
    assert bins[-1].happened.value == 1


@pytest.mark.parametrize(("stated", "happened"), [([1.2], [1]), ([0.5], [0.5]), ([0.5, 0.1], [1]), ([], [])])
def test_what_is_no_forecast_is_refused(stated: list[float], happened: list[float]) -> None:
    with pytest.raises(BadInput):
        brier(stated, happened)
