"""One step of states and tangents: states move as without tangents, tangents are the derivative of just that."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.engine.ensemble import aligned
from unmoor.engine.kernel_ir import module_text as plain_text
from unmoor.engine.layout import program
from unmoor.engine.rosenbrock import ACTIVE, ATOL, CONTROL_ROWS, ERROR, RTOL, SCRATCH, STAGES, STEP, TIME
from unmoor.engine.tangent_ir import module_text
from unmoor.engine.tangent_program import tangent_program
from unmoor.engine.vector_ir import WIDTH

VALUES = {"k": 0.7, "q": 1.3, "n": 2.5}
START = (1.7, 0.9)


@pytest.fixture(scope="module")
def made(model):
    return model(
        {"x": "-k*x*y + q*sin(time)", "y": "x**n/(1 + x) - q*y*y"}, initial={"x": 1.7, "y": 0.9}, constants=VALUES
    )


class Stepper:
    """One trial step of a laid-out program on arrays, all lanes alike but for their parameters."""

    def __init__(self, laid_out, text, vector_code):
        self.laid_out, self.layout = laid_out, laid_out.layout
        self.step, self.prepare = vector_code(text, "step"), vector_code(text, "prepare")

    def __call__(self, parameters, states, h, rtol=1e-6, atol=1e-9):
        layout, rows = self.layout, self.layout.rows
        p = aligned(len(layout.given) + layout.derived).reshape(-1, WIDTH)
        y, control = aligned(rows).reshape(-1, WIDTH), aligned(CONTROL_ROWS).reshape(-1, WIDTH)
        for name, value in parameters.items():
            p[layout.given.index(name)] = value
        y[: len(states)] = np.broadcast_to(np.asarray(states, dtype=float).T, (WIDTH, len(states))).T
        control[TIME], control[STEP], control[ACTIVE] = 0.4, h, 1.0
        control[RTOL], control[ATOL] = rtol, atol
        k, u = aligned(STAGES * rows), aligned(SCRATCH * rows)
        matrix = aligned(layout.entries + layout.factors)
        dense = aligned(5 * max(len(layout.needed), 1))
        self.prepare(p)
        self.step(y, p, control, k, u, matrix, dense, 1)
        return y, control, k.reshape(-1, WIDTH)


@pytest.fixture(scope="module")
def plain(made, vector_code):
    laid_out = program(made, [], [])
    return Stepper(laid_out, plain_text(laid_out), vector_code)


@pytest.fixture(scope="module")
def whole(made, vector_code):
    laid_out = tangent_program(made, [], [], list(VALUES))
    return Stepper(laid_out.whole, module_text(laid_out), vector_code)


SCALED = {f"scale of {name}": 1.0 for name in VALUES}


def test_the_states_move_as_without_tangents(plain, whole):
    for h in (0.01, 0.2):
        alone, _, _ = plain(VALUES, START, h, rtol=1e6)
        both, _, _ = whole({**VALUES, **SCALED}, [0.0] * 9 + list(START), h, rtol=1e6)
        np.testing.assert_allclose(both[9:11], alone[:2], rtol=1e-14)


@pytest.mark.parametrize("name", list(VALUES))
def test_tangents_are_the_derivative_of_the_very_step(plain, whole, name):
    """Not only of the exact solution: with a long step, whose own error is large, they agree as well."""
    h, small = 0.5, 1e-5
    random = np.random.default_rng(6).standard_normal((3, 3)) * 0.3
    random[:, 2] = 0.0
    both, _, _ = whole({**VALUES, **SCALED}, [*random.ravel(), *START], h, rtol=1e6)
    j = list(VALUES).index(name)
    lanes = np.linspace(-2.0, 2.0, 5)[[0, 1, 3, 4]] * small  # a four-point difference, one lane each
    steps = np.array([*lanes, 0.0, 0.0, 0.0, 0.0])
    start = np.stack([START[row] + steps * random[j, row] for row in range(2)])
    moved, _, _ = plain({**VALUES, name: VALUES[name] + steps}, start, h, rtol=1e6)
    slope = (moved[:2, 0] - 8 * moved[:2, 1] + 8 * moved[:2, 2] - moved[:2, 3]) / (12 * small)
    np.testing.assert_allclose(both[3 * j : 3 * j + 2, 0], slope, rtol=1e-8)


def test_the_error_of_a_tangent_can_refuse_a_step(plain, whole):
    _, alone, _ = plain(VALUES, START, 0.2, rtol=1e-3)
    quiet, calm, _ = whole({**VALUES, **SCALED}, [0.0] * 9 + list(START), 0.2, rtol=1e-3)
    assert (calm[ERROR] >= alone[ERROR] * (1 - 1e-12)).all()
    large = {**SCALED, "scale of n": 1e6}
    loud, control, _ = whole({**VALUES, **large}, [0.0] * 9 + list(START), 0.2, rtol=1e-3)
    assert (control[ERROR] > calm[ERROR]).all()
    refused = control[ERROR] > 1
    assert (loud[9:11][:, refused] == np.array(START)[:, None]).all()
    assert np.isfinite(quiet).all()


def test_a_tangent_that_is_no_number_refuses_the_step(whole):
    for place in (0, 3, 7):
        states = [0.0] * 9 + list(START)
        states[place] = np.nan
        _, control, _ = whole({**VALUES, **SCALED}, states, 0.1)
        assert not (control[ERROR] <= 1).any()


def test_the_last_stages_stand_where_the_driver_looks(whole):
    """The driver names the state furthest off from the last stage of all rows."""
    y, _, k = whole({**VALUES, **SCALED}, [0.0] * 9 + list(START), 0.3, rtol=1e6)
    coarse, _, _ = whole({**VALUES, **SCALED}, [0.0] * 9 + list(START), 0.03, rtol=1e6)
    rows = whole.layout.rows
    change = k[(STAGES - 1) * rows :][:rows]
    assert (np.abs(change[9:11]) > 0).all()
    assert np.abs(change).max() < np.abs(y).max()
    assert not change[2::3][:3].any()  # the clock's tangents
    assert coarse.shape == y.shape
