"""The settling code itself, called on arrays: what it tells of each lane, and that a lane never sees another."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.engine.balance import balance
from unmoor.engine.ensemble import aligned
from unmoor.engine.steady_ir import (
    DONE,
    PSEUDO_STEP,
    RESIDUAL,
    RESIDUAL_LIMIT,
    SPAN,
    STABLE,
    TOLD_ROWS,
    module_text,
    work_vectors,
)
from unmoor.engine.vector_ir import WIDTH


@pytest.fixture(scope="module")
def settle(vector_code):
    """(states, told) of a model's lanes; constants are arrays of WIDTH."""

    def run(made, **constants):
        laid_out = balance(made)
        text = module_text(laid_out)
        size, rows = laid_out.layout.rows, len(laid_out.layout.given) + laid_out.layout.derived
        p, y, told = aligned(rows), aligned(size), aligned(TOLD_ROWS)
        for k, name in enumerate(laid_out.layout.given):
            p.reshape(-1, WIDTH)[k] = constants.get(name, made.constants[name])
        vector_code(text, "prepare")(p)
        vector_code(text, "start")(p, y)
        vector_code(text, "settle")(y, p, told, aligned(work_vectors(laid_out)))
        return y.reshape(-1, WIDTH), told.reshape(-1, WIDTH)

    return run


def test_what_is_told_of_a_settled_lane(model, settle):
    made = model({"x": "k - q*x", "y": "x - y*y"}, initial={"y": 1.0}, constants={"k": 3.0, "q": 0.5})
    k = np.linspace(1.0, 8.0, WIDTH)
    y, told = settle(made.starting_steady(), k=k)
    np.testing.assert_allclose(y, [k / 0.5, np.sqrt(k / 0.5)], rtol=1e-12)
    assert (told[DONE] == 1).all()
    assert (told[RESIDUAL] <= RESIDUAL_LIMIT).all()
    assert (told[STABLE] == 1).all()
    assert (told[PSEUDO_STEP] >= SPAN / 20).all()  # the last step was far longer than the model's own movement


def test_a_lane_without_rest_is_told_and_leaves_the_others_alone(model, settle):
    made = model({"x": "k - top*x/(1 + x)"}, initial={"x": 1.0}, constants={"k": 1.0, "top": 2.0}).starting_steady()
    k = np.array([0.5, 3.0, 1.0, 1.5, 9.0, 0.1, 1.9, 2.5])
    y, told = settle(made, k=k)
    assert told[DONE].tolist() == [1, 0, 1, 1, 0, 1, 1, 0]
    well = told[DONE] == 1
    np.testing.assert_allclose(y[0, well], k[well] / (2 - k[well]), rtol=1e-10)
    alone, _ = settle(made, k=np.full(WIDTH, 1.5))
    assert alone[0, 0] == y[0, 3]


def test_strong_feedback_is_not_surely_stable(model, settle):
    """Three steps round a loop: certain below a gain of 1, left to the eigenvalues above it."""
    rates = {"a": "k/(1 + c**g) - a", "b": "a - b", "c": "b - c"}
    made = model(rates, initial=dict.fromkeys("abc", 1.0), constants={"k": 2.0, "g": 1.0}).starting_steady()
    gain = np.array([0.5, 1.0, 1.5, 1.9, 2.1, 3.0, 5.0, 7.0])  # the rest is at 1, where the loop's gain is g/2
    y, told = settle(made, g=gain)
    np.testing.assert_allclose(y, 1.0, rtol=1e-9)
    assert told[STABLE].tolist() == (gain < 2).astype(float).tolist()


def test_a_saddle_is_never_reached_from_its_side(model, settle):
    made = model({"x": "r*x*(1 - x)"}, initial={"x": "x0"}, constants={"r": 1.0, "x0": 1.0}).starting_steady()
    y, told = settle(made, x0=10.0 ** -np.arange(WIDTH, dtype=float))
    assert (told[DONE] == 1).all()
    np.testing.assert_allclose(y, 1.0, rtol=1e-9)


def test_numbers_that_are_none_end_without_being_done(model, settle):
    made = model({"x": "1/k - x"}, initial={"x": 1.0}, constants={"k": 1.0}).starting_steady()
    y, told = settle(made, k=np.array([0.0, 1, 2, 0, 4, 5, 0, 8.0]))
    assert told[DONE].tolist() == [0, 1, 1, 0, 1, 1, 0, 1]
    assert y[0, 4] == pytest.approx(0.25)
