"""What is watched: comparisons wherever a trigger reads them, and equalities that no step could find."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import Unsupported
from unmoor.engine.event_watch import watch
from unmoor.model.event import Event, EventAssignment


@pytest.fixture
def watched(model, tree):
    def make(trigger, assignments=(), infused=()):
        event = Event("e", tree(trigger), True, True, tree("k"), None, True, (EventAssignment("b", tree("a + 1")),))
        written = model(
            {"a": "1", "b": 0.0}, constants={"k": 2.0}, assignments=dict(assignments), outputs=["a"], events=(event,)
        )
        return watch(written, ["a"], infused)

    return make


def test_comparisons_are_found_through_assigned_symbols(watched):
    found = watched("a > 1 and (not (x) or y < 2)", {"x": "1 if b >= k else 0", "y": "a*b"})
    assert len(found.outputs[found.differences]) == 3
    assert found.exact == (False, False, False)
    assert found.model.events == ()
    assert found.reported == 1


def test_places_of_delay_priority_and_values(watched):
    found = watched("a > 1")
    assert found.outputs[found.delays[0]] == "delay of event 0"
    assert found.priorities == (-1,)
    assert found.outputs[found.values[0][0]] == "value 0 b"
    assert found.factors == ((-1,),)
    assert found.rows == ((1,),)


def test_signs_are_truths_and_for_equality_the_side(watched):
    found = watched("a > 1 and time == 3")
    seen = np.zeros((2, len(found.outputs)))
    seen[0, found.differences] = [0.5, -1.0]
    seen[1, found.differences] = [-0.5, 0.0]
    seen[0, found.truths.start] = 1.0
    np.testing.assert_array_equal(found.signs(seen)[:, :2], [[1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize("trigger", ["a == 1", "2*time == 3", "a == time", "x == 1"])
def test_an_equality_that_moves_is_refused(watched, trigger):
    with pytest.raises(Unsupported, match="ask which one is greater"):
        watched(trigger, {"x": "2*a"})


@pytest.mark.parametrize("trigger", ["time == 3", "k == time", "b == 1"])
def test_an_equality_that_is_reached_exactly_is_watched(watched, trigger):
    assert watched(trigger).exact == (True,)


def test_an_infusion_makes_a_state_move(watched):
    with pytest.raises(Unsupported):
        watched("b == 1", infused=["b"])
