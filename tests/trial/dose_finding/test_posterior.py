from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.posterior import Lattice, below_weights
from unmoor.trial.dose_finding.trials import counted, of_history, picked

NODES = np.arange(-100, 101) * 0.1


def lattice() -> Lattice:
    p = 1 / (1 + np.exp(-NODES))
    return Lattice(-0.5 * NODES**2, np.log(p)[:, None], np.log1p(-p)[:, None])


def test_chances_below_a_threshold_are_normal_tails() -> None:
    """The lattice has a spacing of 0.1 and the thresholds fall between nodes; the error is rounding."""
    edges = np.array([-2.345, -0.013, 0.5, 1.777, np.inf, -np.inf])
    trials = counted(*(np.zeros((1, 1), dtype=int),) * 2, *(np.zeros(1, dtype=int),) * 3)
    found = lattice().expectations(trials, below_weights(NODES, 0.1, edges))
    assert found[0, :4] == pytest.approx(norm.cdf(edges[:4]), abs=1e-13)
    assert found[0, 4:] == pytest.approx([1.0, 0.0], abs=1e-8)


def test_posterior_means_are_those_of_a_fine_sum() -> None:
    trials = of_history(History.of("1NNNTT 1P0.3"), 1)
    fine = np.linspace(-12, 12, 200001)
    p = 1 / (1 + np.exp(-fine))
    density = norm.pdf(fine) * p**2 * (1 - p) ** 3 * (1 - 0.3 * p)
    found = lattice().expectations(trials, NODES[:, None])
    assert found[0, 0] == pytest.approx((density * fine).sum() / density.sum(), abs=1e-12)
    heavier = lattice().expectations(trials, NODES[:, None], np.array([0.9]))
    assert heavier[0, 0] < found[0, 0]


def test_equal_trials_are_computed_once_and_come_back_in_place() -> None:
    n, dlt = np.array([[3], [6], [3], [9]]), np.array([[1], [2], [1], [0]])
    zeros = np.zeros(4, dtype=int)
    trials = counted(n, dlt, zeros, zeros, zeros)
    found = lattice().expectations(trials, NODES[:, None])[:, 0]
    alone = [lattice().expectations(picked(trials, [row]), NODES[:, None])[0, 0] for row in range(4)]
    assert found == pytest.approx(alone, abs=1e-14)
