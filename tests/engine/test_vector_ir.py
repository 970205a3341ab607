"""Every operation as vector code, lane for lane what the model layer means by it."""

from __future__ import annotations

import math

import llvmlite.ir as ir
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.engine import vector_ir
from unmoor.engine.ensemble import aligned
from unmoor.engine.graph import Graph
from unmoor.engine.vector_ir import POINTER, VECTOR, WIDTH, begin, emit
from unmoor.engine.vector_math import add_vector_math
from unmoor.model.expression import OPERATIONS, Call, Symbol, evaluate

NAMES = ("x", "y", "z")
#: how many arguments an operation is tried with, where that is not one
COUNTS = {"sub": 2, "div": 2, "pow": 2} | dict.fromkeys(["lt", "le", "gt", "ge", "eq", "ne"], 2)
COUNTS |= dict.fromkeys(["add", "mul", "min", "max", "and", "or", "xor"], 3)
SPECIAL = (0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 700.0, -700.0, 1e300, 1e-300, math.inf, -math.inf, math.nan)


@pytest.fixture(scope="module")
def everything(vector_code):
    """One function that computes all operations of x, y, z: f(rows in, rows out), and the order of its results."""
    graph = Graph()
    names = {name: graph.add_node("state", (), row) for row, name in enumerate(NAMES)}
    expressions = {op: Call(op, tuple(map(Symbol, NAMES))[: COUNTS.get(op, 1)]) for op in OPERATIONS}
    x, y, z = map(Symbol, NAMES)
    expressions["piecewise"] = Call("piecewise", (x, Call("lt", (x, y)), y, Call("lt", (y, z)), z))
    roots = {op: graph.as_number(graph.build(expression, names)) for op, expression in expressions.items()}

    def define(module: ir.Module) -> None:
        add_vector_math(module)
        made, out = begin(module, "f", [POINTER, POINTER], export=True)

        def load(node: int):
            found = graph.nodes[node]
            return out.load(made.args[0], int(found.leaf)) if found.op == "state" else None

        values = emit(graph, roots.values(), out, load)
        for row, root in enumerate(roots.values()):
            out.store(values[root], made.args[1], row)
        out.builder.ret_void()

    return vector_code(define), expressions


def run(everything, columns: np.ndarray) -> dict[str, np.ndarray]:
    """Results by operation for columns (row, lane)."""
    function, expressions = everything
    given_rows, found = aligned(len(columns)), aligned(len(expressions))
    given_rows[:] = columns.ravel()
    function(given_rows, found)
    return dict(zip(expressions, found.reshape(-1, WIDTH), strict=True))


def agree(found: dict[str, np.ndarray], expressions, columns: np.ndarray, rel: float) -> None:
    values = dict(zip(NAMES, columns, strict=True))
    for op, expression in expressions.items():
        expected = np.broadcast_to(evaluate(expression, values), WIDTH)
        np.testing.assert_allclose(found[op], expected, rtol=rel, atol=1e-300, err_msg=f"{op} of {values}")


@pytest.mark.parametrize("scale", [1.0, 0.4, 30.0])
def test_every_operation_at_ordinary_numbers(everything, scale):
    columns = np.random.default_rng(5).normal(scale=scale, size=(3, WIDTH))
    agree(run(everything, columns), everything[1], columns, rel=2e-13)


@pytest.mark.parametrize("x", SPECIAL)
@pytest.mark.parametrize("z", [2.0, -math.inf, math.nan])
def test_every_operation_at_special_numbers(everything, x, z):
    columns = np.array([[x] * WIDTH, [0.0, 1.0, -1.0, 2.0, 0.5, -0.5, math.inf, math.nan], [z] * WIDTH])
    found = run(everything, columns)
    agree(found, everything[1], columns, rel=2e-13)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(SPECIAL[:8]) | st.floats(-20, 20)] * 3), min_size=WIDTH, max_size=WIDTH))
def test_a_lane_does_not_know_its_neighbours(everything, points):
    """Bit for bit the same whether a lane's neighbours are ordinary or send the vector through a slow path."""
    columns = np.array(points).T
    together = run(everything, columns)
    for lane in (0, WIDTH - 1):
        alone = run(everything, np.repeat(columns[:, lane : lane + 1], WIDTH, axis=1))
        for op in together:
            np.testing.assert_array_equal(together[op][lane], alone[op][0], err_msg=op)


def test_nodes_at_hand_are_not_computed(vector_code):
    graph = Graph()
    x = graph.add_node("state", (), 0)
    costly = graph.unary("exp", x)
    root = graph.add(costly, graph.number(1.0))

    def define(module: ir.Module) -> None:
        made, out = begin(module, "f", [POINTER, POINTER], export=True)
        # exp is not even defined in this module: it must come from row 3
        values = emit(graph, [root], out, lambda node: out.load(made.args[0], 3) if node == costly else None)
        out.store(values[root], made.args[1], 0)
        out.builder.ret_void()

    rows, found = aligned(4), aligned(1)
    rows[3 * WIDTH :] = np.arange(WIDTH)
    vector_code(define)(rows, found)
    np.testing.assert_array_equal(found, np.arange(WIDTH) + 1.0)


def test_the_larger_of_two_is_nan_when_the_second_is(vector_code):
    def define(module: ir.Module) -> None:
        made, out = begin(module, "f", [POINTER, POINTER], export=True)
        out.store(out.largest(out.load(made.args[0], 0), out.load(made.args[0], 1)), made.args[1], 0)
        out.builder.ret_void()

    rows, found = aligned(2), aligned(1)
    rows[:WIDTH] = 1.0, 3.0, -1.0, 2.0, math.inf, 0.0, 5.0, 1.0
    rows[WIDTH:] = 2.0, 1.0, -2.0, math.nan, 1.0, math.nan, math.inf, 1.0
    vector_code(define)(rows, found)
    np.testing.assert_array_equal(found, [2.0, 3.0, -1.0, math.nan, math.inf, math.nan, math.inf, 1.0])


def test_an_operation_without_an_instruction_cannot_pass_silently():
    graph = Graph()
    node = graph.add_node("bessel", (graph.number(1.0),))
    _, out = begin(ir.Module("test"), "f", [], export=True)
    with pytest.raises(AssertionError, match="bessel"):
        emit(graph, [node], out, lambda _: None)


def test_a_function_is_declared_once():
    module = ir.Module("test")
    assert vector_ir.function(module, "g", VECTOR, [VECTOR]) is vector_ir.function(module, "g", VECTOR, [VECTOR])
