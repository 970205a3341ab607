"""A simulator with tangents: how they begin, what they are scaled by, and that a snapshot carries them on."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.dosing.events import Events
from unmoor.engine.simulator import Simulator
from unmoor.engine.tangent_simulator import TangentSimulator


@pytest.fixture(scope="module")
def made(model):
    return model(
        {"x": "-k*x", "y": "k*x - q*y"}, initial={"x": "a*k", "y": "0"}, constants={"k": 0.5, "q": 0.2, "a": 4.0}
    )


@pytest.fixture(scope="module")
def simulator(made):
    return TangentSimulator(made, ["k", "a", "y", "q"], ["x", "y"])


def test_scales_are_the_sizes_of_parameters_or_one(simulator):
    start = simulator.begin({"k": [0.5, -2.0, 0.0], "y": [0.0, 3.0, -7.0]})
    np.testing.assert_array_equal(simulator.scales(start), [[0.5, 4, 1, 0.2], [2, 4, 3, 0.2], [1, 4, 7, 0.2]])


def test_tangents_begin_with_the_derivatives_of_the_start(simulator):
    start = simulator.begin({"k": [0.5, 0.25]})
    named = dict(zip(simulator.layout.states, start.states.T, strict=True))
    assert named["d x / d k"].tolist() == [0.5 * 4.0, 0.25 * 4.0]
    assert named["d x / d a"].tolist() == [4.0 * 0.5, 4.0 * 0.25]
    assert named["d y / d y"].tolist() == [1.0, 1.0]
    assert not named["d x / d y"].any()
    assert not named["d x / d q"].any()


def test_a_state_that_is_given_does_not_depend_on_what_computes_it(simulator):
    named = dict(zip(simulator.layout.states, simulator.begin({"x": [3.0], "k": [0.5]}).states[0], strict=True))
    assert named["x"] == 3.0
    assert named["d x / d k"] == named["d x / d a"] == 0.0


def test_a_snapshot_carries_tangents_on(simulator):
    start = simulator.begin({"k": np.linspace(0.3, 0.9, 20)})
    options = {"rtol": 1e-9, "atol": 1e-12}
    _, half = simulator.advance(start, Events.none(), 2.0, **options)
    curves, last = simulator.advance(half, Events.none(), 5.0, [5.0], closed=True, **options)
    whole, same = simulator.advance(start, Events.none(), 5.0, [5.0], closed=True, **options)
    np.testing.assert_allclose(curves, whole, rtol=1e-7)
    np.testing.assert_allclose(last.states, same.states, rtol=1e-7, atol=1e-12)


def test_outputs_are_the_model_s_then_those_of_each_parameter(made, simulator):
    assert simulator.outputs[:4] == ("x", "y", "d x / d k", "d y / d k")
    plain = Simulator(made, ["x", "y"])
    times = [0.0, 1.0, 4.0]
    alone, _ = plain.advance(plain.begin(), Events.none(), 4.0, times, closed=True, rtol=1e-9)
    both, _ = simulator.advance(simulator.begin(), Events.none(), 4.0, times, closed=True, rtol=1e-9)
    np.testing.assert_allclose(both[:, :2], alone, rtol=1e-7)


def test_the_same_equations_are_compiled_once(made, simulator):
    again = TangentSimulator(made, ["k", "a", "y", "q"], ["x", "y"])
    assert again.kernel.addresses == simulator.kernel.addresses
    assert TangentSimulator(made, ["a", "k", "y", "q"], ["x", "y"]).kernel.addresses != simulator.kernel.addresses
