"""Patients through time: starts, segments, the instant of a dose, failures as data, and answers that are known."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.events import Events
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator, Snapshot

TIGHT = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def pk(model):
    """Absorption into one compartment; a switch stops elimination."""
    return Simulator(
        model(
            {"depot": "-ka*depot", "central": "ka*depot - on*cl/v*central"},
            initial={"central": "v*c0"},
            constants={"ka": 1.2, "cl": 3.0, "v": 20.0, "c0": 0.0, "on": 1.0},
            switches=["on"],
            assignments={"concentration": "central/v"},
            outputs=["concentration"],
            name="oral",
            aliases={"drug.volume": "v"},
        ),
        infused=["central"],
    )


@pytest.fixture(scope="module")
def decay(model):
    return Simulator(model({"y": "-k*y"}, initial={"y": "y0"}, constants={"k": 0.5, "y0": 1.0}, switches=["k"]))


# Starts.


def test_one_typical_patient(pk):
    start = pk.begin()
    assert len(start) == 1
    assert (start.time, start.states.tolist(), start.status.tolist()) == (0.0, [[0.0, 0.0]], [Status.OK])
    assert dict(zip(pk.layout.given, start.parameters[0], strict=True)) == {
        "ka": 1.2, "cl": 3.0, "v": 20.0, "c0": 0.0, "on": 1.0, "input of central": 0.0,
    }  # fmt: skip


def test_one_value_for_all_and_one_each(pk):
    start = pk.begin({"drug.volume": 10.0, "c0": [1.0, 2.0, 3.0]}, time=5.0)
    np.testing.assert_array_equal(start.states, [[0, 10], [0, 20], [0, 30]])
    assert start.time == 5.0
    np.testing.assert_array_equal(pk.observe(start), [[1.0], [2.0], [3.0]])


def test_a_state_may_be_given_instead_of_computed(pk):
    start = pk.begin({"c0": 7.0, "central": [1.0, 2.0]})
    np.testing.assert_array_equal(start.states, [[0, 1], [0, 2]])


@pytest.mark.parametrize("n", [1, 7, 8, 9, 20])
def test_starts_are_computed_for_any_number(pk, n):
    c0 = np.arange(n) + 1.0
    np.testing.assert_array_equal(pk.begin({"c0": c0}).states[:, 1], 20.0 * c0)


@pytest.mark.parametrize(
    ("given", "n", "error", "match"),
    [
        ({"clearance": 1.0}, None, UnknownName, r"unknown symbol 'clearance'"),
        ({"concentration": 1.0}, None, BadInput, "'concentration' is computed by model 'oral' and cannot be given"),
        ({"ka": [1.0, 2.0], "cl": [1.0, 2.0, 3.0]}, None, BadInput, r"given for \[2, 3\] patients"),
        ({"ka": [1.0, 2.0]}, 3, BadInput, r"given for \[2, 3\] patients"),
        ({"ka": [[1.0, 2.0], [3.0, 4.0]]}, None, BadInput, "one value a patient"),
        ({"ka": [1.0, math.nan, 2.0]}, None, BadInput, "'ka' of patient 1 is not a finite number"),
        ({"central": [1.0, math.inf]}, None, BadInput, "'central' of patient 1 is not a finite number"),
        ({"ka": math.nan}, 3, BadInput, "'ka' of patient 0 is not a finite number"),
    ],
)
def test_a_start_that_cannot_be_meant_is_refused(pk, given, n, error, match):
    with pytest.raises(error, match=match):
        pk.begin(given, n)


@pytest.mark.parametrize(
    ("outputs", "infused", "match"),
    [
        (["concentraton"], (), "unknown symbol 'concentraton'.*\n.*did you mean 'concentration'"),
        (None, ["centrall"], "unknown state 'centrall'.*\n.*did you mean 'central'"),
        (None, ["v"], "unknown state 'v'"),
    ],
)
def test_unknown_outputs_and_infusions_are_refused(pk, outputs, infused, match):
    with pytest.raises(UnknownName, match=match):
        Simulator(pk.model, outputs, infused)


def test_outputs_by_alias_keep_the_models_name(pk):
    assert Simulator(pk.model, ["drug.volume", "depot"]).outputs == ("v", "depot")


# Snapshots.


def test_a_snapshot_cannot_be_changed(pk):
    start = pk.begin(n=3)
    _, later = pk.advance(start, Events.none(), 1.0)
    for snapshot in (start, later, pk.with_states(later, later.states + 1)):
        for part in dataclasses.fields(Snapshot):
            value = getattr(snapshot, part.name)
            if isinstance(value, np.ndarray):
                with pytest.raises(ValueError, match="read-only"):
                    value[...] = 0
        with pytest.raises(dataclasses.FrozenInstanceError):
            snapshot.time = 3.0


def test_advancing_leaves_the_snapshot_as_it_was(pk):
    start = pk.begin({"central": [5.0, 6.0]})
    before = start.states.copy()
    events = Events.bolus([0, 1], 0.5, "depot", 3.0)
    first, _ = pk.advance(start, events, 4.0, [1.0, 2.0])
    second, _ = pk.advance(start, events, 4.0, [1.0, 2.0])
    np.testing.assert_array_equal(start.states, before)
    np.testing.assert_array_equal(first, second)


def test_states_may_be_replaced(pk):
    start = pk.begin(n=2)
    changed = pk.with_states(start, np.array([[0.0, 40.0], [0.0, 60.0]]))
    np.testing.assert_array_equal(pk.observe(changed), [[2.0], [3.0]])
    np.testing.assert_array_equal(start.states, 0.0)


def test_a_snapshot_of_another_model_is_refused(pk, decay):
    """Compiled code would read beyond its arrays."""
    for wrong in (decay.begin(n=2), Simulator(pk.model).begin(n=2)):
        with pytest.raises(BadInput, match="do not fit"):
            pk.advance(wrong, Events.none(), 1.0)
    with pytest.raises(BadInput, match="do not fit"):
        pk.with_states(pk.begin(n=2), np.zeros((2, 1)))


@pytest.mark.parametrize(
    ("until", "times", "options", "match"),
    [
        (4.0, [2.0, 1.0], {}, "finite and sorted"),
        (4.0, [1.0, math.nan], {}, "finite and sorted"),
        (4.0, [1.0, 5.0], {}, "leave the span 1 to 4 h"),
        (4.0, [0.5, 2.0], {}, "leave the span 1 to 4 h"),
        (0.5, [], {}, "cannot go from 1 h to 0.5 h"),
        (math.nan, [], {}, "cannot go from 1 h to nan h"),
        (math.inf, [], {}, "cannot go from 1 h to inf h"),
        (4.0, [], {"rtol": 0.0}, "rtol 0 and atol 1e-09 are not usable"),
        (4.0, [], {"rtol": 1.0}, "not usable"),
        (4.0, [], {"atol": 0.0}, "not usable"),
        (4.0, [], {"atol": math.nan}, "not usable"),
    ],
)
def test_a_span_that_cannot_be_meant_is_refused(pk, until, times, options, match):
    with pytest.raises(BadInput, match=match):
        pk.advance(pk.begin(time=1.0), Events.none(), until, times, **options)


# The instant of an event.


def test_an_output_at_a_dose_shows_the_state_after_it(pk):
    events = Events.join(Events.bolus(0, 0.0, "central", 20.0), Events.bolus(0, [5.0, 8.0], "central", 40.0))
    times = [0.0, np.nextafter(5.0, 0), 5.0, 8.0]
    curves, last = pk.advance(pk.begin(), events, 8.0, times, closed=True, **TIGHT)
    before = math.exp(-0.75)
    exact = [1.0, before, before + 2.0, (before + 2.0) * math.exp(-0.45) + 2.0]
    np.testing.assert_allclose(curves[0, 0], exact, rtol=1e-7)
    np.testing.assert_allclose(last.states[0, 1], 20 * exact[-1], rtol=1e-7)


def test_an_event_at_the_end_waits_for_the_next_call_unless_closed(pk):
    events = Events.bolus(0, 5.0, "central", 40.0)
    curves, middle = pk.advance(pk.begin(), events, 5.0, [4.0, 5.0])
    np.testing.assert_array_equal(curves[0, 0], [0.0, math.nan])  # the output at the end belongs to the next call too
    np.testing.assert_array_equal(pk.observe(middle), [[0.0]])  # a rule may look before the dose
    curves, _ = pk.advance(middle, events, 6.0, [5.0])
    np.testing.assert_array_equal(curves[0, 0], [2.0])
    curves, _ = pk.advance(pk.begin(), events, 5.0, [4.0, 5.0], closed=True)
    np.testing.assert_array_equal(curves[0, 0], [0.0, 2.0])


def test_doses_at_the_same_instant_add(pk):
    events = Events.join(Events.bolus(0, [3.0, 3.0, 0.0, 0.0], "central", [1.0, 2.0, 4.0, 8.0]))
    curves, _ = pk.advance(pk.begin({"cl": 0.0}), events, 4.0, [0.0, 2.0, 3.0, 4.0], closed=True)
    np.testing.assert_allclose(curves[0, 0] * 20.0, [12.0, 12.0, 15.0, 15.0], rtol=1e-12)


def test_settings_at_the_same_instant_take_effect_in_record_order(decay):
    first = Events.join(Events.switch(0, 1.0, "k", 9.0), Events.switch(0, 1.0, "k", 0.0))
    second = Events.join(Events.switch(0, 1.0, "k", 0.0), Events.switch(0, 1.0, "k", 9.0))
    kept, lost = (decay.advance(decay.begin(), events, 3.0, [2.0])[0][0, 0, 0] for events in (first, second))
    assert kept == pytest.approx(math.exp(-0.5), rel=1e-6)
    assert lost == pytest.approx(math.exp(-9.5), rel=1e-3)


def test_events_before_the_snapshot_and_after_the_span_are_left_to_other_calls(pk):
    events = Events.bolus(0, [1.0, 3.0, 7.0], "central", [20.0, 40.0, 80.0])
    curves, _ = pk.advance(pk.begin({"cl": 0.0}, time=2.0), events, 5.0, [2.0, 4.0])
    np.testing.assert_array_equal(curves[0, 0], [0.0, 2.0])


def test_several_segments_are_one(pk):
    """The whole table goes to every call; each event acts once, those on a boundary too."""
    n = 11
    draw = np.random.default_rng(4)
    events = Events.join(
        Events.bolus(np.arange(n), draw.uniform(0, 30, n), "depot", 50.0),
        Events.bolus(np.arange(n), 12.0, "depot", 30.0),
        Events.infusion(np.arange(n), draw.uniform(2, 20, n), "central", 60.0, 7.0),
        Events.switch(0, 10.0, "on", 0.0),
        Events.switch(0, 24.0, "on", 1.0),
    )
    parameters = {"cl": draw.uniform(1, 5, n)}
    times = np.linspace(0, 48, 97)
    whole, end = pk.advance(pk.begin(parameters), events, 48.0, times, closed=True, **TIGHT)
    snapshot, parts = pk.begin(parameters), []
    for until in (0.0, 7.3, 12.0, 12.0, 24.0, 48.0):
        mine = times[(times >= snapshot.time) & ((times < until) | (until == 48.0))]
        curves, snapshot = pk.advance(snapshot, events, until, mine, closed=until == 48.0, **TIGHT)
        parts.append(curves)
    assert snapshot.time == 48.0
    np.testing.assert_allclose(np.concatenate(parts, axis=2), whole, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(snapshot.states, end.states, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(snapshot.parameters, end.parameters, atol=1e-12)


def test_the_same_time_may_be_asked_for_twice(decay):
    curves, _ = decay.advance(decay.begin(), Events.none(), 2.0, [0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0], closed=True)
    np.testing.assert_allclose(curves[0, 0], np.exp([0, 0, -0.5, -0.5, -0.5, -1, -1]), rtol=1e-6)


def test_more_outputs_than_steps(decay):
    times = np.linspace(0, 10, 20_001)
    curves, last = decay.advance(decay.begin(), Events.none(), 10.0, times, closed=True, **TIGHT)
    assert last.steps[0, 0] < 200
    np.testing.assert_allclose(curves[0, 0], np.exp(-0.5 * times), rtol=1e-8)


def test_a_time_before_zero(model):
    early = Simulator(model({"y": "time"}))
    curves, _ = early.advance(early.begin(time=-3.0), Events.none(), 1.0, [-3.0, -1.0, 1.0], closed=True)
    np.testing.assert_allclose(curves[0, 0], [0.0, -4.0, -4.0], rtol=1e-10)


def test_time_as_an_output_and_in_a_rate(model):
    seasonal = Simulator(
        model({"y": "-y*(1 + cos(time))"}, initial={"y": 1.0}, assignments={"now": "2*time"}, outputs=["y", "now"])
    )
    times = np.linspace(4.0, 20.0, 33)
    curves, _ = seasonal.advance(seasonal.begin(time=4.0), Events.none(), 20.0, times, closed=True, **TIGHT)
    exact = np.exp(-(times - 4) - np.sin(times) + math.sin(4))
    np.testing.assert_allclose(curves[0], [exact, 2 * times], rtol=1e-7, atol=1e-10)


def test_a_model_without_states(model):
    clock = Simulator(model({}, constants={"a": 2.0}, assignments={"wave": "a*sin(time)"}, outputs=["wave"]))
    times = np.linspace(0, 5, 11)
    curves, last = clock.advance(clock.begin({"a": [1.0, 3.0]}), Events.none(), 5.0, times, closed=True)
    assert not last.status.any()
    np.testing.assert_allclose(curves[:, 0], np.outer([1.0, 3.0], np.sin(times)), rtol=1e-12, atol=1e-14)


# Constants set in time, and resets.


def test_a_constant_set_in_time_changes_what_is_derived_from_it(model):
    """cl / v is computed once a patient: it must be computed again."""
    made = Simulator(model({"y": "-cl/v*y"}, initial={"y": 1.0}, constants={"cl": 3.0, "v": 20.0}))
    assert made.layout.derived
    events = Events.join(Events.switch([0, 1], 2.0, "cl", [30.0, 3.0]), Events.switch(2, 3.0, "v", 10.0))
    curves, last = made.advance(made.begin(n=3), events, 4.0, [2.0, 4.0], closed=True, **TIGHT)
    exact = np.exp([[-0.3, -0.3 - 3.0], [-0.3, -0.6], [-0.3, -0.45 - 0.3]])
    np.testing.assert_allclose(curves[:, 0], exact, rtol=1e-7)
    _, later = made.advance(last, Events.none(), 5.0, **TIGHT)
    np.testing.assert_allclose(later.states[:, 0], exact[:, 1] * np.exp([-1.5, -0.15, -0.3]), rtol=1e-7)


def test_a_reset_starts_again_and_ends_infusions(pk):
    events = Events.join(
        Events.switch(0, 1.0, "c0", 0.5),
        Events.bolus(0, 0.0, "depot", 100.0),
        Events.infusion(0, 2.0, "central", 80.0, 50.0),
        Events.reset(0, 10.0),
    )
    curves, last = pk.advance(pk.begin({"c0": 2.0}, 2), events, 12.0, [0.0, 9.0, 10.0, 12.0], closed=True, **TIGHT)
    assert curves[0, 0, 1] > 2.0
    np.testing.assert_allclose(curves[0, 0, 2:], [0.5, 0.5 * math.exp(-0.3)], rtol=1e-7)
    np.testing.assert_allclose(curves[1, 0], 2.0 * np.exp(-0.15 * np.array([0.0, 9.0, 10.0, 12.0])), rtol=1e-7)
    assert last.parameters[0, -1] == 0.0


def test_a_reset_leads_to_the_start_that_was_given(pk):
    """What `begin` was given is the patient's own start; the model says the rest, from its constants as they are."""
    events = Events.join(Events.switch([0, 1], 1.0, "c0", 0.5), Events.reset([0, 1], 10.0))
    begun = pk.begin({"c0": 2.0, "depot": [30.0, 40.0]})
    curves, last = pk.advance(begun, events, 10.0, [10.0], closed=True, **TIGHT)
    depot = pk.layout.states.index("depot")
    np.testing.assert_array_equal(last.states[:, depot], [30.0, 40.0])
    np.testing.assert_allclose(curves[:, 0, 0], 0.5, rtol=1e-12)
    _, later = pk.advance(last, Events.reset(1, 12.0), 12.0, closed=True, **TIGHT)
    assert later.states[1, depot] == 40.0
    assert later.states[0, depot] < 30.0


# Failures are data.


@pytest.fixture(scope="module")
def fragile(model):
    """y' = y^2 + ln(z) - b y with z' = -c: blows up, leaves the domain of ln, or lives, as its constants say."""
    return Simulator(
        model(
            {"w": "-w", "y": "y**2 * a + ln(z)*e - b*y", "z": "-c"},
            initial={"w": 1.0, "y": "y0/g", "z": 1.0},
            constants={"a": 0.0, "b": 0.0, "c": 0.0, "e": 0.0, "y0": 1.0, "g": 1.0},
            outputs=["y", "z"],
        )
    )


def ways_to_end() -> dict[str, np.ndarray]:
    """Patients 0, 2, 6: well; 1: blows up at 2 h; 3: ln of a negative number from 4 h; 4, 5: no finite start."""
    return {
        "a": np.array([0, 1.0, 0, 0, 0, 0, 0]),
        "b": np.array([0.1, 0, 0.5, 0, 0, 0, 1.0]),
        "c": np.array([0, 0, 0, 0.25, 0, 0, 0]),
        "e": np.array([0, 0, 0, 1.0, 0, 0, 0]),
        "y0": np.array([1.0, 0.5, 1.0, 1.0, 1.0, 0.0, 1.0]),
        "g": np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0]),
    }


def test_who_fails_has_a_status_a_time_and_a_state(fragile):
    times = np.linspace(0, 10, 11)
    curves, last = fragile.advance(fragile.begin(ways_to_end()), Events.none(), 10.0, times, closed=True)
    assert [Status(code).name for code in last.status[[0, 2, 6]]] == ["OK"] * 3
    assert [Status(code).name for code in last.status[[4, 5]]] == ["BAD_START"] * 2
    assert Status(last.status[1]) in (Status.TOO_SMALL_STEP, Status.UNSTABLE)
    assert Status(last.status[3]) == Status.UNSTABLE
    np.testing.assert_allclose(last.failed_at[[1, 3, 4, 5]], [2.0, 4.0, 0.0, 0.0], atol=1e-5)
    assert np.isnan(last.failed_at[[0, 2, 6]]).all()
    assert last.worst.tolist() == [-1, 1, -1, 1, 1, 1, -1]
    failed = [1, 3, 4, 5]
    assert np.isnan(curves[failed]).all()
    assert np.isnan(last.states[failed]).all()
    np.testing.assert_allclose(curves[[0, 2, 6], 0], np.exp(np.outer([-0.1, -0.5, -1.0], times)), rtol=1e-5)


def test_failures_touch_nobody_else(fragile):
    """Bit for bit what the healthy get without them, also where lanes are refilled after a failure."""
    n, times = 60, np.linspace(0, 10, 21)
    parameters = {name: np.resize(value, n) for name, value in ways_to_end().items()}
    curves, last = fragile.advance(fragile.begin(parameters), Events.none(), 10.0, times, closed=True)
    well = last.status == Status.OK
    assert well.sum() == 26
    alone, _ = fragile.advance(
        fragile.begin({name: value[well] for name, value in parameters.items()}),
        Events.none(),
        10.0,
        times,
        closed=True,
    )
    np.testing.assert_array_equal(curves[well], alone)


def test_who_has_failed_stays_failed(fragile):
    start = fragile.begin(ways_to_end())
    _, middle = fragile.advance(start, Events.none(), 6.0)
    curves, last = fragile.advance(middle, Events.bolus(np.arange(7), 7.0, "w", 1.0), 10.0, [6.0, 8.0])
    np.testing.assert_array_equal(last.status, middle.status)
    np.testing.assert_array_equal(last.failed_at, middle.failed_at)
    np.testing.assert_array_equal(last.worst, middle.worst)
    np.testing.assert_array_equal(last.steps[last.status != 0], middle.steps[middle.status != 0])
    assert np.isnan(curves[last.status != 0]).all()
    assert np.isnan(fragile.observe(last)[last.status != 0]).all()
    assert np.isfinite(curves[last.status == 0]).all()


def test_a_limit_of_steps_is_kept(model):
    spinning = Simulator(model({"a": "w*b", "b": "-w*a"}, initial={"a": 1.0}, constants={"w": 1.0}))
    start = spinning.begin({"w": [0.01, 1000.0]})
    curves, last = spinning.advance(start, Events.none(), 50.0, [0.0, 50.0], max_steps=500, closed=True)
    assert [Status(code) for code in last.status] == [Status.OK, Status.TOO_MANY_STEPS]
    assert last.steps[1, 0] == 500
    assert 0 < last.failed_at[1] < 50
    assert np.isnan(curves[1]).all()
    assert curves[0, 0, 1] == pytest.approx(math.cos(0.5), rel=1e-5)


def test_a_start_that_is_no_number_can_be_helped_by_giving_the_state(fragile):
    start = fragile.begin({"g": [0.0, 0.0], "y": [1.0, 2.0]})
    assert not start.status.any()


def test_a_power_below_one_of_a_drug_that_is_not_there_yet(model):
    """Its slope is infinite at 0; everybody is there before the first dose."""
    hill = Simulator(
        model(
            {"drug": "-k*drug", "effect": "kin*(1 + drug**g/(1 + drug**g)) - effect + 0*sqrt(drug)"},
            initial={"effect": "kin"},
            constants={"k": 0.3, "kin": 2.0, "g": 0.6},
        )
    )
    start = hill.begin({"g": [0.2, 0.6, 0.99, 1.0]})
    events = Events.join(Events.bolus(np.arange(4), 5.0, "drug", 10.0))
    curves, last = hill.advance(start, events, 24.0, [4.0, 5.0, 24.0], closed=True, **TIGHT)
    assert not last.status.any()
    np.testing.assert_allclose(curves[:, 1, :2], 2.0, rtol=1e-12)
    for k, g in enumerate((0.2, 0.6, 0.99, 1.0)):

        def slope(t, y, g=g):
            drug = (10 * math.exp(-0.3 * t)) ** g
            return 2 * (1 + drug / (1 + drug)) - y

        exact = solve_ivp(slope, (0, 19), [2.0], rtol=1e-11, atol=1e-13).y[0, -1]
        assert curves[k, 1, 2] == pytest.approx(exact, rel=1e-7)


# Answers that are known.


def test_robertson_against_radau(model):
    """Chemical kinetics over eleven decades of time: the classic test of a stiff method."""
    stiff = Simulator(
        model({"a": "-0.04*a + 1e4*b*c", "b": "0.04*a - 1e4*b*c - 3e7*b**2", "c": "3e7*b**2"}, initial={"a": 1.0})
    )
    times = [0.4, 4.0, 40.0, 400.0, 4e3, 4e5, 4e7, 4e9]
    curves, last = stiff.advance(stiff.begin(), Events.none(), 4e9, times, rtol=1e-9, atol=1e-14, closed=True)
    assert not last.status.any()

    def slope(_, y):
        a, b, c = y
        return [-0.04 * a + 1e4 * b * c, 0.04 * a - 1e4 * b * c - 3e7 * b * b, 3e7 * b * b]

    reference = solve_ivp(slope, (0, 4e9), [1.0, 0.0, 0.0], "Radau", times, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(curves[0], reference.y, rtol=1e-6)
    np.testing.assert_allclose(curves[0].sum(axis=0), 1.0, rtol=1e-12)


def test_a_closed_system_keeps_its_mass(model):
    binding = Simulator(
        model(
            {
                "free": "-on*free*site + off*bound",
                "site": "-on*free*site + off*bound + recycle*inside",
                "bound": "on*free*site - off*bound - uptake*bound",
                "inside": "uptake*bound - recycle*inside",
                "gone": "recycle*inside",
            },
            initial={"free": 10.0, "site": 3.0},
            constants={"on": 5.0, "off": 0.2, "uptake": 1.0, "recycle": 0.5},
            assignments={"drug": "free + bound + inside + gone", "receptor": "site + bound + inside"},
            outputs=["drug", "receptor"],
        )
    )
    start = binding.begin({"on": np.logspace(-2, 4, 20)})
    curves, last = binding.advance(start, Events.none(), 200.0, np.linspace(0, 200, 41), closed=True)
    assert not last.status.any()
    np.testing.assert_allclose(curves[:, 0], 10.0, rtol=1e-11)
    np.testing.assert_allclose(curves[:, 1], 3.0, rtol=1e-11)


def test_the_error_follows_the_tolerance(model):
    """Work and precision of a mild PK/PD model: a tenth of the tolerance costs steps and buys accuracy."""
    mild = Simulator(
        model(
            {
                "depot": "-ka*depot",
                "drug": "ka*depot - k*drug",
                "cells": "kin*(1 + emax*drug/(ec + drug)) - kout*cells",
            },
            initial={"cells": "kin/kout"},
            constants={"ka": 0.8, "k": 0.15, "kin": 1.0, "kout": 0.1, "emax": 5.0, "ec": 3.0},
            outputs=["drug", "cells"],
        )
    )
    n, times = 64, np.linspace(0, 96, 97)
    draw = np.random.default_rng(8)
    start = mild.begin({name: np.exp(0.3 * draw.normal(size=n)) * mild.model.constants[name] for name in ("ka", "ec")})
    events = Events.bolus(np.repeat(np.arange(n), 3), np.tile([0.0, 24.0, 48.0], n), "depot", 30.0)

    def run(rtol):
        curves, last = mild.advance(start, events, 96.0, times, rtol=rtol, atol=1e-3 * rtol, closed=True)
        return curves, last.steps[:, 0].mean()

    exact, _ = run(1e-12)
    tolerances = 10.0 ** -np.arange(3, 10)
    errors, costs = [], []
    for rtol in tolerances:
        curves, cost = run(rtol)
        errors.append(np.percentile(np.abs(curves - exact) / (np.abs(exact) + 1e-3), 95))
        costs.append(cost)
    assert np.all(np.diff(errors) < 0)
    assert np.all(np.diff(costs) > 0)
    assert np.all(np.array(errors) < 30 * tolerances)
    # order five: six decades of tolerance cost about 10^(6/5) = 16 times the steps, not 1000 times
    assert costs[-1] < 30 * costs[0]
