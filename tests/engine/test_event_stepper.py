"""EventSimulator in the place of Simulator: patients, doses and infusions, and what is refused by name."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.dosing.events import Events
from unmoor.engine.event_stepper import EventSimulator
from unmoor.engine.integrate import integrate
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator
from unmoor.model.event import Event, EventAssignment


@pytest.fixture
def refilled(model, tree):
    """x decays with k and is set to 2 when it falls to `low`; n counts how often."""
    refill = Event(
        "refill", tree("x <= low"), True, True, None, None, True,
        (EventAssignment("x", tree("2")), EventAssignment("n", tree("n + 1"))),
    )  # fmt: skip
    return model(
        {"x": "-k*x", "n": 0.0}, initial={"x": 2}, constants={"k": 1.0, "low": 1.0}, events=(refill,), name="refilled"
    )


def test_patients_are_independent_of_each_other(refilled):
    rates, low = np.array([0.3, 1.0, 2.5]), np.array([1.0, 0.5, 0.2])
    times = np.linspace(0.0, 9.7, 98)
    found = integrate(refilled, parameters={"k": rates, "low": low}, times=times, rtol=1e-9)
    assert found["x"].dims == ("patient", "time")
    assert not found.status.any()
    for k in range(3):
        alone = integrate(refilled, parameters={"k": rates[[k]], "low": low[[k]]}, times=times, rtol=1e-9)
        np.testing.assert_array_equal(found["x"][k], alone["x"][0])
        period = math.log(2.0 / low[k]) / rates[k]
        np.testing.assert_array_equal(found["n"][k], np.floor(times / period))
        np.testing.assert_allclose(found["x"][k], 2 * np.exp(-rates[k] * (times % period)), rtol=1e-6)


def test_doses_and_infusions_come_between_events(refilled):
    """Kept up by an infusion x settles at 3 and is never refilled; a negative dose sets the event off."""
    treatment = Events.join(Events.infusion(0, 0.0, "x", 30.0, 10.0), Events.bolus(0, 12.0, "x", 1.0))
    found = integrate(refilled, events=treatment, times=[0.0, 5.0, 10.0, 10.5, 12.0], rtol=1e-9).isel(patient=0)
    before = 3 - math.exp(-10.0)
    np.testing.assert_allclose(found["x"][:4], [2, 3 - math.exp(-5.0), before, before * math.exp(-0.5)], rtol=1e-7)
    refills = 10 + math.log(before)
    counted = 1 + math.floor((12.0 - refills) / math.log(2.0))
    np.testing.assert_array_equal(found["n"], [0, 0, 0, 0, counted])
    x = 2 * math.exp(-((12.0 - refills) % math.log(2.0))) + 1
    assert float(found["x"][-1]) == pytest.approx(x, rel=1e-7)


def test_a_failed_patient_is_nan_and_the_others_are_well(model, tree):
    event = Event("e", tree("time >= 1"), True, True, tree("d"), None, True, (EventAssignment("x", tree("5")),))
    late = model({"x": 0.0}, constants={"d": 1.0}, events=(event,))
    found = integrate(late, parameters={"d": [0.5, -1.0, 2.0]}, times=[0.0, 1.5, 3.0], debug=True)
    assert found.status.values.tolist() == [Status.OK, Status.BAD_EVENT, Status.OK]
    np.testing.assert_array_equal(found["x"], [[0, 5, 5], [np.nan] * 3, [0, 0, 5]])
    assert (found.steps.values > 0).all()


def test_snapshots_cannot_be_written_and_say_where_it_ended(refilled):
    simulator = EventSimulator(refilled)
    start = simulator.begin(None, 2)
    curves, last = simulator.advance(start, Events.none(), 1.5, [0.0, 1.5], rtol=1e-9)
    assert curves.shape == (2, 2, 2)
    assert last.time == 1.5
    assert not last.states.flags.writeable
    np.testing.assert_array_equal(last.states, curves[:, :, -1])
    np.testing.assert_array_equal(start.states, [[2.0, 0.0]] * 2)


def test_the_other_simulator_refuses_what_it_would_pass_over(refilled):
    with pytest.raises(Unsupported, match="model 'refilled' has events"):
        Simulator(refilled)


def test_what_does_not_go_with_events_is_refused(refilled):
    with pytest.raises(Unsupported, match="steady"):
        EventSimulator(refilled.starting_steady("x"))
    with pytest.raises(Unsupported, match="reset"):
        integrate(refilled, events=Events.reset(0, 1.0), times=[0.0, 2.0])
    simulator = EventSimulator(refilled)
    with pytest.raises(Unsupported, match="in one piece"):
        simulator.advance(simulator.begin(None, 1), Events.none(), 1.0, [0.0], closed=False)


def test_a_start_that_others_are_computed_from_cannot_be_given(model, tree):
    event = Event("e", tree("time >= 1"), True, True, None, None, True, (EventAssignment("v", tree("5")),))
    vessel = model({"a": 0.0, "v": 0.0}, initial={"v": 2, "a": "3*v"}, events=(event,))
    with pytest.raises(BadInput, match="the start of 'a' is computed from it"):
        integrate(vessel, parameters={"v": [4.0]}, times=[0.0, 2.0])
    found = integrate(vessel, parameters={"v": [4.0], "a": [12.0]}, times=[0.0, 2.0])
    np.testing.assert_array_equal(found["v"], [[4.0, 5.0]])
