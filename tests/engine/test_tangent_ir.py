"""The other functions of a kernel with tangents: start, rates, outputs now and inside a step."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.engine.ensemble import aligned
from unmoor.engine.rosenbrock import CONTROL_ROWS, FIRST_STEP, RTOL, STEP, TIME
from unmoor.engine.tangent_ir import module_text
from unmoor.engine.tangent_program import tangent_program
from unmoor.engine.vector_ir import WIDTH

VALUES = {"k": 0.7, "q": 1.3, "scale of k": 0.7, "scale of x": 2.0}


@pytest.fixture(scope="module")
def laid_out(model):
    made = model(
        {"x": "-k*x*x", "y": "k*x - q*y"},
        initial={"x": "5*k", "y": "q"},
        constants={"k": 0.7, "q": 1.3},
        assignments={"z": "k*x*y"},
        outputs=["z", "x"],
    )
    return tangent_program(made, ["z", "x"], [], ["k", "x"])


@pytest.fixture(scope="module")
def code(laid_out, vector_code):
    text = module_text(laid_out)
    return lambda name: vector_code(text, name)


@pytest.fixture
def p(laid_out, code):
    layout = laid_out.layout
    found = aligned(len(layout.given) + layout.derived).reshape(-1, WIDTH)
    for name, value in VALUES.items():
        found[layout.given.index(name)] = value
    code("prepare")(found)
    return found


def rows(values) -> np.ndarray:
    found = aligned(len(values)).reshape(-1, WIDTH)
    found[:] = np.asarray(values, dtype=float)[:, None]
    return found


def test_start_holds_states_and_their_scaled_derivatives(laid_out, code, p):
    y = rows([9.0] * laid_out.layout.rows)
    code("start")(p, y)
    # an initial state as a parameter moves nothing here: whoever gives it sets its tangent
    assert y[:, 0].tolist() == pytest.approx([0.7 * 5, 0.0, 0.0, 0.0, 3.5, 1.3])


def test_outputs_by_the_chain_rule(code, p):
    x, y, s = 2.0, 3.0, (0.4, -0.2, 1.5, 0.3)
    out, control = aligned(6).reshape(-1, WIDTH), aligned(CONTROL_ROWS)
    code("observe_state")(rows([*s, x, y]), p, control, out)
    k = 0.7
    expected = [k * x * y, x, k * (s[0] * y + x * s[1]) + 0.7 * x * y, s[0], k * (s[2] * y + x * s[3]), s[2]]
    np.testing.assert_allclose(out[:, 0], expected, rtol=1e-14)


def test_outputs_inside_a_step_come_from_the_interpolant(code, p):
    """y(theta) = (1-theta) y0 + theta (y1 + (1-theta) (d0 + theta (d1 + theta d2)))."""
    random = np.random.default_rng(2)
    everyone = aligned(30).reshape(-1, WIDTH)
    everyone[:] = random.standard_normal(everyone.shape)
    dense = everyone[:, 5].reshape(6, 5)
    theta = np.linspace(0.05, 0.95, WIDTH)
    control = aligned(CONTROL_ROWS).reshape(-1, WIDTH)
    control[TIME], control[STEP] = 2.0, 4.0
    inside, now = aligned(6).reshape(-1, WIDTH), aligned(6).reshape(-1, WIDTH)
    code("observe_dense")(everyone, p, control, 2.0 + 4.0 * theta, inside, 5, WIDTH, WIDTH)
    y0, y1, d0, d1, d2 = (dense[:, k, None] for k in range(5))
    states = aligned(6).reshape(-1, WIDTH)
    states[:] = (1 - theta) * y0 + theta * (y1 + (1 - theta) * (d0 + theta * (d1 + theta * d2)))
    code("observe_state")(states, p, control, now)
    np.testing.assert_allclose(inside, now, rtol=1e-13)


def test_rates_of_tangents_are_j_s_plus_the_parameter_s_own_part(laid_out, code, p):
    x, y, s = 2.0, 3.0, (0.4, -0.2, 1.5, 0.3)
    control, f = aligned(CONTROL_ROWS).reshape(-1, WIDTH), aligned(6).reshape(-1, WIDTH)
    control[RTOL] = 1e-6
    code("first_step")(rows([*s, x, y]), p, control, f)
    k, q = 0.7, 1.3
    expected = [
        -2 * k * x * s[0] - 0.7 * x * x,
        k * s[0] - q * s[1] + 0.7 * x,
        -2 * k * x * s[2],
        k * s[2] - q * s[3],
        -k * x * x,
        k * x - q * y,
    ]
    np.testing.assert_allclose(f[:, 0], expected, rtol=1e-13)
    assert (control[FIRST_STEP] > 0).all()
