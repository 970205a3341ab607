"""Factors and solutions against dense linear algebra, each lane with a matrix of its own."""

from __future__ import annotations

import llvmlite.ir as ir
import numpy as np
import pytest

from unmoor.engine.elimination import add_factor, add_solve
from unmoor.engine.ensemble import aligned
from unmoor.engine.layout import program
from unmoor.engine.vector_ir import POINTER, WIDTH, begin, splat

RATES = {
    "a": "-p*a + q*d",
    "b": "p*a - b + 2*c",
    "c": "b - 3*c + r*a",
    "d": "c - q*d",
    "e": "d + b - a",  # no entry of its own on the diagonal
}


@pytest.fixture(scope="module")
def laid_out(model):
    return program(model(RATES, constants={"p": 1.0, "q": 2.0, "r": 3.0}), [], [])


@pytest.fixture(scope="module")
def solved(laid_out, vector_code):
    """whole(matrix, factors, right, x, diagonal): (diagonal I - J) x = the first half of right less the second."""

    def define(module: ir.Module) -> None:
        size = laid_out.layout.rows
        factor, solve = add_factor(module, laid_out), add_solve(module, laid_out, two_parts=True)
        made, out = begin(module, "whole", [POINTER] * 5, export=True)
        matrix, factors, right, x, diagonal = made.args
        out.builder.call(factor, [matrix, factors, out.load(diagonal, 0)])
        out.builder.call(solve, [factors, right, out.place(right, size), splat(-1.0), x])
        out.builder.ret_void()

    return vector_code(define, "whole")


@pytest.mark.parametrize("diagonal", [0.5, 3.0, 1e6])
def test_every_lane_is_solved(laid_out, solved, diagonal):
    random = np.random.default_rng(7)
    size, entries = laid_out.layout.rows, list(laid_out.entries)
    matrix, factors = aligned(len(entries)).reshape(-1, WIDTH), aligned(laid_out.layout.factors)
    matrix[:] = random.uniform(-1.0, 1.0, matrix.shape)
    x, shift = aligned(size).reshape(-1, WIDTH), aligned(1)
    right = random.standard_normal(x.shape)
    shift[:] = diagonal * random.uniform(0.9, 1.1, WIDTH)
    halves = aligned(2 * size).reshape(2, size, WIDTH)
    halves[:] = 1.5 * right, 0.5 * right
    solved(matrix, factors, halves, x, shift)
    for lane in range(WIDTH):
        whole = np.eye(size) * shift[lane]
        for place, (i, j) in enumerate(entries):
            whole[i, j] -= matrix[place, lane]
        np.testing.assert_allclose(x[:, lane], np.linalg.solve(whole, right[:, lane]), rtol=1e-9)


def test_pivots_are_stored_inverted(laid_out, solved):
    """The product of the inverted pivots is the inverse of the determinant."""
    matrix, factors = aligned(len(laid_out.entries)), aligned(laid_out.layout.factors).reshape(-1, WIDTH)
    matrix[:] = np.random.default_rng(3).uniform(-1.0, 1.0, matrix.shape)
    shift = aligned(1)
    shift[:] = 4.0
    solved(matrix, factors, aligned(2 * laid_out.layout.rows), aligned(laid_out.layout.rows), shift)
    pivots = [factors[laid_out.plan.slots[k, k]] for k in range(laid_out.layout.rows)]
    for lane in range(WIDTH):
        whole = np.eye(laid_out.layout.rows) * 4.0
        for place, (i, j) in enumerate(laid_out.entries):
            whole[i, j] -= matrix.reshape(-1, WIDTH)[place, lane]
        product = np.prod([inverse[lane] for inverse in pivots])
        assert product == pytest.approx(1.0 / np.linalg.det(whole), rel=1e-9)
