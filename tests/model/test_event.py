"""Events are values like the rest of a model."""

import dataclasses

import pytest

from unmoor.model.event import Event, EventAssignment
from unmoor.model.expression import ONE


def test_an_event_cannot_be_changed_and_equals_its_like():
    event = Event("e", ONE, True, True, None, None, True, (EventAssignment("x", ONE),))
    assert event == dataclasses.replace(event)
    assert event.assignments[0].times == ""
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.name = "f"
