"""Exact derivatives on the graph, against complex steps and central differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from unmoor.base.errors import Unsupported
from unmoor.engine.derivative import jacobian
from unmoor.engine.graph import BY_RECIPROCAL, UNARY, Graph
from unmoor.model.expression import Call, Expression, Number, Symbol, evaluate, walk

NAMES = ("x", "y", "z")
TINY = 1e-30
#: where a function and its slope are finite, if not on (-3, 3)
RANGES = {
    **dict.fromkeys(["ln", "sqrt", "log10"], (0.05, 5.0)),
    **dict.fromkeys(["asin", "acos", "atanh"], (-0.95, 0.95)),
    **dict.fromkeys(["acosh", "asec", "acsc", "acoth"], (1.05, 4.0)),
    "asech": (0.05, 0.95),
}
SMOOTH = sorted((UNARY - {"recip", "abs", "floor", "ceil"}) | set(BY_RECIPROCAL) | {"log10"})


def grown() -> tuple[Graph, dict[str, int]]:
    """A graph with states x, y, z and a parameter g."""
    graph = Graph()
    return graph, {
        **{name: graph.add_node("state", (), row) for row, name in enumerate(NAMES)},
        "g": graph.add_node("param", (), 0),
    }


def leaves(point, g=0.0, turned: int | None = None) -> dict:
    """Values of the leaves, one state moved a tiny imaginary step."""
    found = {("state", row): complex(v) if turned is not None else float(v) for row, v in enumerate(point)}
    if turned is not None:
        found["state", turned] += TINY * 1j
    return found | {("param", 0): g}


def slopes(value_of, graph: Graph, root: int, point, g=0.0) -> list[float]:
    """The derivative by every state, from the Jacobian's nodes."""
    (row,) = jacobian(graph, [root])
    with np.errstate(all="ignore"):
        return [float(value_of(graph, row[k], leaves(point, g))) if k in row else 0.0 for k in range(len(NAMES))]


def by_complex_step(value_of, graph: Graph, root: int, point, g=0.0) -> list[float]:
    """The derivative by every state without any subtraction: Im f(x + ih) / h."""
    with np.errstate(all="ignore"):
        return [float(np.imag(value_of(graph, root, leaves(point, g, k)))) / TINY for k in range(len(NAMES))]


@pytest.mark.parametrize("op", SMOOTH)
def test_slope_of_a_function(value_of, op):
    low, high = RANGES.get(op, (-3.0, 3.0))
    for x in np.random.default_rng(7).uniform(low, high, 20):
        graph, names = grown()
        root = graph.build(Call(op, (Symbol("x"),)), names)
        found = slopes(value_of, graph, root, (x, 1.0, 1.0))
        step = 1e-6
        above, below = (evaluate(Call(op, (Number(x + d),)), {}) for d in (step, -step))
        assert found[0] == pytest.approx((above - below) / (2 * step), rel=2e-4, abs=1e-6)
        assert found == pytest.approx(by_complex_step(value_of, graph, root, (x, 1.0, 1.0)), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("op", "expected"), [("abs", (-1.0, 1.0)), ("floor", (0.0, 0.0)), ("ceil", (0.0, 0.0))])
def test_slope_of_a_function_in_pieces(value_of, op, expected):
    for x, slope in zip((-1.5, 1.5), expected, strict=True):
        graph, names = grown()
        root = graph.build(Call(op, (Symbol("x"),)), names)
        assert slopes(value_of, graph, root, (x, 0, 0)) == [slope, 0.0, 0.0]


@pytest.mark.parametrize(
    "text",
    ["x**3", "x**-2", "x**0.5", "x**1.7", "x**-0.3", "x**g", "x**y", "2**x", "g**x", "(x*y)**(y+z)", "x**x", "x**17"],
)
@pytest.mark.parametrize("g", [0.6, 1.0, 2.5])
def test_slope_of_a_power(tree, value_of, text, g):
    for point in np.random.default_rng(3).uniform(0.2, 3.0, (20, 3)):
        graph, names = grown()
        root = graph.build(tree(text), names)
        exact = by_complex_step(value_of, graph, root, point, g)
        assert slopes(value_of, graph, root, point, g) == pytest.approx(exact, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x**0.7", 0.0),  # infinite: 0 by convention, so that a start without drug is not a failure
        ("sqrt(x)", 0.0),
        ("x**g", 0.0),
        ("x**1", 1.0),
        ("x**1.5", 0.0),
        ("x**2", 0.0),
        ("x**y", 0.0),
        ("y * x**0.7 / (1 + x**0.7)", 0.0),
    ],
)
def test_slope_of_a_power_at_zero_is_finite(tree, value_of, text, expected):
    graph, names = grown()
    found = slopes(value_of, graph, graph.build(tree(text), names), (0.0, 0.5, 0.0), 0.7)
    assert found == [expected, 0.0, 0.0]


def test_slope_of_a_parameter_power_of_one_at_zero(tree, value_of):
    graph, names = grown()
    assert slopes(value_of, graph, graph.build(tree("3 * x**g"), names), (0.0, 0.0, 0.0), 1.0)[0] == 3.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*y if z > 0 else x + 5*y", [[2, 3, 0], [1, 5, 0]]),
        ("x if z > 0 else 4", [[1, 0, 0], [0, 0, 0]]),
        ("7 if z > 0 else y", [[0, 0, 0], [0, 1, 0]]),
        ("max(z, 0) * x", [[1, 0, 3], [0, 0, 0]]),
        ("min(z, 0, y) * x", [[0, 0, 0], [-1, 0, 3]]),
        ("(z > 0) * x", [[1, 0, 0], [0, 0, 0]]),
    ],
)
def test_slope_of_the_chosen_branch(tree, value_of, text, expected):
    for z, row in zip((1.0, -1.0), expected, strict=True):
        graph, names = grown()
        assert slopes(value_of, graph, graph.build(tree(text), names), (3.0, 2.0, z)) == row


def test_rows_are_sparse_and_parameters_have_no_column(tree):
    graph, names = grown()
    first, second, third = jacobian(
        graph, [graph.build(tree(t), names) for t in ("g*x + exp(g)", "g", "x*z - z*x + y")]
    )
    assert list(first) == [0]
    assert second == {}
    assert list(third) == [1]


def test_by_parameter_instead_of_state(tree, value_of):
    graph, names = grown()
    (row,) = jacobian(graph, [graph.build(tree("g**2 * x + y"), names)], leaf="param")
    assert list(row) == [0]
    assert value_of(graph, row[0], leaves((3.0, 0, 0), 5.0)) == 30.0


def test_derivatives_share_nodes_with_the_function(tree):
    graph, names = grown()
    root = graph.build(tree("exp(x*y)"), names)
    before = len(graph.nodes)
    (row,) = jacobian(graph, [root])
    added = [graph.nodes[node].op for node in range(before, len(graph.nodes))]
    assert row.keys() == {0, 1}
    assert added.count("mul") == 2
    assert "exp" not in added


def test_an_operation_without_a_known_derivative_is_refused_by_name():
    graph, names = grown()
    with pytest.raises(Unsupported, match="'bessel'"):
        jacobian(graph, [graph.add_node("bessel", (names["x"],))])


# Random smooth trees, against complex steps.

_smooth = st.recursive(
    st.one_of(st.sampled_from([*NAMES, "g"]).map(Symbol), st.sampled_from([0.5, 2.0, 3.0, -1.0, 0.0]).map(Number)),
    lambda inner: st.one_of(
        st.builds(Call, st.sampled_from(["add", "mul"]), st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Call, st.sampled_from(["sub", "div", "pow"]), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(SMOOTH), st.tuples(inner)),
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(_smooth, st.tuples(*[st.floats(0.1, 2.5)] * 3))
def test_gradient_of_a_random_expression(value_of, expression: Expression, point):
    values = dict(zip(NAMES, point, strict=True)) | {"g": 1.3}
    parts = [evaluate(part, values) for part in walk(expression)]
    assume(np.all(np.isfinite(parts)) and max(map(abs, parts)) < 1e6)
    graph, names = grown()
    root = graph.build(expression, names)
    exact = np.array(by_complex_step(value_of, graph, root, point, 1.3))
    # complex functions leave the real line beyond their domain's edge; differences see what complex steps cannot
    near = [_difference(expression, values, name) for name in NAMES]
    assume(np.all(np.isfinite(exact)) and np.allclose(exact, near, rtol=1e-4, atol=1e-4))
    assert slopes(value_of, graph, root, point, 1.3) == pytest.approx(exact, rel=1e-9, abs=1e-9)


def _difference(expression: Expression, values: dict[str, float], name: str) -> float:
    step = 1e-6
    above, below = (evaluate(expression, values | {name: values[name] + d}) for d in (step, -step))
    return (above - below) / (2 * step)
