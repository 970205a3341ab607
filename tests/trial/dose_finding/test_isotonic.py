from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression, minimize

from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.isotonic import closest_isotonic, isotonic, isotonic_grid
from unmoor.trial.dose_finding.trials import of_history

NUMBERS = st.floats(0.01, 1.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=8))
def test_it_is_what_scipy_finds(pairs: list[tuple[float, float]]) -> None:
    values, weights = np.array(pairs).T
    assert np.allclose(isotonic(values, weights), isotonic_regression(values, weights=weights).x, atol=1e-12)


def test_a_weight_of_zero_leaves_a_value_out() -> None:
    fit = isotonic(np.array([0.5, 9.0, 0.1]), np.array([1.0, 0.0, 1.0]))
    assert fit[0] == fit[2] == 0.3


def test_many_at_once_are_each_alone() -> None:
    values, weights = np.random.default_rng(2).random((2, 20, 6))
    assert (isotonic(values, weights) == np.array([isotonic(v, w) for v, w in zip(values, weights, strict=True)])).all()


def test_a_grid_rises_both_ways_and_is_nearest() -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.random((3, 3)), rng.random((3, 3)) + 0.2
    fit = isotonic_grid(values[None], weights[None])[0]
    assert (np.diff(fit, axis=0) > -1e-9).all()
    assert (np.diff(fit, axis=1) > -1e-9).all()
    rises = [{"type": "ineq", "fun": lambda x, a=axis: np.diff(x.reshape(3, 3), axis=a).ravel()} for axis in (0, 1)]
    best = minimize(
        lambda x: (weights.ravel() * (x - values.ravel()) ** 2).sum(), np.sort(values.ravel()), constraints=rises
    )
    assert np.allclose(fit.ravel(), best.x, atol=5e-4)


def test_ties_go_up_below_the_target_and_down_above_it() -> None:
    below, above = (of_history(History.of(text), 3) for text in ("1NNN 2NNN", "1TTN 2TTN"))
    every = np.full((1, 3), True)
    assert closest_isotonic(below, 0.3, every) == [2]
    assert closest_isotonic(above, 0.3, every) == [1]
    assert closest_isotonic(below, 0.3, ~every) == [0]
