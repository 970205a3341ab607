"""Mathematical expressions as small immutable trees: numbers, symbols and calls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from unmoor.base.errors import Unsupported, unknown


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name to be looked up; the model's time, in hours, is Symbol("time")."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of OPERATIONS (or "piecewise") on argument expressions."""

    op: str
    args: tuple[Expression, ...]


Expression = Number | Symbol | Call
TIME = Symbol("time")
ZERO, ONE = Number(0.0), Number(1.0)


def _chain(step: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *args: reduce(step, args)


def _truth(test: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A relation over two or more arguments that holds between each neighbouring pair, as 1.0 or 0.0."""
    return lambda *args: 1.0 * reduce(np.logical_and, [test(a, b) for a, b in pairwise(args)], True)


def _logic(join: Callable[[Any, Any], Any], neutral: bool) -> Callable[..., Any]:
    return lambda *args: 1.0 * reduce(join, [np.not_equal(arg, 0) for arg in args], np.bool_(neutral))


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda *args: reduce(np.add, args, np.float64(0)),
    "mul": lambda *args: reduce(np.multiply, args, np.float64(1)),
    "sub": np.subtract,
    "div": np.divide,
    "neg": np.negative,
    "pow": np.power,
    "exp": np.exp,
    "ln": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sec": lambda x: 1 / np.cos(x),
    "csc": lambda x: 1 / np.sin(x),
    "cot": lambda x: 1 / np.tan(x),
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asec": lambda x: np.arccos(1 / x),
    "acsc": lambda x: np.arcsin(1 / x),
    "acot": lambda x: np.arctan(1 / x),
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sech": lambda x: 1 / np.cosh(x),
    "csch": lambda x: 1 / np.sinh(x),
    "coth": lambda x: 1 / np.tanh(x),
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "asech": lambda x: np.arccosh(1 / x),
    "acsch": lambda x: np.arcsinh(1 / x),
    "acoth": lambda x: np.arctanh(1 / x),
    "min": _chain(np.minimum),
    "max": _chain(np.maximum),
    "lt": _truth(np.less),
    "le": _truth(np.less_equal),
    "gt": _truth(np.greater),
    "ge": _truth(np.greater_equal),
    "eq": _truth(np.equal),
    "ne": _truth(np.not_equal),
    "and": _logic(np.logical_and, True),
    "or": _logic(np.logical_or, False),
    "xor": _logic(np.logical_xor, False),
    "not": lambda x: 1.0 * np.equal(x, 0),
}


def evaluate(expression: Expression, values: Mapping[str, Any]) -> Any:
    """The value of an expression; `values` holds floats or arrays (any common shape) by symbol name.

    Truth is 1.0 and falsehood 0.0. Raises UnknownName for a symbol without a value.
    """
    with np.errstate(all="ignore"):
        return _evaluate(expression, values, {})


def _evaluate(expression: Expression, values: Mapping[str, Any], done: dict[int, Any]) -> Any:
    """Each object of a tree is computed once: inlined functions repeat whole subtrees."""
    if isinstance(expression, Number):
        return np.float64(expression.value)
    if isinstance(expression, Symbol):
        if expression.name not in values:
            raise unknown("symbol", expression.name, values, where="evaluate")
        return np.asarray(values[expression.name], dtype=float)[()]
    if id(expression) not in done:
        args = [_evaluate(arg, values, done) for arg in expression.args]
        done[id(expression)] = _piecewise(args) if expression.op == "piecewise" else _operation(expression.op)(*args)
    return done[id(expression)]


def _operation(op: str) -> Callable[..., Any]:
    if op not in OPERATIONS:
        raise Unsupported(f"operation '{op}' is not computed here")
    return OPERATIONS[op]


def _piecewise(args: list[Any]) -> Any:
    """The first value whose condition holds, else the last; NaN where there is no last."""
    result = args[-1] if len(args) % 2 else np.float64(math.nan)
    for value, condition in reversed(list(zip(args[0::2], args[1::2], strict=False))):
        result = np.where(np.not_equal(condition, 0), value, result)[()]
    return result


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node of an expression, parents before children."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Call):
            stack.extend(reversed(node.args))


def symbols(expression: Expression) -> frozenset[str]:
    """Names of the symbols an expression mentions ("time" included)."""
    return frozenset(node.name for node in walk(expression) if isinstance(node, Symbol))


def substitute(expression: Expression, replacement: Mapping[str, Expression]) -> Expression:
    """The expression with each symbol named in `replacement` replaced."""
    if isinstance(expression, Symbol):
        return replacement.get(expression.name, expression)
    if isinstance(expression, Call):
        return Call(expression.op, tuple(substitute(arg, replacement) for arg in expression.args))
    return expression
