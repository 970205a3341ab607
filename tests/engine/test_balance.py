"""What a steady start balances: only the unknown states, with everything else at its start."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import Unsupported
from unmoor.engine.balance import balance


@pytest.fixture(scope="module")
def made(model):
    return model(
        {"depot": "-ka*depot", "x": "k*rate - q*x*on + depot", "y": "x - y + z", "z": "0*x"},
        initial={"depot": "dose", "x": "x0", "y": "2*x", "z": "x + 1", "rate": "x + base"},
        constants={"ka": 1.0, "k": 2.0, "q": 3.0, "on": 1.0, "dose": 5.0, "x0": 7.0, "base": 11.0},
        switches=["on"],
    ).starting_steady("x", "y")


ROW = {"ka": 0, "k": 1, "q": 2, "dose": 3, "x0": 4, "base": 5, "on": 6}


def leaves(values: dict[str, float], states: dict[int, float]) -> dict[tuple[str, float], float]:
    found = {("param", row): values[name] for name, row in ROW.items()}
    return found | {("state", row): value for row, value in states.items()}


def test_the_unknown_states_are_the_rows(made):
    laid_out = balance(made)
    assert laid_out.layout.states == ("x", "y")
    assert laid_out.layout.given == ("ka", "k", "q", "dose", "x0", "base", "on")
    assert not laid_out.layout.has_clock


def test_the_rates_see_other_states_at_their_start_even_where_that_depends_on_an_unknown(made, value_of):
    laid_out = balance(made)
    at = leaves(dict(made.constants), {0: 1.5, 1: 4.0})
    x, y = (value_of(laid_out.graph, node, at) for node in laid_out.slopes)
    assert x == pytest.approx(2 * (1.5 + 11) - 3 * 1.5 + 5)  # rate and depot at their starts
    assert y == pytest.approx(1.5 - 4.0 + (1.5 + 1))  # z starts at x + 1
    entries = {place: value_of(laid_out.graph, node, at) for place, node in laid_out.entries.items()}
    assert entries == pytest.approx({(0, 0): 2 - 3, (1, 0): 2.0, (1, 1): -1.0})


def test_the_guess_is_the_initial_expression(made, value_of):
    laid_out = balance(made)
    at = leaves(dict(made.constants), {})
    assert [value_of(laid_out.graph, node, at) for node in laid_out.start] == [7.0, 14.0]


def test_a_held_state_is_a_row_of_its_own(made, value_of):
    laid_out = balance(made, ["depot", "y"])
    assert laid_out.layout.states == ("x",)
    assert laid_out.layout.given[-2:] == ("start of depot", "start of y")
    at = leaves(dict(made.constants), {0: 1.5}) | {("param", 7): 100.0, ("param", 8): 0.0}
    assert value_of(laid_out.graph, laid_out.slopes[0], at) == pytest.approx(2 * 12.5 - 4.5 + 100)


def test_what_flows_through_a_state_counts_what_cancels(made, value_of):
    laid_out = balance(made)
    at = leaves(dict(made.constants), {0: 1.5, 1: -4.0})
    x, y = (value_of(laid_out.graph, node, at) for node in laid_out.outputs)
    assert x == pytest.approx(2 * (1.5 + 11) + 3 * 1.5 + 5)
    assert y == pytest.approx(1.5 + 4.0 + 2.5)


def test_a_condition_counts_the_side_it_takes(model, value_of):
    made = model({"x": "(1 - 3*x if x > 2 else x - 5)"}, initial={"x": 1.0}).starting_steady()
    laid_out = balance(made)
    flows = [value_of(laid_out.graph, laid_out.outputs[0], {("state", 0): np.float64(x)}) for x in (1.0, 4.0)]
    assert flows == [6.0, 13.0]


def test_time_in_a_rate_is_refused_and_in_a_guess_is_zero(model, value_of):
    with pytest.raises(Unsupported, match="'x' cannot start steady: its rate depends on time"):
        balance(model({"x": "a - x"}, assignments={"a": "time"}).starting_steady())
    laid_out = balance(model({"x": "1 - x"}, initial={"x": "time + 3"}).starting_steady())
    assert value_of(laid_out.graph, laid_out.start[0], {}) == 3.0
