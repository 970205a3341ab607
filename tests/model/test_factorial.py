"""Factorials by Lanczos' formula against exact whole numbers."""

import math

import pytest

from unmoor.model.expression import evaluate
from unmoor.model.factorial import FACTORIAL


@pytest.mark.parametrize("n", [*range(25), 50, 100, 140, 170])
def test_whole_numbers(n):
    assert evaluate(FACTORIAL, {"x": float(n)}) == pytest.approx(math.factorial(n), rel=1e-12)


@pytest.mark.parametrize("n", range(16))
def test_small_ones_are_exact(n):
    assert evaluate(FACTORIAL, {"x": float(n)}) == math.factorial(n)


@pytest.mark.parametrize("x", [0.5, 2.5, -1.0, -0.5, math.nan])
def test_nothing_else_has_one(x):
    assert math.isnan(evaluate(FACTORIAL, {"x": x}))


def test_beyond_the_largest_number():
    assert evaluate(FACTORIAL, {"x": 171.0}) == math.inf
