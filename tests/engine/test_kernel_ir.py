"""The functions of a kernel, called one by one on plain arrays."""

from __future__ import annotations

import math
import platform

import llvmlite.binding as llvm
import numpy as np
import pytest

from unmoor.engine.ensemble import aligned
from unmoor.engine.kernel import FUNCTIONS
from unmoor.engine.kernel_ir import module_text
from unmoor.engine.layout import program
from unmoor.engine.rosenbrock import CONTROL_ROWS, STEP, TIME
from unmoor.engine.vector_ir import WIDTH


@pytest.fixture(scope="module")
def laid_out(model):
    made = model(
        {"a": "-cl/v*a + exp(cl)", "b": "cl/v*a - b*sin(time)"},
        initial={"a": "v*c0", "b": "sqrt(v)"},
        constants={"cl": 2.0, "v": 9.0, "c0": 0.5},
        assignments={"level": "a/v", "both": "level*b + time", "half_life": "ln(2)*v/cl"},
    )
    return program(made, ["level", "both", "half_life", "b"], [])


@pytest.fixture(scope="module")
def call(laid_out, vector_code):
    text = module_text(laid_out)
    return {name: vector_code(text, name) for name in FUNCTIONS}


@pytest.fixture
def parameters(laid_out, call):
    """Prepared parameter rows, another clearance in every lane."""
    rows = aligned(len(laid_out.layout.given) + laid_out.layout.derived)
    rows.reshape(-1, WIDTH)[:3] = [np.linspace(1, 2, WIDTH), np.full(WIDTH, 9.0), np.full(WIDTH, 0.5)]
    call["prepare"](rows)
    return rows


def test_the_text_is_a_valid_module_with_the_functions_the_driver_calls(laid_out):
    module = llvm.parse_assembly(module_text(laid_out))
    module.verify()
    defined = {f.name for f in module.functions if not f.is_declaration and f.linkage == llvm.Linkage.external}
    assert defined == set(FUNCTIONS)


def test_nothing_but_mathematics_is_called_outside(laid_out):
    module = llvm.parse_assembly(module_text(laid_out))
    outside = {f.name for f in module.functions if f.is_declaration and not f.name.startswith("llvm.")}
    assert outside <= {"exp", "log", "pow", "sin", "cos"}


def test_the_text_is_reproducible(laid_out):
    assert module_text(laid_out) == module_text(laid_out)


def test_prepare_fills_the_derived_rows(laid_out, parameters, value_of):
    table = parameters.reshape(-1, WIDTH)
    for node, row in laid_out.derived.items():
        for lane in range(WIDTH):
            leaves = {("param", k): table[k, lane] for k in range(3)}
            assert table[row, lane] == pytest.approx(value_of(laid_out.graph, node, leaves), rel=1e-13)


def test_start_gives_the_initial_state_and_a_clock(call, parameters, laid_out):
    y = aligned(laid_out.layout.rows)
    call["start"](parameters, y)
    np.testing.assert_allclose(y.reshape(-1, WIDTH), np.array([[4.5], [3.0], [0.0]]) * np.ones(WIDTH), rtol=1e-15)


def test_outputs_of_a_state(call, parameters, laid_out):
    y, seen = aligned(laid_out.layout.rows), aligned(4)
    y.reshape(-1, WIDTH)[:] = np.random.default_rng(2).uniform(1, 5, (3, WIDTH))
    call["observe_state"](y, parameters, aligned(CONTROL_ROWS), seen)
    a, b, time = y.reshape(-1, WIDTH)
    cl = parameters[:WIDTH]
    expected = [a / 9.0, a / 9.0 * b + time, math.log(2) * 9.0 / cl, b]
    np.testing.assert_allclose(seen.reshape(-1, WIDTH), expected, rtol=1e-14)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 20])
def test_outputs_inside_a_step_are_those_of_the_interpolated_states(call, parameters, laid_out, count):
    """Of each lane at times of its own number, and nothing beyond the last one is read or written."""
    draw = np.random.default_rng(3)
    needed, names = laid_out.layout.needed, 4
    assert needed == (0, 1, 2)
    dense, control, exact = aligned(5 * len(needed)), aligned(CONTROL_ROWS), aligned(names)
    dense[:] = draw.uniform(0.5, 2, dense.size)
    rows = control.reshape(-1, WIDTH)
    rows[TIME], rows[STEP] = 3.0 + np.arange(WIDTH), 0.5 + np.arange(WIDTH)
    y0, y1, d0, d1, d2 = dense.reshape(-1, 5, WIDTH).transpose(1, 0, 2)
    for lane in range(WIDTH):
        times = rows[TIME, lane] + rows[STEP, lane] * np.sort(draw.uniform(0, 1, count))
        curves = np.full((names, count + 3), 7.5)
        call["observe_dense"](dense, parameters, control, times, curves, lane, count, count + 3)
        assert np.all(curves[:, count:] == 7.5)
        for k, time in enumerate(times):
            theta = (time - rows[TIME, lane]) / rows[STEP, lane]
            y = aligned(laid_out.layout.rows)
            y.reshape(-1, WIDTH)[:] = (1 - theta) * y0 + theta * (y1 + (1 - theta) * (d0 + theta * (d1 + theta * d2)))
            call["observe_state"](y, parameters, control, exact)
            np.testing.assert_allclose(curves[:, k], exact.reshape(-1, WIDTH)[:, lane], rtol=1e-13)


def test_the_floating_point_mode_comes_back(call):
    smallest, box = np.array([5e-324]), np.zeros(4, dtype=np.int32)
    call["enter"](box)
    inside = box.copy()
    call["leave"](box)
    assert smallest[0] * 1.0 == 5e-324
    np.testing.assert_array_equal(box, inside)
    if platform.machine().lower() in ("x86_64", "amd64"):
        assert box[1] == box[0] | 0x8040  # both flush bits are asked for, nothing else changes


def test_the_clock_is_left_out_where_time_is_not_used(model, vector_code):
    timeless = program(model({"a": "-a"}), ["a"], [])
    y = aligned(1)
    y[:] = 7.0
    vector_code(module_text(timeless), "start")(aligned(1), y)
    np.testing.assert_array_equal(y, 0.0)
