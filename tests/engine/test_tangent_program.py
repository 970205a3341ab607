"""Where tangents live and what moves them: every derivative of the layout against differences of the nodes."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.engine.tangent_program import scale, tangent, tangent_program

CONSTANTS = {"k": 0.7, "q": 1.3, "n": 2.5, "x0": 4.0}


@pytest.fixture(scope="module")
def made(model):
    return model(
        {"x": "-k*x*y + q*time", "y": "x**n/(1 + x) - on*y*half"},
        initial={"x": "x0*k", "y": "1", "half": "q/2"},
        constants={**CONSTANTS, "on": 1.0},
        assignments={"product": "k*x*y*y"},
        switches=["on"],
        outputs=["product", "y"],
    )


@pytest.fixture(scope="module")
def laid_out(made):
    return tangent_program(made, ["product", "y"], ["x"], ["k", "q", "n", "x"], [("x", "q")])


def test_blocks_stand_before_the_states_with_a_row_for_every_row(laid_out):
    layout = laid_out.layout
    assert layout.states[:3] == ("d x / d k", "d y / d k", "d time / d k")
    assert layout.states[-2:] == ("x", "y")
    assert layout.has_clock
    assert layout.block == laid_out.base.layout.rows == 3
    assert layout.rows == 3 * 5 == len(layout.needed)
    assert layout.outputs == ("product", "y", *(tangent(o, p) for p in "kqnx" for o in ("product", "y")))
    assert layout.given == ("k", "q", "n", "x0", "on", *map(scale, "kqnx"), "input of x", "input of d x / d q")
    assert layout.factors == laid_out.room.end - layout.entries


def leaves(laid_out, point, states, scales):
    rows = {name: row for row, name in enumerate(laid_out.base.layout.given)}
    found = {("param", rows[name]): value for name, value in point.items()}
    found |= {("param", rows[scale(name)]): value for name, value in scales.items()}
    found |= {("switch", rows["on"]): 1.0, ("switch", rows["input of x"]): 0.0, ("switch", len(rows)): 0.0}
    return found | {("state", row): value for row, value in enumerate(states)}


STATES = (1.7, 0.9, 0.4)
SCALES = {"k": 0.7, "q": 2.0, "n": 1.0, "x": 1.0}
CONSTANT = {name: j for j, name in enumerate("kqn")}


def moved(laid_out, value_of, node, name=None, row=None):
    """The complex-step derivative of a node by a constant or by a state."""
    point, states = {key: complex(v) for key, v in CONSTANTS.items()}, [complex(v) for v in STATES]
    if name is not None:
        point[name] += 1e-30j
    if row is not None:
        states[row] += 1e-30j
    return np.imag(value_of(laid_out.base.graph, node, leaves(laid_out, point, states, SCALES))) / 1e-30


@pytest.mark.parametrize("name", list(CONSTANT))
def test_derivatives_by_parameters_are_scaled(laid_out, value_of, name):
    at, j, base = leaves(laid_out, CONSTANTS, STATES, SCALES), CONSTANT[name], laid_out.base
    for table, roots in ((laid_out.slope_by, base.slopes), (laid_out.start_by, base.start),
                         (laid_out.output_by, base.outputs)):  # fmt: skip
        for i, root in enumerate(roots):
            found = value_of(base.graph, table[i, j], at) if (i, j) in table else 0.0
            assert found == pytest.approx(SCALES[name] * moved(laid_out, value_of, root, name), rel=1e-12, abs=1e-14)


def test_an_initial_state_moves_no_rate(laid_out):
    assert not [place for place in laid_out.slope_by if place[1] == 3]


def test_the_matrix_below_is_the_derivative_of_a_tangent_s_rate(laid_out, value_of):
    """d (J s + p df/dp) / dy for every parameter, at random tangents."""
    base, at = laid_out.base, leaves(laid_out, CONSTANTS, STATES, SCALES)
    s = np.random.default_rng(4).standard_normal((3, 3))
    s[:, 2] = 0.0  # the clock does not depend on parameters
    for j in range(3):
        for i in range(3):
            for k in range(3):
                terms = laid_out.second.get((i, k), ())
                found = sum(value_of(base.graph, node, at) * s[j, column] for column, node in terms)
                if (i, k, j) in laid_out.slope_by_state:
                    found += value_of(base.graph, laid_out.slope_by_state[i, k, j], at)
                row = [(column, node) for (r, column), node in base.entries.items() if r == i]
                expected = sum(moved(laid_out, value_of, node, row=k) * s[j, column] for column, node in row)
                if (i, j) in laid_out.slope_by:
                    expected += moved(laid_out, value_of, laid_out.slope_by[i, j], row=k)
                assert found == pytest.approx(expected, rel=1e-10, abs=1e-13)
                assert found == 0.0 or (i, k) in laid_out.places


def test_outputs_by_states(laid_out, value_of):
    at, base = leaves(laid_out, CONSTANTS, STATES, SCALES), laid_out.base
    for o, root in enumerate(base.outputs):
        for k in range(3):
            node = laid_out.output_by_state.get((o, k))
            found = 0.0 if node is None else value_of(base.graph, node, at)
            assert found == pytest.approx(moved(laid_out, value_of, root, row=k), rel=1e-12, abs=1e-14)


def test_what_is_stored_is_what_no_parameter_row_holds(laid_out):
    graph, base = laid_out.base.graph, laid_out.base
    for node in (*laid_out.kept, *laid_out.terms):
        assert graph.nodes[node].op not in ("number", "param", "switch")
        assert node not in base.derived
    assert len(set(laid_out.kept)) == len(laid_out.kept)


def test_a_steady_start_carries_its_parameters_along(model):
    made = model({"x": "k - x", "y": "-r*y"}, initial={"y": "2*x", "r": "x"}, constants={"k": 3.0}).starting_steady("x")
    laid_out = tangent_program(made, ["y"], [], ["k"])
    given = laid_out.base.layout.given
    assert given == ("k", "start of x", "scale of k", "d start of x / d k")
    # y starts at twice the start of x, and its rate holds the start of x
    assert {place[0] for place in laid_out.start_by} == {0, 1}
    assert {place[0] for place in laid_out.slope_by} == {0, 1}
