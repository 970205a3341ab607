"""Expressions: every operation against its definition, on numbers and arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import UnknownName, Unsupported
from unmoor.model.expression import OPERATIONS, Call, Number, Symbol, evaluate, substitute, symbols, walk

X, Y = Symbol("x"), Symbol("y")
UNARY = {
    "neg": lambda x: -x, "exp": math.exp, "ln": math.log, "log10": math.log10, "sqrt": math.sqrt, "abs": abs,
    "floor": math.floor, "ceil": math.ceil, "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "sec": lambda x: 1 / math.cos(x), "csc": lambda x: 1 / math.sin(x), "cot": lambda x: 1 / math.tan(x),
    "asin": math.asin, "acos": math.acos, "atan": math.atan, "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x), "acot": lambda x: math.atan(1 / x), "sinh": math.sinh, "cosh": math.cosh,
    "tanh": math.tanh, "sech": lambda x: 1 / math.cosh(x), "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: 1 / math.tanh(x), "asinh": math.asinh, "acosh": math.acosh, "atanh": math.atanh,
    "asech": lambda x: math.acosh(1 / x), "acsch": lambda x: math.asinh(1 / x), "acoth": lambda x: math.atanh(1 / x),
    "not": lambda x: float(x == 0),
}  # fmt: skip
BINARY = {
    "sub": lambda x, y: x - y, "div": lambda x, y: x / y, "pow": lambda x, y: x**y, "min": min, "max": max,
    "add": lambda x, y: x + y, "mul": lambda x, y: x * y, "lt": lambda x, y: float(x < y),
    "le": lambda x, y: float(x <= y), "gt": lambda x, y: float(x > y), "ge": lambda x, y: float(x >= y),
    "eq": lambda x, y: float(x == y), "ne": lambda x, y: float(x != y), "and": lambda x, y: float(bool(x and y)),
    "or": lambda x, y: float(bool(x or y)), "xor": lambda x, y: float(bool(x) != bool(y)),
}  # fmt: skip


def test_no_operation_goes_untested():
    assert UNARY.keys() | BINARY.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("op", UNARY)
def test_operations_of_one_argument(op):
    for x in (
        (2.5, 0.75)
        if op not in ("acosh", "asec", "acsc", "acoth", "asin", "acos", "atanh", "asech")
        else ((2.5, 1.25) if op in ("acosh", "asec", "acsc", "acoth") else (0.5, 0.75))
    ):
        assert evaluate(Call(op, (X,)), {"x": x}) == pytest.approx(UNARY[op](x), rel=1e-13)


@pytest.mark.parametrize("op", BINARY)
def test_operations_of_two_arguments_on_arrays(op):
    x, y = np.array([0.0, 1.5, 2.0, 2.0]), np.array([1.0, 0.5, 2.0, 3.0])
    expected = [BINARY[op](a, b) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(evaluate(Call(op, (X, Y)), {"x": x, "y": y}), expected, rtol=1e-14)


def test_sums_and_products_of_any_length():
    assert evaluate(Call("add", ()), {}) == 0
    assert evaluate(Call("mul", ()), {}) == 1
    assert evaluate(Call("add", (X, X, X)), {"x": 2}) == 6
    assert evaluate(Call("min", (X, Number(1.0), Y)), {"x": 2, "y": -3}) == -3
    assert evaluate(Call("lt", (Number(1), X, Number(3))), {"x": 2}) == 1.0
    assert evaluate(Call("lt", (Number(1), X, Number(3))), {"x": 4}) == 0.0
    assert evaluate(Call("add", (Call("lt", (X, Y)), Call("lt", (X, Y)))), {"x": 1, "y": 2}) == 2.0


def test_piecewise_takes_the_first_that_holds():
    low, high = Call("lt", (X, Number(0.0))), Call("lt", (X, Number(10.0)))
    with_else = Call("piecewise", (Number(-1.0), low, Number(1.0), high, Number(5.0)))
    np.testing.assert_array_equal(evaluate(with_else, {"x": np.array([-2.0, 2.0, 20.0])}), [-1.0, 1.0, 5.0])
    without = Call("piecewise", (Number(-1.0), low))
    assert math.isnan(evaluate(without, {"x": 1.0}))
    # a branch not taken may be undefined
    safe = Call("piecewise", (Number(0.0), Call("eq", (X, Number(0.0))), Call("div", (Number(1.0), X))))
    assert evaluate(safe, {"x": 0.0}) == 0.0


def test_unknown_symbols_and_operations_are_errors():
    with pytest.raises(UnknownName, match="unknown symbol 'drugg'\n  did you mean 'drug'"):
        evaluate(Symbol("drugg"), {"drug": 1.0})
    with pytest.raises(Unsupported, match="'wiggle'"):
        evaluate(Call("wiggle", (X,)), {"x": 1.0})


def test_symbols_walk_and_substitute():
    expression = Call("add", (X, Call("mul", (Y, X, Number(2.0)))))
    assert symbols(expression) == {"x", "y"}
    assert [type(node).__name__ for node in walk(expression)] == [
        "Call",
        "Symbol",
        "Call",
        "Symbol",
        "Symbol",
        "Number",
    ]
    swapped = substitute(expression, {"x": Y, "y": X})
    assert swapped == Call("add", (Y, Call("mul", (X, Y, Number(2.0)))))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_substitution_commutes_with_evaluation(x, y):
    expression = Call("sub", (Call("mul", (X, X)), Call("abs", (Y,))))
    inner = {"x": Call("add", (X, Y)), "y": Call("neg", (Y,))}
    direct = evaluate(substitute(expression, inner), {"x": x, "y": y})
    assert direct == evaluate(expression, {"x": x + y, "y": -y})
