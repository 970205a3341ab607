"""Diagnostics: chains whose memory and agreement are known."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.calibration.diagnostics import effective_size, memory, split_rhat, weight_size


def autoregressive(share: float, steps: int = 400, walkers: int = 200, groups: int = 4) -> np.ndarray:
    """Stationary chains whose neighbours correlate by `share`: their memory is (1 + share) / (1 - share)."""
    random = np.random.default_rng(3)
    chains = np.empty((groups, steps, walkers, 1))
    chains[:, 0] = random.standard_normal((groups, walkers, 1))
    for k in range(1, steps):
        chains[:, k] = share * chains[:, k - 1] + np.sqrt(1 - share**2) * random.standard_normal((groups, walkers, 1))
    return chains


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_the_memory_of_an_autoregressive_chain_is_known(share: float) -> None:
    chains = autoregressive(share)
    assert memory(chains)[0] == pytest.approx((1 + share) / (1 - share), rel=0.15)
    assert effective_size(chains)[0] == pytest.approx(4 * 400 * 200 * (1 - share) / (1 + share), rel=0.15)


def test_walkers_that_stand_still_are_worth_one_draw_each() -> None:
    still = np.repeat(np.random.default_rng(1).standard_normal((4, 1, 300, 2)), 50, axis=1)
    assert effective_size(still) == pytest.approx([1200, 1200], rel=0.01)


def test_rhat_is_one_when_groups_agree_and_not_when_one_has_gone_elsewhere() -> None:
    chains = autoregressive(0.2)
    assert split_rhat(chains)[0] == pytest.approx(1, abs=1e-3)
    away = chains.copy()
    away[0] += 2
    # halves at 2, 2, 0 ... 0 of unit width: their variance is 0.857
    assert split_rhat(away)[0] == pytest.approx(np.sqrt(1 + 0.857), rel=0.02)
    drift = chains + np.linspace(0, 3, 400)[None, :, None, None]
    assert split_rhat(drift)[0] > 1.2


def test_weights_are_worth_what_their_variance_leaves() -> None:
    assert weight_size(np.zeros(7)) == pytest.approx(7)
    assert weight_size(np.array([0.0, -np.inf, -np.inf])) == pytest.approx(1)
    assert weight_size(np.log([3.0, 1.0]) + 1000) == pytest.approx(16 / 10)
