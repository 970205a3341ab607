"""One patient's course in closed form: balls that bounce, pulses that wait, doses that set events off."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmoor.engine import kernel
from unmoor.engine import task as at
from unmoor.engine.event_course import Course, Dose
from unmoor.engine.event_lanes import Lanes
from unmoor.engine.event_watch import watch
from unmoor.engine.outcome import Status
from unmoor.model.event import Event, EventAssignment


@pytest.fixture
def course(model, tree):
    """Runs events (trigger, {state: value}, options) on rates; the course, with its curves (output, time)."""

    def run(rates, events, grid, *, initial=None, constants=None, doses=(), rtol=1e-9, max_steps=10_000, outputs=None):
        made = tuple(
            Event(
                f"e{k}", tree(trigger), options.get("before", True), options.get("persistent", True),
                tree(options["delay"]) if "delay" in options else None,
                tree(options["priority"]) if "priority" in options else None,
                options.get("early", True),
                tuple(EventAssignment(state, tree(value)) for state, value in sets.items()),
            )
            for k, (trigger, sets, options) in enumerate(events)
        )  # fmt: skip
        written = model(rates, initial=initial, constants=constants, events=made)
        seen_by = watch(written, outputs or list(rates), ())
        built = kernel.build(seen_by.model, seen_by.outputs)
        start = np.array([float((initial or {}).get(name, 0.0)) for name in rates])
        own = np.array([float(value) for value in (constants or {}).values()])
        grid = np.asarray(grid, dtype=float)
        made_course = Course(
            Lanes(built, rtol, rtol), seen_by, 0.0, float(grid[-1]), start, own, list(doses), grid
        )  # fmt: skip
        made_course.run(max_steps)
        return made_course

    return run


def ball(times, height, g, e):
    """Heights of a ball dropped at time 0 that keeps a share `e` of its speed at each bounce."""
    found, bounce, speed = [], math.sqrt(2 * height / g), math.sqrt(2 * height * g)
    for time in times:
        begin, up = 0.0, 0.0
        following, v = bounce, speed
        y = height - g * time**2 / 2
        while time > following:
            begin, up = following, e * v
            v, following = up, following + 2 * up / g
            y = up * (time - begin) - g * (time - begin) ** 2 / 2
        found.append(y)
    return np.array(found)


def test_a_bouncing_ball(course):
    times = np.linspace(0.0, 6.0, 241)
    ran = course(
        {"y": "v", "v": "-g"}, [("y < 0", {"v": "-0.8*v"}, {})], times, initial={"y": 3}, constants={"g": 9.81}
    )
    assert ran.status == Status.OK
    np.testing.assert_allclose(ran.curves[0], ball(times, 3.0, 9.81, 0.8), atol=1e-9)


@pytest.mark.parametrize("early", [True, False])
def test_a_delayed_pulse(course, early):
    times = np.linspace(0.0, 3.0, 61)
    ran = course(
        {"x": "-x"}, [("time >= 1", {"x": "x + 1"}, {"delay": "1/2", "early": early})], times, initial={"x": 2}
    )
    after = (2 * math.exp(-1.0) if early else 2 * math.exp(-1.5)) + 1
    expected = np.where(times < 1.5, 2 * np.exp(-times), after * np.exp(1.5 - times))
    np.testing.assert_allclose(ran.curves[0], expected, rtol=1e-8)
    assert 1.5 in times  # the output at the instant shows what is after the event


def test_a_threshold_is_met_at_its_logarithm(course):
    """Each time x falls to 1 it is set back to 2: the period is ln 2, and n counts."""
    times = np.linspace(0.0, 20.0, 201)
    ran = course({"x": "-x", "n": 0.0}, [("x <= 1", {"x": 2, "n": "n + 1"}, {})], times, initial={"x": 2})
    np.testing.assert_array_equal(ran.curves[1], np.floor(times / math.log(2.0)))
    np.testing.assert_allclose(ran.curves[0], 2 * np.exp(-(times % math.log(2.0))), rtol=1e-7)


def test_a_touch_between_steps_is_counted(course):
    """sin exceeds 1 - 1e-9 for 1e-4 about each maximum: once a turn."""
    ran = course(
        {"x": "y", "y": "-x", "n": 0.0}, [("x > 0.999999999", {"n": "n + 1"}, {})], [0.0, 20 * math.pi],
        initial={"y": 1}, rtol=1e-12,
    )  # fmt: skip
    assert ran.curves[2, -1] == 10.0


@pytest.mark.parametrize("height", [0.5, 0.99, 0.9999, 0.9999999, 1 - 1e-10])
def test_a_condition_on_time_alone_is_counted(course, height):
    ran = course({"n": 0.0}, [(f"sin(time) > {height}", {"n": "n + 1"}, {})], [0.0, 200 * math.pi])
    assert ran.curves[0, -1] == 100.0


def test_equality_with_time_happens(course):
    ran = course({"n": 0.0}, [("time == 0.3", {"n": "n + 1"}, {})], [0.0, 0.29, 0.3, 1.0])
    np.testing.assert_array_equal(ran.curves[0], [0.0, 0.0, 1.0, 1.0])


def test_just_after_a_time_is_not_at_it(course):
    ran = course({"n": 0.0}, [("time > 0.3", {"n": "n + 1"}, {})], [0.0, 0.3, math.nextafter(0.3, 1), 1.0])
    np.testing.assert_array_equal(ran.curves[0], [0.0, 0.0, 1.0, 1.0])


def test_a_state_that_turns_takes_a_delayed_event_back(course):
    """x = sin t is above 1/2 for 2/3 pi only: a delay of 2 comes in time, one of 2.2 is taken back."""
    for delay, expected in ((2.0, 1.0), (2.2, 0.0)):
        ran = course(
            {"x": "y", "y": "-x", "n": 0.0}, [("x > 0.5", {"n": 1}, {"delay": delay, "persistent": False})],
            [0.0, 5.0], initial={"y": 1},
        )  # fmt: skip
        assert ran.curves[2, -1] == expected


def test_a_dose_sets_an_event_off(course):
    doses = [Dose(1.0, at.TO_STATE, 0, 5.0), Dose(2.0, at.SET_ROW, 0, 2.0), Dose(2.0, at.TO_ROW, 1, 7.0)]
    ran = course(
        {"x": "-k*x", "n": 0.0}, [("x > 4", {"n": "n + q"}, {})], [0.0, 1.0, 2.0, 3.0],
        constants={"k": 0.0, "q": 1.0}, doses=doses,
    )  # fmt: skip
    np.testing.assert_allclose(ran.curves, [[0, 5, 5, 5 * math.exp(-2)], [0, 1, 1, 1]], rtol=1e-8)
    assert ran.parameters.tolist() == [2.0, 8.0]


@pytest.mark.parametrize(
    ("rates", "events", "options", "status"),
    [
        ({"a": 0.0}, [("time > 1", {"a": "1/(a - a)"}, {})], {}, Status.BAD_EVENT),
        ({"a": 0.0}, [("time > 1", {"a": 1}, {"delay": "a - 1"})], {}, Status.BAD_EVENT),
        ({"a": 1.0}, [("a > 1", {"a": 0}, {}), ("a < 0.5 and time > 1/2", {"a": 2}, {})], {}, Status.BAD_EVENT),
        ({"a": "a**2"}, [("time > 9", {"a": 1}, {})], {"initial": {"a": 1}}, Status.TOO_SMALL_STEP),
        ({"a": "exp(1000*a)"}, [("time > 9", {"a": 1}, {})], {"initial": {"a": 1}}, Status.UNSTABLE),
        ({"a": 1.0}, [("time > 1", {"a": 1}, {})], {"max_steps": 3}, Status.TOO_MANY_STEPS),
    ],
)
def test_a_failure_has_its_status(course, rates, events, options, status):
    ran = course(rates, events, [0.0, 3.0], **options)
    assert ran.status == status
    assert ran.time < 3.0


def test_the_state_to_blame_is_named(course):
    ran = course({"b": 1.0, "a": "a**2"}, [("time > 9", {"a": 1}, {})], [0.0, 3.0], initial={"a": 1})
    assert ran.worst == 1
    assert ran.time == pytest.approx(1.0, abs=1e-6)


def test_outputs_between_and_at_events_are_all_there(course):
    """Many outputs in one step, several at one time, and the curve is the same whatever else is asked for."""
    fine = np.sort(np.concatenate([np.linspace(0.0, 2.0, 101), [1.0, 1.0]]))
    events = [("x < 1", {"x": "x + 1"}, {})]
    many = course({"x": "-x"}, events, fine, initial={"x": 2}).curves[0]
    few = course({"x": "-x"}, events, [0.0, 1.0, 2.0], initial={"x": 2}).curves[0]
    np.testing.assert_array_equal(many[[0, 50, -1]], few)
    assert np.isfinite(many).all()
