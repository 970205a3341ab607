"""Definitions in place of names: right, counted, and refused before they fill the memory."""

import pytest

from unmoor.base.errors import Unsupported
from unmoor.model.expression import Call, Number, Symbol, walk
from unmoor.model.inline import DEPTH, Inliner, depth

X, Y = Symbol("x"), Symbol("y")
TWICE = Call("add", (X, X))


def test_symbols_are_replaced_and_counted():
    inliner = Inliner("file.xml", left=100)
    made = inliner.replace(Call("mul", (X, Y, X)), {"x": TWICE}, "a formula")
    assert made == Call("mul", (TWICE, Y, TWICE))
    assert 100 - inliner.left == sum(1 for _ in walk(made)) == 8


def test_growth_is_stopped_before_it_happens():
    inliner = Inliner("file.xml", left=10_000)
    grown = X
    for _ in range(11):
        grown = inliner.replace(TWICE, {"x": grown}, "a formula")
    with pytest.raises(Unsupported, match=r"file.xml: a formula makes more than"):
        inliner.replace(Call("add", (X,) * 4), {"x": grown}, "a formula")


def test_depth_is_counted_in_operations_and_bounded():
    assert depth(Number(1.0)) == depth(X) == 0
    assert depth(Call("add", (X, Call("neg", (X,))))) == 2
    grown = X
    inliner = Inliner("file.xml")
    for _ in range(DEPTH):
        grown = inliner.replace(Call("neg", (X,)), {"x": grown}, "a formula")
    with pytest.raises(Unsupported, match=f"a formula nests more than {DEPTH} operations"):
        inliner.replace(Call("neg", (X,)), {"x": grown}, "a formula")
