"""The step itself: conditions on its coefficients, measured orders, and a linear solve that is never trusted."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

from unmoor.dosing.events import Events
from unmoor.engine import rosenbrock
from unmoor.engine.ensemble import aligned
from unmoor.engine.kernel_ir import module_text
from unmoor.engine.layout import program
from unmoor.engine.rosenbrock import (
    ACTIVE,
    ATOL,
    CONTROL_ROWS,
    ERROR,
    FACTOR,
    FIRST_STEP,
    GAMMA,
    RTOL,
    SCRATCH,
    STAGES,
    STEP,
    TIME,
    A,
    C,
    H,
)
from unmoor.engine.simulator import Simulator
from unmoor.engine.vector_ir import WIDTH

# The method in the form of the textbooks (Hairer and Wanner, Solving ODEs II, section IV.7): k = Gamma^-1 u.


def _square(rows) -> np.ndarray:
    found = np.zeros((STAGES, STAGES))
    for i, row in enumerate(rows):
        found[i, : len(row)] = row
    return found


GAMMAS = np.linalg.inv(np.eye(STAGES) / GAMMA - _square(C))
ALPHA = _square(A) @ GAMMAS
BETA = ALPHA + GAMMAS
WEIGHTS = np.array([*A[-1], 1.0]) @ GAMMAS
EMBEDDED = np.array([*A[-1], 0.0]) @ GAMMAS

Tree = tuple  # a rooted tree is the tuple of its branches


@functools.cache
def rooted_trees(order: int) -> frozenset[Tree]:
    """All rooted trees with `order` nodes, branches sorted."""
    if order == 1:
        return frozenset({()})
    found = set()
    for smaller in rooted_trees(order - 1):
        found |= set(_grafted(smaller))
    return frozenset(found)


def _grafted(tree: Tree):
    yield tuple(sorted((*tree, ())))
    for k, branch in enumerate(tree):
        for grown in _grafted(branch):
            yield tuple(sorted((*tree[:k], grown, *tree[k + 1 :])))


def nodes(tree: Tree) -> int:
    return 1 + sum(map(nodes, tree))


def density(tree: Tree) -> int:
    return nodes(tree) * math.prod(map(density, tree))


def elementary(tree: Tree) -> np.ndarray:
    """The stage vector of a tree: a single branch hangs on alpha + gamma, several on alpha."""
    if not tree:
        return np.ones(STAGES)
    if len(tree) == 1:
        return BETA @ elementary(tree[0])
    return np.prod([ALPHA @ elementary(branch) for branch in tree], axis=0)


TREES = [tree for order in range(1, 6) for tree in sorted(rooted_trees(order), key=repr)]


def test_there_are_as_many_trees_as_known():
    assert [len(rooted_trees(order)) for order in range(1, 6)] == [1, 1, 2, 4, 9]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_order_five(tree):
    assert WEIGHTS @ elementary(tree) == pytest.approx(1 / density(tree), abs=2e-13)


@pytest.mark.parametrize("tree", [t for t in TREES if nodes(t) <= 4], ids=str)
def test_the_embedded_method_has_order_four(tree):
    assert EMBEDDED @ elementary(tree) == pytest.approx(1 / density(tree), abs=2e-13)


def test_the_embedded_method_differs_at_order_five():
    assert max(abs(EMBEDDED @ elementary(t) - 1 / density(t)) for t in TREES if nodes(t) == 5) > 1e-4


@pytest.mark.parametrize("theta", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("tree", [t for t in TREES if nodes(t) <= 4], ids=str)
def test_dense_output_has_order_four(tree, theta):
    inner = np.array(H[0]) + theta * (np.array(H[1]) + theta * np.array(H[2]))
    weights = theta * (np.array([*A[-1], 1.0]) + (1 - theta) * inner) @ GAMMAS
    assert weights @ elementary(tree) == pytest.approx(theta ** nodes(tree) / density(tree), abs=2e-13)


def test_stages_stay_inside_the_step_and_the_last_ends_it():
    ends = ALPHA.sum(axis=1)
    assert ends[0] == 0
    assert np.all((ends >= -1e-13) & (ends <= 1 + 1e-13))
    np.testing.assert_allclose(ends[-3:], 1.0, atol=1e-13)
    np.testing.assert_allclose(np.diag(GAMMAS), GAMMA, rtol=1e-14)


def test_stiffly_accurate():
    """The last stage's argument is the embedded solution, and the weights are the last row of beta."""
    np.testing.assert_allclose(BETA[-1], WEIGHTS, atol=1e-12)
    np.testing.assert_allclose(ALPHA[-1], EMBEDDED, atol=1e-12)


def stability(z: complex) -> complex:
    return 1 + z * WEIGHTS @ np.linalg.solve(np.eye(STAGES) - z * BETA, np.ones(STAGES))


def test_l_stable():
    assert abs(stability(-1e14)) < 1e-6
    for frequency in np.logspace(-3, 6, 200):
        assert abs(stability(1j * frequency)) <= 1 + 1e-12


# The compiled step.


class Stepper:
    """A model's kernel functions on arrays of its own."""

    def __init__(self, vector_code, model, constants=()):
        self.program = program(model, model.outputs, [])
        layout = self.program.layout
        self.step, self.first_step, self.prepare = (
            vector_code(module_text(self.program), name) for name in ("step", "first_step", "prepare")
        )
        self.y, self.u = aligned(layout.rows), aligned(SCRATCH * layout.rows)
        self.p = aligned(max(len(layout.given) + layout.derived, 1))
        self.control, self.k = aligned(CONTROL_ROWS), aligned(STAGES * layout.rows)
        self.matrix, self.dense = aligned(layout.entries + layout.factors), aligned(5 * len(layout.needed))
        self.p.reshape(-1, WIDTH)[: len(constants)] = np.asarray(constants, float).reshape(-1, 1)
        self.prepare(self.p)
        self.control.reshape(-1, WIDTH)[[RTOL, ATOL, ACTIVE]] = [[1e-3], [1e-3], [1.0]]

    def row(self, number: int) -> np.ndarray:
        return self.control.reshape(-1, WIDTH)[number]

    def take(self, start, length, time=0.0) -> np.ndarray:
        """States (state, lane) after one trial step; `start` is (state,) or (state, lane)."""
        self.y.reshape(-1, WIDTH)[: len(start)] = np.asarray(start, float).reshape(len(start), -1)
        self.row(STEP)[:], self.row(TIME)[:] = length, time
        self.step(self.y, self.p, self.control, self.k, self.u, self.matrix, self.dense, 1)
        return self.y.reshape(-1, WIDTH)[: len(start)].copy()

    def between(self, theta: float, state: int) -> np.ndarray:
        """The dense output of a state at `theta` of the step just taken."""
        y0, y1, d0, d1, d2 = self.dense.reshape(-1, 5, WIDTH)[self.program.layout.needed.index(state)]
        return (1 - theta) * y0 + theta * (y1 + (1 - theta) * (d0 + theta * (d1 + theta * d2)))


#: name -> (rates, a step short enough, exact states a time t after being in `y` at `time`); arrays over lanes
PROBLEMS = {
    "linear": (
        {"a": "-2*a + b", "b": "a - 2*b"},
        0.2,
        lambda t, y, _: [((y[0] + y[1]) * np.exp(-t) + sign * (y[0] - y[1]) * np.exp(-3 * t)) / 2 for sign in (1, -1)],
    ),
    "logistic": ({"y": "y*(1 - y)"}, 0.2, lambda t, y, _: [1 / (1 + (1 / y[0] - 1) * np.exp(-t))]),
    "two speeds": (
        {"r": "-r**2", "w": "w * r**2"},
        0.04,
        lambda t, y, _: [y[0] / (1 + y[0] * t), y[1] * np.exp(y[0] ** 2 * t / (1 + y[0] * t))],
    ),
    "non-autonomous": (
        {"y": "-y**2 * (1 + 0.5*sin(time))"},
        0.04,
        lambda t, y, time: [1 / (1 / y[0] + t + 0.5 * (np.cos(time) - np.cos(time + t)))],
    ),
    "pure integral": (
        {"y": "exp(-time) * cos(3*time)"},
        0.2,
        lambda t, y, time: [y[0] + _integral(time + t) - _integral(time)],
    ),
}


def _integral(t):
    return np.exp(-t) * (3 * np.sin(3 * t) - np.cos(3 * t)) / 10


class Problem:
    """A problem started from another state and time in every lane, so that no lucky cancellation hides an order."""

    def __init__(self, made: Stepper, longest: float, exact):
        self.made, self.exact = made, exact
        self.lengths = (longest, longest / 2, longest / 4)
        self.states = len(made.program.layout.states)
        self.start = np.random.default_rng(11).uniform(0.2, 1.2, (self.states, WIDTH))
        self.time = np.linspace(0.0, 2.0, WIDTH)

    def error(self, found, after: float) -> float:
        """Root mean square over states and lanes."""
        off = np.asarray(found) - np.array(self.exact(after, self.start, self.time))
        return float(np.sqrt(np.mean(off**2)))


@pytest.fixture(scope="module", params=PROBLEMS)
def problem(request, vector_code, model):
    rates, longest, exact = PROBLEMS[request.param]
    made = Stepper(vector_code, model(rates))
    made.row(RTOL)[:], made.row(ATOL)[:] = 100.0, 100.0  # every step is accepted
    return Problem(made, longest, exact)


def order(errors: list[float]) -> float:
    """The mean order over errors at steps of which each is half the one before."""
    return math.log2(errors[0] / errors[-1]) / (len(errors) - 1)


def test_the_local_error_falls_with_the_sixth_power(problem):
    errors = [problem.error(problem.made.take(problem.start, h, problem.time), h) for h in problem.lengths]
    assert errors[0] < 1e-4
    assert 6 - 0.4 < order(errors) < 6 + 0.7


def test_the_dense_output_error_falls_with_the_fifth_power(problem):
    errors = []
    for length in problem.lengths:
        problem.made.take(problem.start, length, problem.time)
        inside = [
            problem.error([problem.made.between(theta, state) for state in range(problem.states)], theta * length)
            for theta in (0.2, 0.4, 0.6, 0.8)
        ]
        errors.append(max(inside))
    assert 5 - 0.4 < order(errors) < 5 + 0.7


def test_the_dense_output_meets_both_ends(problem):
    found = problem.made.take(problem.start, 0.3, problem.time)
    for state in range(problem.states):
        np.testing.assert_array_equal(problem.made.between(0.0, state), problem.start[state])
        np.testing.assert_array_equal(problem.made.between(1.0, state), found[state])


def test_the_error_estimate_falls_with_the_fifth_power(problem):
    estimates = []
    for length in problem.lengths:
        problem.made.take(problem.start, length, problem.time)
        estimates.append(math.sqrt(problem.made.row(ERROR).mean()))
    assert 5 - 0.4 < order(estimates) < 5 + 0.7


def test_many_steps_converge_with_order_five(problem):
    errors = []
    for length in problem.lengths:
        y, count = problem.start, round(8 * problem.lengths[0] / length)
        for k in range(count):
            y = problem.made.take(y, length, problem.time + k * length)
        errors.append(problem.error(y, count * length))
    assert 5 - 0.4 < order(errors) < 5 + 0.7


@pytest.fixture(scope="module")
def decay(vector_code, model):
    return Stepper(vector_code, model({"y": "-k*y"}, constants={"k": 1.0}), constants=[1.0])


def test_every_lane_has_its_own_step_and_outcome(decay):
    lengths = np.array([0.01, 0.1, 0.2, 0.4, 0.8, 1.6, 100.0, 1e4])
    decay.row(RTOL)[:], decay.row(ATOL)[:] = 1e-4, 1e-4
    found = decay.take([1.0], lengths)[0]
    accepted = decay.row(ERROR) <= 1.0
    assert accepted[:3].all()
    assert not accepted.all()
    np.testing.assert_allclose(found[accepted], np.exp(-lengths[accepted]), rtol=1e-3)
    np.testing.assert_array_equal(found[~accepted], 1.0)  # a refused step changes nothing


def test_a_lane_that_is_not_active_stays(decay):
    decay.row(ACTIVE)[3] = 0.0
    found = decay.take([1.0], 0.1)[0]
    decay.row(ACTIVE)[3] = 1.0
    assert found[3] == 1.0
    np.testing.assert_allclose(np.delete(found, 3), math.exp(-0.1), rtol=1e-6)


def test_the_next_step_is_shorter_after_a_large_error_and_longer_after_a_small_one(decay):
    decay.row(RTOL)[:], decay.row(ATOL)[:] = 1e-6, 1e-6
    decay.take([1.0], np.array([1e-6, 0.05, 0.1, 0.2, 0.4, 0.8, 3.0, 50.0]))
    factor, error = decay.row(FACTOR).copy(), decay.row(ERROR).copy()
    assert factor[0] == pytest.approx(0.9 * 1e-12**-0.1)
    assert factor.min() >= 0.15
    inside = (factor > 0.15) & (factor < 14.0)
    assert inside.sum() >= 2
    np.testing.assert_allclose(factor[inside], 0.9 * error[inside] ** -0.1, rtol=1e-9)


def test_the_error_is_measured_against_the_larger_of_both_ends(vector_code, model):
    """Root mean square of last stage / (atol + rtol max(|before|, |after|)), for growth and for decay."""
    made = Stepper(vector_code, model({"up": "3*up", "down": "-4*down"}))
    made.row(RTOL)[:], made.row(ATOL)[:] = 1e-2, 1e-4
    start = np.outer([0.1, 2.0], np.linspace(1, 2, WIDTH))
    found = made.take(start, 0.5)
    assert np.all(made.row(ERROR) <= 1.0)
    last = made.k.reshape(STAGES, 2, WIDTH)[-1]
    allowed = 1e-4 + 1e-2 * np.maximum(np.abs(start), np.abs(found))
    np.testing.assert_allclose(made.row(ERROR), np.mean((last / allowed) ** 2, axis=0), rtol=1e-12)


@pytest.mark.parametrize("start", [math.nan, math.inf])
def test_a_state_that_is_no_number_is_never_accepted(decay, start):
    values = np.ones((1, WIDTH))
    values[0, 2] = start
    decay.take(values, 0.05)
    good = decay.row(ERROR) <= 1.0
    assert good.tolist() == [lane != 2 for lane in range(WIDTH)]


def test_the_first_step_is_a_share_of_the_time_scale(decay):
    decay.p.reshape(-1, WIDTH)[0] = rates = np.logspace(-4, 4, WIDTH)
    decay.prepare(decay.p)
    decay.y[:WIDTH] = 5.0
    decay.first_step(decay.y, decay.p, decay.control, decay.u)
    decay.p.reshape(-1, WIDTH)[0] = 1.0
    guesses = decay.row(FIRST_STEP) * rates
    np.testing.assert_allclose(guesses, guesses[0], rtol=1e-6)
    assert 1e-3 < guesses[0] < 1.0


# A linear solve without pivoting can fail: the matrix below has a pivot of exactly, or nearly, zero.

#: (diagonal of the step's matrix) = 1 / (length gamma), rounded as the kernel rounds it
DIAGONAL = (1.0 / 0.5) * (1.0 / GAMMA)


@pytest.fixture(scope="module")
def growth(vector_code, model):
    """a' = r a + b, b' = a: the first pivot is diagonal - r, and the matrix is regular even when that is 0."""
    unstable = model({"a": "r*a + b", "b": "a - b"}, constants={"r": 1.0})
    return Stepper(vector_code, unstable)


@pytest.mark.parametrize("off", [0.0, 1e-15, 1e-13])
def test_a_pivot_of_zero_is_noticed(growth, off):
    assert growth.program.plan.pivots[0] == 0
    rates = np.full(WIDTH, 0.1)
    rates[5] = DIAGONAL * (1 + off)
    growth.p.reshape(-1, WIDTH)[0] = rates
    growth.row(RTOL)[:], growth.row(ATOL)[:] = 1e-9, 1e-9
    before = np.full((2, WIDTH), 0.3)
    found = growth.take(before, 0.5)
    assert growth.row(ERROR)[5] == math.inf
    np.testing.assert_array_equal(found[:, 5], before[:, 5])
    assert np.all(np.isfinite(np.delete(growth.row(ERROR), 5)))


def test_a_pivot_of_zero_ends_nobody(model):
    """The step is tried again with another length, and the answer is right."""
    unstable = model({"a": "r*a + b", "b": "a - b"}, initial={"a": 0.3, "b": 0.3}, constants={"r": 1.0})
    simulator = Simulator(unstable)
    rates = DIAGONAL * np.array([0.2, 0.5, 1.0])
    curves, last = simulator.advance(
        simulator.begin({"r": rates}), Events.none(), 0.5, [0.5], rtol=1e-9, atol=1e-12, closed=True
    )
    assert not last.status.any()
    for rate, found in zip(rates, curves[:, :, 0], strict=True):
        values, vectors = np.linalg.eig(np.array([[rate, 1.0], [1.0, -1.0]]))
        exact = vectors @ (np.exp(0.5 * values) * np.linalg.solve(vectors, [0.3, 0.3]))
        np.testing.assert_allclose(found, exact, rtol=1e-7)


def test_control_rows_are_apart():
    rows = (TIME, STEP, ACTIVE, ERROR, RTOL, ATOL, FIRST_STEP, FACTOR)
    assert sorted(rows) == list(range(CONTROL_ROWS))
    assert len(A) == len(C) == len(H[0]) == STAGES
    assert rosenbrock.ORDER == 5


def test_a_lane_done_again_is_right_and_leaves_its_neighbours_alone(model):
    """Powers of 0 and of negative bases take the careful way inside the slopes; the other seven lanes, bit for bit not.

    x = x0 + t passes from negative numbers through 0; y' = x^n with whole n, which no logarithm of x can give.
    """
    simulator = Simulator(model({"x": "1", "y": "x**n", "z": "ln(5 + x) + exp(0.1*x)"}, constants={"n": 3.0}))
    starts = np.full(64, 0.25)
    starts[::3] = -2.0

    def end(x):
        begun = simulator.begin({"x": x, "n": np.where(x < 0, 3.0, 2.5)})
        return simulator.advance(begun, Events.none(), 4.0, rtol=1e-9, atol=1e-12, threads=1)[1]

    mixed, alone = end(starts), end(starts[starts > 0])
    assert not mixed.status.any()
    np.testing.assert_array_equal(mixed.states[starts > 0], alone.states)
    np.testing.assert_allclose(mixed.states[starts < 0, 1], (2.0**4 - 2.0**4) / 4, atol=1e-10)
    np.testing.assert_allclose(alone.states[:, 1], (4.25**3.5 - 0.25**3.5) / 3.5, rtol=1e-8)
