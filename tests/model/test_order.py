"""Evaluation order."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.model.expression import Call, Number, Symbol
from unmoor.model.order import evaluation_order


def add(*names):
    return Call("add", tuple(map(Symbol, names)))


def test_each_comes_after_what_it_uses():
    given = {"a": add("b", "c"), "b": add("c", "k"), "c": Number(1.0), "d": add("a", "a")}
    order = list(evaluation_order(given))
    assert order == ["c", "b", "a", "d"]
    assert evaluation_order(given) == given


def test_without_dependencies_the_order_stays():
    given = {"z": Number(1.0), "a": add("k"), "m": Number(2.0)}
    assert list(evaluation_order(given)) == ["z", "a", "m"]


def test_a_circle_is_named():
    given = {"x": add("a"), "a": add("b"), "b": add("c"), "c": add("a")}
    with pytest.raises(BadInput, match=r"m.ant: equations define each other in a circle: a -> b -> c -> a"):
        evaluation_order(given, where="m.ant")
    with pytest.raises(BadInput, match="a -> a"):
        evaluation_order({"a": add("a")})


def test_a_chain_longer_than_the_interpreter_s_stack():
    given = {f"v{k}": add(f"v{k + 1}") for k in range(5000)} | {"v5000": Number(1.0)}
    order = list(evaluation_order(given))
    assert order[0] == "v5000"
    assert order[-1] == "v0"
