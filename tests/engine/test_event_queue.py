"""What happens at one instant: order, waiting, taking back, cascades; outputs are written down by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmoor.engine.event_queue import EventFault, Queue
from unmoor.engine.event_watch import watch
from unmoor.model.event import Event, EventAssignment
from unmoor.model.expression import OPERATIONS, evaluate


@pytest.fixture
def queue(model, tree):
    """A queue of events on states a, b, c (all standing still), and a way to settle it at a time."""

    def make(*events):
        written = tuple(
            Event(
                name=each["name"],
                trigger=tree(each["trigger"]),
                initial_value=each.get("initial_value", True),
                persistent=each.get("persistent", True),
                delay=None if "delay" not in each else tree(each["delay"]),
                priority=None if "priority" not in each else tree(each["priority"]),
                from_trigger_time=each.get("early", True),
                assignments=tuple(
                    EventAssignment(state, tree(value), each.get("times", "")) for state, value in each["sets"].items()
                ),
            )
            for each in events
        )
        still = model(dict.fromkeys("abc", 0.0), constants={"k": 2.0}, events=written)
        seen_by = watch(still, ["a"], ())
        waiting = Queue(seen_by)

        def settle(time, **states):
            def observe(values):
                known = {"time": time, "k": 2.0, **dict(zip("abc", values, strict=True))}
                for name, expression in seen_by.model.assignments.items():
                    known[name] = float(evaluate(expression, known))
                return np.array([known[name] for name in seen_by.outputs])

            start = np.array([states.get(name, 0.0) for name in "abc"])
            found, executed = waiting.settle(time, start, observe)
            return dict(zip("abc", found.tolist(), strict=True)), executed

        settle.queue = waiting
        return settle

    return make


def test_a_trigger_happens_once_when_it_turns_true(queue):
    settle = queue({"name": "e", "trigger": "a > 1", "sets": {"b": "b + 1"}})
    assert settle(0.0, a=0.0) == ({"a": 0.0, "b": 0.0, "c": 0.0}, False)
    assert settle(1.0, a=2.0)[0]["b"] == 1.0
    assert settle(2.0, a=2.0) == ({"a": 2.0, "b": 0.0, "c": 0.0}, False)  # it stays true
    assert not settle(3.0, a=0.0)[1]
    assert settle(4.0, a=2.0)[1]


@pytest.mark.parametrize(("before", "happens"), [(True, False), (False, True)])
def test_the_truth_before_the_start_decides_about_the_start(queue, before, happens):
    settle = queue({"name": "e", "trigger": "a >= 0", "sets": {"b": 5}, "initial_value": before})
    assert settle(0.0)[1] is happens


def test_higher_priority_goes_first_and_sees_what_came_before(queue):
    events = [
        {"name": name, "trigger": "time >= 1", "sets": {"a": f"10*a + {k}"}, "priority": priority, "early": False}
        for k, (name, priority) in enumerate([("low", 1), ("high", 3), ("middle", 2)], start=1)
    ]
    settle = queue(*events)
    settle(0.0)
    assert settle(1.0)[0]["a"] == 231.0


def test_equal_priorities_go_in_document_order_and_none_goes_last(queue):
    settle = queue(
        {"name": "none", "trigger": "time >= 1", "sets": {"a": "10*a + 1"}, "early": False},
        *(
            {"name": f"{k}", "trigger": "time >= 1", "sets": {"a": f"10*a + {k}"}, "priority": -5, "early": False}
            for k in (2, 3)
        ),
    )
    settle(0.0)
    assert settle(1.0)[0]["a"] == 231.0


def test_priorities_are_taken_when_an_execution_is_due(queue):
    """Executing the first raises the priority of the third above the second's."""
    settle = queue(
        {"name": "1", "trigger": "time >= 1", "sets": {"b": 9, "a": "10*a + 1"}, "priority": 5, "early": False},
        {"name": "2", "trigger": "time >= 1", "sets": {"a": "10*a + 2"}, "priority": 3, "early": False},
        {"name": "3", "trigger": "time >= 1", "sets": {"a": "10*a + 3"}, "priority": "b", "early": False},
    )
    settle(0.0)
    assert settle(1.0)[0]["a"] == 132.0


def test_values_are_those_of_the_trigger_or_of_the_execution(queue):
    for early, expected in ((True, 11.0), (False, 21.0)):
        settle = queue({"name": "e", "trigger": "time >= 1", "delay": 2, "sets": {"b": "a + 1"}, "early": early})
        settle(0.0)
        assert settle(1.0, a=10.0) == ({"a": 10.0, "b": 0.0, "c": 0.0}, False)
        assert settle.queue.next_time == 3.0
        assert settle(3.0, a=20.0)[0]["b"] == expected
        assert settle.queue.next_time == math.inf


def test_simultaneous_events_take_their_values_before_any_is_executed(queue):
    settle = queue(
        {"name": "1", "trigger": "time >= 1", "sets": {"a": "b"}, "priority": 2},
        {"name": "2", "trigger": "time >= 1", "sets": {"b": "a"}, "priority": 1},
    )
    settle(0.0)
    assert settle(1.0, a=1.0, b=2.0)[0] == {"a": 2.0, "b": 1.0, "c": 0.0}


def test_assignments_of_one_event_happen_at_once(queue):
    settle = queue({"name": "e", "trigger": "time >= 1", "sets": {"a": "b", "b": "a"}, "early": False})
    settle(0.0)
    assert settle(1.0, a=1.0, b=2.0)[0] == {"a": 2.0, "b": 1.0, "c": 0.0}


@pytest.mark.parametrize(("persistent", "c"), [(True, 7.0), (False, 0.0)])
def test_another_event_at_the_same_instant_takes_a_waiting_one_back(queue, persistent, c):
    settle = queue(
        {"name": "first", "trigger": "a > 1", "sets": {"a": 0}, "priority": 2},
        {"name": "second", "trigger": "a > 1", "sets": {"c": 7}, "priority": 1, "persistent": persistent},
    )
    settle(0.0)
    assert settle(1.0, a=2.0)[0] == {"a": 0.0, "b": 0.0, "c": c}


@pytest.mark.parametrize(("persistent", "happens"), [(True, True), (False, False)])
def test_a_delayed_execution_is_taken_back_when_its_trigger_turns_false(queue, persistent, happens):
    settle = queue({"name": "e", "trigger": "a > 1", "delay": 2, "sets": {"b": 1}, "persistent": persistent})
    settle(0.0)
    settle(1.0, a=2.0)
    settle(2.0, a=0.0)
    assert settle(3.0, a=0.0)[1] is happens


def test_a_trigger_may_wait_for_several_executions(queue):
    settle = queue({"name": "e", "trigger": "a > 1", "delay": 3, "sets": {"b": "time"}, "early": True})
    settle(0.0)
    settle(1.0, a=2.0)
    settle(1.5, a=0.0)
    settle(2.0, a=2.0)
    assert len(settle.queue.waiting) == 2
    assert settle(4.0, a=2.0)[0]["b"] == 1.0
    assert settle(5.0, a=2.0)[0]["b"] == 2.0


def test_events_set_off_others_at_the_same_instant(queue):
    settle = queue(
        {"name": "3", "trigger": "b > 0", "sets": {"c": "c + 1"}},
        {"name": "1", "trigger": "time >= 1", "sets": {"a": 1}},
        {"name": "2", "trigger": "a > 0", "sets": {"b": 1}},
    )
    settle(0.0)
    assert settle(1.0)[0] == {"a": 1.0, "b": 1.0, "c": 1.0}


def test_a_factor_is_that_before_the_event(queue):
    settle = queue({"name": "e", "trigger": "time >= 1", "sets": {"a": 3, "b": 5}, "times": "b"})
    settle(0.0)
    assert settle(1.0, b=4.0)[0] == {"a": 12.0, "b": 20.0, "c": 0.0}


@pytest.mark.parametrize(
    "event",
    [
        {"name": "e", "trigger": "time >= 1", "delay": "0 - 1", "sets": {"b": 1}},
        {"name": "e", "trigger": "time >= 1", "delay": "0/a", "sets": {"b": 1}},
        {"name": "e", "trigger": "time >= 1", "sets": {"b": "1/a"}},
        {"name": "e", "trigger": "a == 0 and time >= 1", "sets": {"a": 0}, "early": False},
    ],
)
def test_what_cannot_be_carried_out_is_told(queue, event):
    settle = queue(event)
    settle(0.0)
    if event["sets"] == {"a": 0}:
        assert settle(1.0)[1]  # true once and staying true is no fault
    else:
        with pytest.raises(EventFault):
            settle(1.0)


def test_events_that_never_end_are_told(queue):
    settle = queue(
        {"name": "up", "trigger": "a > 1", "sets": {"a": 0}}, {"name": "down", "trigger": "a < 1", "sets": {"a": 2}}
    )
    settle(0.0)
    with pytest.raises(EventFault):
        settle(1.0, a=2.0)


def test_the_operations_of_the_fixture_are_the_models():
    assert OPERATIONS["gt"](2.0, 1.0) == 1.0
