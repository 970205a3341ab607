"""The graph of shared nodes: what it simplifies, what it shares, and that it never changes a number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from unmoor.base.errors import UnknownName, Unsupported
from unmoor.engine.graph import BY_RECIPROCAL, UNARY, Graph
from unmoor.model.expression import OPERATIONS, Call, Expression, Number, Symbol, evaluate

NAMES = ("x", "y", "z")


def grown() -> tuple[Graph, dict[str, int]]:
    """A graph with one state row for each of NAMES."""
    graph = Graph()
    return graph, {name: graph.add_node("state", (), row) for row, name in enumerate(NAMES)}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x + 0", "x"),
        ("0 + x", "x"),
        ("x - 0", "x"),
        ("0 - x", "-x"),
        ("x - x", "0"),
        ("x * 1", "x"),
        ("1 * x", "x"),
        ("x * 0", "0"),
        ("-1 * x", "-x"),
        ("--x", "x"),
        ("x + -y", "x - y"),
        ("-x + y", "y - x"),
        ("x - -y", "x + y"),
        ("-(x - y)", "y - x"),
        ("(-x) * y", "-(x * y)"),
        ("(-x) * (-y)", "x * y"),
        ("x + y", "y + x"),
        ("x * y", "y * x"),
        ("x / 4", "x * 0.25"),
        ("x / y / z", "x * (1 / y) * (1 / z)"),
        ("x ** 0", "1"),
        ("x ** 1", "x"),
        ("x ** 2", "x * x"),
        ("x ** 4", "(x * x) * (x * x)"),
        ("x ** -2", "1 / (x * x)"),
        ("x ** 0.5", "sqrt(x)"),
        ("2 + 3 * 4 - 6 / 3 + 2 ** 3", "20"),
        ("exp(0) + ln(1) + sqrt(4) + abs(-3) + floor(2.5) + ceil(2.5)", "11"),
        ("x if y > 0 else x", "x"),
        ("log10(x)", "ln(x) * %.17g" % (1 / math.log(10))),
        ("sec(x)", "1 / cos(x)"),
        ("asec(x)", "acos(1 / x)"),
    ],
)
def test_simplified_to_one_node(tree, text, same):
    graph, names = grown()
    assert graph.build(tree(text), names) == graph.build(tree(same), names)


def test_a_subexpression_exists_once(tree):
    graph, names = grown()
    root = graph.build(tree("exp(x*y) / (1 + exp(x*y)) + (y*x)**3 * exp(y*x)"), names)
    ops = [graph.nodes[node].op for node in graph.reached([root])]
    assert ops.count("exp") == 1
    assert len({graph.nodes[node] for node in graph.reached([root])}) == len(ops)


def test_powers_of_one_base_share_its_logarithm(tree):
    graph, names = grown()
    roots = [graph.build(tree(text), names) for text in ("x**y", "x**z", "x**2.5")]
    assert [graph.nodes[node].op for node in graph.reached(roots)].count("raw_ln") == 1


def test_arguments_come_before_their_node(tree):
    graph, names = grown()
    graph.build(tree("min(x, y, z) ** 1.5 + (x if y > z else sin(z / x))"), names)
    assert all(arg < node for node, one in enumerate(graph.nodes) for arg in one.args)


def test_reached_is_what_the_root_needs_and_no_more(tree):
    graph, names = grown()
    graph.build(tree("exp(z)"), names)
    root = graph.build(tree("x * y + 2"), names)
    reached = graph.reached([root])
    assert reached == sorted(reached)
    assert reached[-1] == root
    assert names["z"] not in reached


def test_zero_has_one_sign():
    graph = Graph()
    assert graph.number(-0.0) == graph.number(0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 / 0", math.nan),
        ("1 / 0", math.inf),
        ("-1 / 0", -math.inf),
        ("exp(1e4)", math.inf),
        ("ln(0)", -math.inf),
        ("ln(-1)", math.nan),
        ("sqrt(-1)", math.nan),
        ("0 ** -1", math.inf),
        ("(-8) ** 0.25", math.nan),
        ("10.0 ** 400", math.inf),
        ("2 ** (10.0 ** 400)", math.inf),
        ("x ** (10.0 ** 400)", math.inf),
        ("x ** (0 / 0)", math.nan),
        ("floor(10.0 ** 400)", math.inf),
        ("(0 / 0) if x > 9 else 2", 2.0),
        ("min(x, 0 / 0)", math.nan),
        ("min(0 / 0, x)", math.nan),
        ("max(x, 0 / 0)", math.nan),
        ("max(0 / 0, x, 5)", math.nan),
    ],
)
def test_not_finite_as_in_ieee_arithmetic(tree, value_of, text, expected):
    graph, names = grown()
    with np.errstate(all="ignore"):
        found = value_of(graph, graph.build(tree(text), names), {("state", k): np.float64(3 + k) for k in range(3)})
    np.testing.assert_equal(float(found), expected)
    np.testing.assert_equal(float(evaluate(tree(text), dict(zip(NAMES, (3.0, 4.0, 5.0), strict=True)))), expected)


def test_a_piecewise_without_otherwise_is_nan_where_no_condition_holds(tree, value_of):
    graph, names = grown()
    root = graph.build(Call("piecewise", (Symbol("x"), tree("x > 9"))), names)
    assert math.isnan(value_of(graph, root, {("state", 0): 3.0}))
    assert value_of(graph, root, {("state", 0): 12.0}) == 12.0


def test_no_arguments_give_the_neutral_element():
    graph = Graph()
    for op, expected in (("add", 0.0), ("mul", 1.0)):
        assert graph.value(graph.build(Call(op, ()), {})) == expected


@pytest.mark.parametrize("op", ["and", "or", "xor"])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_logic_of_any_number_of_arguments(value_of, op, count):
    for bits in range(2**count):
        values = [float(bits >> k & 1) for k in range(count)]
        expression = Call(op, tuple(map(Number, values)))
        graph = Graph()
        found = value_of(graph, graph.as_number(graph.build(expression, {})), {})
        assert found == evaluate(expression, {}), (op, values)


def test_a_chain_of_relations_holds_between_neighbours(value_of):
    for values in ((1, 2, 3), (1, 3, 2), (3, 2, 1), (1, 1, 2)):
        for op in ("lt", "le", "gt", "ge", "eq", "ne"):
            expression = Call(op, tuple(Number(float(v)) for v in values))
            graph = Graph()
            assert value_of(graph, graph.build(expression, {}), {}) == evaluate(expression, {})


def test_an_unknown_symbol_is_named_with_its_nearest(tree):
    graph = Graph()
    with pytest.raises(UnknownName, match=r"unknown symbol 'clearence'\n  did you mean 'clearance'\?"):
        graph.build(tree("clearence * 2"), {"clearance": graph.number(1.0), "volume": graph.number(2.0)})


@pytest.mark.parametrize("op", ["delay", "bessel", "factorial"])
def test_a_function_without_machine_code_is_refused_by_name(op):
    graph, names = grown()
    with pytest.raises(Unsupported, match=f"'{op}'"):
        graph.build(Call(op, (Symbol("x"),)), names)


def test_every_operation_of_the_model_layer_is_built():
    counts = {"sub": 2, "div": 2, "pow": 2} | dict.fromkeys(["min", "max", "add", "mul", "and", "or", "xor"], 3)
    counts |= dict.fromkeys(["lt", "le", "gt", "ge", "eq", "ne"], 2)
    for op in OPERATIONS:
        graph, names = grown()
        graph.build(Call(op, tuple(map(Symbol, NAMES))[: counts.get(op, 1)]), names)
    assert set(OPERATIONS) >= (UNARY - {"recip"}) | set(BY_RECIPROCAL)


# Random trees, against the model layer's own meaning of an expression.

_UNARY = sorted(op for op in (UNARY - {"recip"}) | set(BY_RECIPROCAL) | {"log10"})
_leaves = st.one_of(
    st.sampled_from(NAMES).map(Symbol),
    st.sampled_from([0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.25, 10.0]).map(Number),
)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    condition = st.one_of(
        st.builds(Call, st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(["and", "or", "xor"]), st.tuples(inner, inner, inner)),
        st.builds(Call, st.just("not"), st.tuples(inner)),
    )
    return st.one_of(
        st.builds(
            Call, st.sampled_from(["add", "mul", "min", "max"]), st.lists(inner, min_size=1, max_size=4).map(tuple)
        ),
        st.builds(Call, st.sampled_from(["sub", "div", "pow"]), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(_UNARY), st.tuples(inner)),
        st.builds(Call, st.just("piecewise"), st.tuples(inner, condition, inner, condition, inner)),
        condition,
    )


trees = st.recursive(_leaves, _larger, max_leaves=10)
points = st.tuples(*[st.floats(-3, 3).filter(lambda v: abs(v) > 1e-3)] * 3)


def _shaken(expression: Expression, noise: np.random.Generator) -> Expression:
    """The same expression with every operation off by a relative error of at most 1e-12."""
    if not isinstance(expression, Call):
        return expression
    inner = Call(expression.op, tuple(_shaken(arg, noise) for arg in expression.args))
    return Call("mul", (Number(1.0 + noise.uniform(-1e-12, 1e-12)), inner))


def _every_value(expression: Expression, values: dict[str, float], seen: list[float]) -> float:
    """The value of an expression; those of all its parts are added to `seen`."""
    if isinstance(expression, Call):
        args = tuple(Number(_every_value(arg, values, seen)) for arg in expression.args)
        seen.append(float(evaluate(Call(expression.op, args), {})))
    else:
        seen.append(float(evaluate(expression, values)))
    return seen[-1]


@settings(max_examples=200, deadline=None)
@given(trees, points)
def test_the_graph_computes_what_the_expression_means(value_of, expression, point):
    values = dict(zip(NAMES, point, strict=True))
    parts: list[float] = []
    expected = _every_value(expression, values, parts)
    # structural zeros (0 * x) are exact whatever x is, so only trees that are finite all through are compared
    assume(np.all(np.isfinite(parts)) and max(map(abs, parts)) < 1e100)
    noise = np.random.default_rng(1)
    shaken = [evaluate(_shaken(expression, noise), values) for _ in range(3)]
    # a comparison or floor on the edge, or a cancellation, magnifies the last bit: such trees say nothing
    assume(np.allclose(shaken, expected, rtol=1e-9, atol=1e-12))
    graph, names = grown()
    with np.errstate(all="ignore"):
        root = graph.as_number(graph.build(expression, names))
        found = value_of(graph, root, {("state", row): np.float64(value) for row, value in enumerate(point)})
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-11)


@pytest.mark.parametrize("jump", ["floor", "ceil"])
def test_whole_ratios_do_not_miss_their_step_by_one_bit(value_of, jump):
    """49 (1/49) is below 1, and its floor is 0: what jumps must see 49 / 49."""
    graph, names = grown()
    root = graph.build(Call(jump, (Call("div", (Symbol("x"), Symbol("y"))),)), names)
    y = np.arange(1.0, 200.0)
    for times in (1.0, 3.0, 7.0):
        found = value_of(graph, root, {("state", 0): times * y, ("state", 1): y, ("state", 2): y})
        np.testing.assert_array_equal(found, times)


def test_divisions_outside_of_jumps_share_their_reciprocal():
    graph, names = grown()
    ratio = Call("div", (Symbol("x"), Symbol("y")))
    graph.build(Call("add", (ratio, Call("div", (Symbol("z"), Symbol("y"))))), names)
    assert [node.op for node in graph.nodes].count("recip") == 1
    graph.build(Call("lt", (Call("add", (ratio, ratio)), Number(2.0))), names)
    assert [node.op for node in graph.nodes].count("quotient") == 1
