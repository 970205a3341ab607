"""A model laid out in rows: what is given, what is derived once, what is carried as a state."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.engine.layout import program


def ops_of(laid_out, roots) -> set[str]:
    """Operations that the roots need inside a step, beyond what is loaded."""
    graph, found, stack = laid_out.graph, set(), list(roots)
    while stack:
        node = stack.pop()
        if node not in laid_out.derived and graph.nodes[node].op not in ("param", "switch", "state", "number"):
            found.add(graph.nodes[node].op)
            stack.extend(graph.nodes[node].args)
    return found


@pytest.fixture(scope="module")
def pk(model):
    return model(
        {"depot": "-ka*depot", "central": "ka*depot - cl/v*central - on*dialysis*central"},
        initial={"central": "v*c0", "baseline": "c0*2"},
        constants={"on": 0.0, "ka": 1.0, "cl": 2.0, "v": 10.0, "c0": 0.5, "dialysis": 3.0},
        assignments={"concentration": "central/v", "change": "concentration/baseline"},
        switches=["on"],
        outputs=["concentration"],
    )


def test_rows_in_order(pk):
    layout = program(pk, ["concentration"], ["central"]).layout
    assert layout.states == ("depot", "central")
    assert layout.given == ("ka", "cl", "v", "c0", "dialysis", "on", "input of central")
    assert layout.rows == 2
    assert not layout.has_clock


def test_targets_of_events(pk):
    layout = program(pk, ["concentration"], ["central"]).layout
    assert layout.target("depot") == (0, -1)
    assert layout.target("central") == (1, 6)
    assert layout.target("on") == (-1, 5)
    assert layout.target("ka") == (-1, 0)
    assert layout.target("concentration") is None


def test_what_depends_on_constants_alone_is_derived_once(pk):
    laid_out = program(pk, ["concentration"], [])
    assert laid_out.layout.derived == len(laid_out.derived) > 0
    assert "recip" not in ops_of(laid_out, [*laid_out.slopes, *laid_out.entries.values(), *laid_out.outputs])
    first = len(laid_out.layout.given)
    assert sorted(laid_out.derived.values()) == list(range(first, first + laid_out.layout.derived))


def test_what_depends_on_a_switch_is_never_derived(model):
    switched = model({"y": "-exp(on) * y"}, constants={"on": 0.0}, switches=["on"])
    laid_out = program(switched, ["y"], [])
    assert not laid_out.derived
    assert "exp" in ops_of(laid_out, laid_out.slopes)


def test_outputs_that_are_constant_or_derived(model, value_of):
    plain = model({"y": "-k*y"}, constants={"k": 2.0}, assignments={"half_life": "0.6931471805599453/k"})
    laid_out = program(plain, ["half_life", "k"], [])
    assert laid_out.layout.needed == ()
    leaves = {("param", 0): 2.0}
    assert [value_of(laid_out.graph, node, leaves) for node in laid_out.outputs] == [0.6931471805599453 / 2, 2.0]


@pytest.mark.parametrize(
    ("rates", "outputs", "clock"),
    [
        ({"y": "-y"}, ["y"], False),
        ({"y": "-y*sin(time)"}, ["y"], True),
        ({"y": "-y*season"}, ["y"], True),
        ({"y": "-y"}, ["season"], True),
        ({"y": "-y + 0*time"}, ["y"], False),
    ],
)
def test_the_clock_is_carried_only_where_time_is_used(model, rates, outputs, clock):
    seasonal = model(rates, assignments={"season": "1 + cos(time)"})
    laid_out = program(seasonal, outputs, [])
    assert laid_out.layout.has_clock is clock
    assert laid_out.layout.rows == 1 + clock
    assert len(laid_out.slopes) == len(laid_out.start) == 1 + clock
    if clock:
        assert laid_out.graph.value(laid_out.slopes[-1]) == 1.0


def test_a_rate_in_time_has_its_partial_derivative_by_time(model, value_of):
    laid_out = program(model({"y": "-y*sin(time)"}), ["y"], [])
    leaves = {("state", 0): 3.0, ("state", 1): 0.4}
    entries = {place: value_of(laid_out.graph, node, leaves) for place, node in laid_out.entries.items()}
    assert entries == pytest.approx({(0, 0): -np.sin(0.4), (0, 1): -3 * np.cos(0.4)})


def test_an_input_is_added_to_its_state_only(pk, value_of):
    laid_out = program(pk, ["concentration"], ["central"])
    leaves = {("state", 0): 0.0, ("state", 1): 0.0, ("switch", 6): 7.0, ("switch", 5): 0.0}
    leaves |= {("param", k): 1.0 for k in range(5)}
    assert [value_of(laid_out.graph, node, leaves) for node in laid_out.slopes] == [0.0, 7.0]


def test_needed_states_are_those_of_the_outputs(pk):
    assert program(pk, ["concentration"], []).layout.needed == (1,)
    assert program(pk, ["depot"], []).layout.needed == (0,)
    assert program(pk, ["change", "depot"], []).layout.needed == (0, 1)


def test_start_values_follow_the_parameters(pk, value_of):
    laid_out = program(pk, ["concentration"], [])
    leaves = {("param", k): float(k + 2) for k in range(5)}  # ka cl v c0 dialysis
    assert [value_of(laid_out.graph, node, leaves) for node in laid_out.start] == [0.0, 4.0 * 5.0]


def test_a_parameter_assigned_at_the_start_stays_when_states_move(model, value_of):
    kept = model({"y": "-y"}, initial={"y": "y0", "first": "2*y"}, constants={"y0": 3.0})
    laid_out = program(kept, ["first"], [])
    assert value_of(laid_out.graph, laid_out.outputs[0], {("param", 0): 3.0, ("state", 0): 99.0}) == 6.0


def test_assignments_may_come_in_any_order(model, value_of):
    shuffled = model({"y": "a*y"}, assignments={"a": "b+1", "b": "c*2", "c": "y"})
    laid_out = program(shuffled, ["a"], [])
    assert value_of(laid_out.graph, laid_out.outputs[0], {("state", 0): 4.0}) == 9.0


@pytest.mark.parametrize(
    ("assignments", "initial", "circle"),
    [
        ({"a": "b", "b": "a"}, {}, "a -> b -> a"),
        ({"a": "a + 1"}, {}, "a -> a"),
        ({"a": "y"}, {"y": "a"}, "y -> a -> y"),
    ],
)
def test_a_circle_is_shown(model, assignments, initial, circle):
    with pytest.raises(UnmoorError) as caught:
        program(model({"y": "-a*y"}, assignments=assignments, initial=initial), ["y"], [])
    assert circle in str(caught.value)


def test_the_jacobian_is_that_of_the_whole_right_hand_side(pk, value_of):
    laid_out = program(pk, ["concentration"], [])
    values = {"ka": 1.5, "cl": 2.0, "v": 10.0, "c0": 0.5, "dialysis": 3.0, "on": 1.0}
    leaves = {("param", k): values[name] for k, name in enumerate(laid_out.layout.constants)}
    leaves |= {("switch", 5): 1.0, ("state", 0): 7.0, ("state", 1): 11.0}
    found = {place: value_of(laid_out.graph, node, leaves) for place, node in laid_out.entries.items()}
    assert found == pytest.approx({(0, 0): -1.5, (1, 0): 1.5, (1, 1): -0.2 - 3.0})
