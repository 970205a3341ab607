"""Eight lengths of one step at a call, against the exponential they follow."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.engine import kernel
from unmoor.engine.event_lanes import Lanes
from unmoor.engine.vector_ir import WIDTH

LENGTHS = 0.02 * np.arange(1, WIDTH + 1)


@pytest.fixture
def lanes(model):
    written = model({"y": "-k*y", "z": "time"}, constants={"k": 3.0}, assignments={"w": "k*y + time"})
    made = Lanes(kernel.build(written, ["y", "w"]), 1e-4, 1e-9)
    made.prepare(np.array([3.0]))
    return made


def test_each_lane_has_its_length(lanes):
    found = lanes.step(np.array([2.0, 1.0]), 5.0, LENGTHS)
    np.testing.assert_allclose(found.states[:, 0], 2.0 * np.exp(-3.0 * LENGTHS), rtol=1e-5)
    np.testing.assert_allclose(found.states[:, 1], 1.0 + 5.0 * LENGTHS + LENGTHS**2 / 2, rtol=1e-12)
    assert np.all(np.diff(found.errors) >= 0)
    assert np.all(found.factors > 0)


def test_outputs_are_those_of_the_states_and_times_given(lanes):
    states = np.array([[float(k), 0.0] for k in range(WIDTH)])
    times = np.linspace(0.0, 7.0, WIDTH)
    np.testing.assert_array_equal(lanes.observe(states, times), np.stack([states[:, 0], 3 * states[:, 0] + times], 1))


def test_parameters_are_taken_again(lanes):
    lanes.prepare(np.array([1.0]))
    found = lanes.step(np.array([2.0, 0.0]), 0.0, LENGTHS)
    np.testing.assert_allclose(found.states[:, 0], 2.0 * np.exp(-LENGTHS), rtol=1e-5)


def test_the_first_step_and_the_worst_state(lanes):
    assert 1e-3 < 3.0 * lanes.first_step(np.array([2.0, 1.0]), 0.0) < 1.0
    lanes.step(np.array([2.0, 1.0]), 0.0, np.full(WIDTH, 2.0))
    assert lanes.worst() == 0
    lanes.step(np.array([2.0, np.nan]), 0.0, np.full(WIDTH, 2.0))
    assert lanes.worst() == 1


def test_a_refused_length_leaves_its_lane_where_it_was(lanes):
    found = lanes.step(np.array([2.0, 1.0]), 0.0, 5 * LENGTHS)
    refused = found.errors > 1.0
    assert 0 < refused.sum() < WIDTH
    np.testing.assert_array_equal(found.states[refused], [[2.0, 1.0]] * refused.sum())
