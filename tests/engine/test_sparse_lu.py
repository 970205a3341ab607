"""The elimination plan: it solves what numpy solves, with no more storage than it must have."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.engine.sparse_lu import Plan, plan


def carried_out(made: Plan, matrix: np.ndarray, right_side: np.ndarray) -> np.ndarray:
    """Solve with the plan, touching planned slots only."""
    m = {entry: float(matrix[entry]) for entry in made.slots}
    x = right_side.astype(float)
    for k in made.pivots:
        for i in made.below[k]:
            m[i, k] /= m[k, k]
            for j in made.right[k]:
                m[i, j] -= m[i, k] * m[k, j]
            x[i] -= m[i, k] * x[k]
    for k in reversed(made.pivots):
        x[k] = (x[k] - sum(m[k, j] * x[j] for j in made.right[k])) / m[k, k]
    return x


def scattered(size: int, density: float, seed: int) -> np.ndarray:
    """A random sparse matrix whose diagonal dominates, so that it needs no pivoting."""
    draw = np.random.default_rng(seed)
    matrix = np.where(draw.random((size, size)) < density, draw.normal(size=(size, size)), 0.0)
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, draw.choice([-1, 1], size) * (np.abs(matrix).sum(axis=1) + draw.uniform(0.5, 2, size)))
    return matrix


def entries_of(matrix: np.ndarray) -> list[tuple[int, int]]:
    return [(int(i), int(j)) for i, j in np.argwhere(matrix)]


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 25), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_the_plan_solves_what_numpy_solves(size, density, seed):
    matrix = scattered(size, density, seed)
    right_side = np.random.default_rng(seed).normal(size=size)
    made = plan(size, entries_of(matrix))
    np.testing.assert_allclose(carried_out(made, matrix, right_side), np.linalg.solve(matrix, right_side), rtol=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 25), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_slots_are_numbered_densely_and_cover_the_matrix(size, density, seed):
    matrix = scattered(size, density, seed)
    made = plan(size, entries_of(matrix))
    assert sorted(made.slots.values()) == list(range(len(made.slots)))
    assert set(entries_of(matrix)) | {(i, i) for i in range(size)} <= made.slots.keys()
    assert len(made.slots) <= size * size
    assert sorted(made.pivots) == list(range(size))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_entries_does_not_matter(seed):
    matrix = scattered(15, 0.3, seed)
    entries = entries_of(matrix)
    shuffled = random.Random(seed).sample(entries, len(entries))
    assert plan(15, entries) == plan(15, shuffled) == plan(15, set(entries))


def test_an_arrow_is_eliminated_from_its_tips_without_fill():
    size = 12
    arrow = [(0, k) for k in range(size)] + [(k, 0) for k in range(size)]
    made = plan(size, arrow)
    assert len(made.slots) == 3 * size - 2  # eliminated from entry 0 it would fill to size^2
    # the hub goes once it has no more partners than the last tip
    assert 0 in made.pivots[-2:]


def test_a_chain_keeps_its_bidiagonal_storage():
    size = 20
    made = plan(size, [(k + 1, k) for k in range(size - 1)])
    assert len(made.slots) == 2 * size - 1


def test_markowitz_fills_less_than_the_natural_order():
    filled_less = 0
    for seed in range(10):
        matrix = scattered(30, 0.08, seed)
        occupied = matrix != 0
        for k in range(30):
            occupied |= np.outer(occupied[:, k] & (np.arange(30) > k), occupied[k] & (np.arange(30) > k))
        filled_less += len(plan(30, entries_of(matrix)).slots) < occupied.sum()
    assert filled_less == 10


def test_no_entries_leave_the_diagonal():
    assert plan(3, []).slots == {(0, 0): 0, (1, 1): 1, (2, 2): 2}
