"""Changes inside a step: the first one, to the last bit; those undone before the next sample; what is not resolved."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmoor.engine import kernel
from unmoor.engine.event_lanes import Lanes
from unmoor.engine.event_search import SHARES, Search
from unmoor.engine.event_watch import watch
from unmoor.model.event import Event


@pytest.fixture
def search(model, tree):
    def make(trigger, begin=0.0, rtol=1e-10):
        """x = sin(t), y = cos(t) at `begin`; the step may be long, as its error is not what is tried here."""
        events = (Event("e", tree(trigger), True, True, None, None, True, ()),)
        seen_by = watch(model({"x": "y", "y": "-x"}, events=events), ["x"], ())
        lanes = Lanes(kernel.build(seen_by.model, seen_by.outputs), rtol, rtol)
        lanes.prepare(np.empty(0))
        states = np.array([math.sin(begin), math.cos(begin)])
        return Search(lanes, seen_by, begin, states, lanes.observe(states[None], begin)[0])

    return make


def sampled(search, length):
    return search.sample(search.time + length * SHARES)


def test_a_change_is_located_to_the_last_bit(search):
    found = search("time > 0.3", rtol=1e-2)
    samples = sampled(found, 1.0)
    time, _, seen = found.locate(*found.bracket(samples))
    assert time == math.nextafter(0.3, 1.0)
    assert seen[found.watch.triggers] == [1.0]


def test_at_least_is_found_at_the_value_itself(search):
    found = search("time >= 0.3", rtol=1e-2)
    assert found.locate(*found.bracket(sampled(found, 1.0)))[0] == 0.3


def test_a_state_is_located_where_it_truly_is(search):
    found = search("x > 0.1", rtol=1e-8)
    time, states, _ = found.locate(*found.bracket(sampled(found, 0.2)))
    assert time == pytest.approx(math.asin(0.1), abs=1e-8)
    assert states[0] > 0.1
    before = found.sample(np.array([np.nextafter(time, 0.0)]))
    assert before.states[0, 0] <= 0.1


def test_the_first_of_several_changes_is_taken(search):
    found = search("time > 0.9 or time > 0.27 or x > 0.9", rtol=1e-2)
    assert found.locate(*found.bracket(sampled(found, 1.0)))[0] == math.nextafter(0.27, 1.0)


@pytest.mark.parametrize("height", [1e-5, 1e-8, 1e-11])
def test_a_change_that_is_undone_between_samples_is_found(search, height):
    """sin exceeds 1 - height about its maximum for 2 sqrt(2 height) only."""
    found = search(f"x > {1 - height!r}", begin=math.pi / 2 - 0.11, rtol=1e-3)
    samples = sampled(found, 0.2)
    assert found.changed(samples) == -1  # no sample sees it
    time, *_ = found.locate(*found.bracket(samples))
    assert time == pytest.approx(math.pi / 2 - math.sqrt(2 * height), abs=0.3 * math.sqrt(2 * height))


def test_a_near_miss_is_no_change(search):
    found = search("x > 1.00001", begin=math.pi / 2 - 0.11, rtol=1e-3)
    assert found.bracket(sampled(found, 0.2)) is None


def test_a_condition_on_time_that_the_samples_do_not_show_is_not_resolved(search):
    found = search("sin(40*time) > 0.999999")
    assert not found.resolved(sampled(found, 1.0))
    assert found.resolved(sampled(found, 0.01))


def test_an_oscillation_in_step_with_the_samples_is_not_resolved(search):
    found = search(f"sin({2 * math.pi * 8!r}*time) > 0.9", rtol=1e-2)
    for turns in (1, 2, 4, 8):
        assert not found.resolved(sampled(found, turns / 8))


def test_a_refused_sample_is_told(search):
    found = search("x > 0.1", rtol=1e-12)
    assert not sampled(found, 3.0).accepted
    assert found.locate(0.0, sampled(found, 3.0), 7) is None
