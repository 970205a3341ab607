"""Exact partial derivatives on the graph: forward mode, one sparse row per node, shared like everything else."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable

from unmoor.base.errors import Unsupported
from unmoor.engine.graph import Graph


def jacobian(
    graph: Graph, roots: Iterable[int], leaf: str = "state", only: Container[int] | None = None
) -> list[dict[int, int]]:
    """For each root, the derivative with respect to every loaded row of kind `leaf` (in `only`): {row: node id}."""
    roots = list(roots)
    rows: dict[int, dict[int, int]] = {}
    for node in graph.reached(roots):
        rows[node] = _row(graph, node, rows, leaf, only)
    return [rows[root] for root in roots]


def _row(
    graph: Graph, node: int, rows: dict[int, dict[int, int]], leaf: str, only: Container[int] | None
) -> dict[int, int]:
    op, args = graph.nodes[node].op, graph.nodes[node].args
    if op == leaf:
        row = int(graph.nodes[node].leaf or 0)
        return {row: graph.number(1.0)} if only is None or row in only else {}
    if not any(rows[arg] for arg in args) or graph.is_condition(node) or op in ("floor", "ceil", "raw_ln", "quotient"):
        return {}
    if op in ("add", "sub"):
        return _join(graph, rows[args[0]], rows[args[1]], graph.add if op == "add" else graph.subtract)
    if op == "neg":
        return {row: graph.negative(d) for row, d in rows[args[0]].items()}
    if op == "mul":
        return _join(graph, _scale(graph, rows[args[0]], args[1]), _scale(graph, rows[args[1]], args[0]), graph.add)
    if op == "pow":
        return _power(graph, node, rows)
    if op == "select":
        condition, zero = args[0], graph.number(0.0)
        keys = sorted(rows[args[1]].keys() | rows[args[2]].keys())
        return {k: graph.select(condition, rows[args[1]].get(k, zero), rows[args[2]].get(k, zero)) for k in keys}
    return _scale(graph, rows[args[0]], _slope(graph, node, op, args[0]))


def _slope(graph: Graph, node: int, op: str, x: int) -> int:
    """d op(x) / dx."""
    one = graph.number(1.0)

    def squared(a: int) -> int:
        return graph.multiply(a, a)

    def inverse_root(a: int) -> int:
        return graph.unary("recip", graph.unary("sqrt", a))

    if op == "recip":
        return graph.negative(squared(node))
    if op == "exp":
        return node
    if op == "ln":
        return graph.unary("recip", x)
    if op == "sqrt":
        return _finite(graph, graph.multiply(graph.number(0.5), graph.unary("recip", node)))
    if op == "abs":
        return graph.select(graph.compare("ge", x, graph.number(0.0)), one, graph.number(-1.0))
    if op == "sin":
        return graph.unary("cos", x)
    if op == "cos":
        return graph.negative(graph.unary("sin", x))
    if op == "tan":
        return graph.add(one, squared(node))
    if op == "asin":
        return inverse_root(graph.subtract(one, squared(x)))
    if op == "acos":
        return graph.negative(inverse_root(graph.subtract(one, squared(x))))
    if op == "atan":
        return graph.unary("recip", graph.add(one, squared(x)))
    if op == "sinh":
        return graph.unary("cosh", x)
    if op == "cosh":
        return graph.unary("sinh", x)
    if op == "tanh":
        return graph.subtract(one, squared(node))
    if op == "asinh":
        return inverse_root(graph.add(squared(x), one))
    if op == "acosh":
        return inverse_root(graph.subtract(squared(x), one))
    if op == "atanh":
        return graph.unary("recip", graph.subtract(one, squared(x)))
    raise Unsupported(f"no derivative is known for '{op}'")


def _power(graph: Graph, node: int, rows: dict[int, dict[int, int]]) -> dict[int, int]:
    base, exponent, _ = graph.nodes[node].args
    lowered = graph.power(base, graph.subtract(exponent, graph.number(1.0)))
    fixed = graph.value(exponent)
    if fixed is None or fixed < 1.0:
        lowered = _finite(graph, lowered)
    found = _scale(graph, rows[base], graph.multiply(exponent, lowered))
    if rows[exponent]:
        growth = _finite(graph, graph.multiply(node, graph.unary("ln", base)))
        found = _join(graph, found, _scale(graph, rows[exponent], growth), graph.add)
    return found


def _finite(graph: Graph, slope: int) -> int:
    """A slope that is infinite where its function is not (x^0.7 at 0, where no drug is yet) counts as 0 there.

    The step's error test holds with any finite matrix; an infinite one would end the patient.
    """
    bounded = graph.compare("lt", graph.unary("abs", slope), graph.number(math.inf))
    return graph.select(bounded, slope, graph.number(0.0))


def _scale(graph: Graph, row: dict[int, int], factor: int) -> dict[int, int]:
    return {k: graph.multiply(d, factor) for k, d in row.items()}


def _join(
    graph: Graph, left: dict[int, int], right: dict[int, int], combine: Callable[[int, int], int]
) -> dict[int, int]:
    zero = graph.number(0.0)
    joined = {k: combine(left.get(k, zero), right.get(k, zero)) for k in sorted(left.keys() | right.keys())}
    return {k: d for k, d in joined.items() if graph.value(d) != 0.0}
