"""How a treatment depends on a parameter, and the events that carry this to the tangents."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import Unsupported
from unmoor.dosing.events import Action, Events
from unmoor.engine.event_tangents import EventTangent, event_tangent, infused_tangents, with_tangents

WHO = np.array([0, 1, 2])


def test_a_bioavailability_scales_amounts():
    def treat(values):
        return Events.bolus(WHO, [1.0, 2.0, 3.0], "depot", 50.0 * values["f"])

    found = event_tangent(treat, {"f": np.array([0.5, 0.0, 0.8])}, "f")
    np.testing.assert_allclose(found.value, 50.0, rtol=1e-12)
    assert not found.time.any()


def test_a_lag_moves_times_and_a_duration_rates():
    def treat(values):
        bolus = Events.bolus(WHO, 0.0, "depot", 1.0, lag=values["lag"])
        return Events.join(bolus, Events.infusion(WHO, 20.0, "central", 10.0, values["d"]))

    values = {"lag": np.array([0.5, 0.0, 2.0]), "d": np.array([2.0, 4.0, 5.0])}
    lag = event_tangent(treat, values, "lag")
    assert lag.time.reshape(3, 3).tolist() == [[1.0, 0.0, 0.0]] * 3
    assert not lag.value.any()
    duration = event_tangent(treat, values, "d")
    np.testing.assert_allclose(duration.time.reshape(3, 3), [[0, 0, 1]] * 3, atol=1e-12)
    slope = -10.0 / values["d"] ** 2
    np.testing.assert_allclose(duration.value.reshape(3, 3), np.outer(slope, [0, 1, -1]), rtol=1e-9, atol=1e-12)


def test_what_does_not_depend_is_none():
    assert event_tangent(lambda values: Events.bolus(WHO, 0.0, "depot", 1.0), {"v": np.ones(3)}, "v") is None


def test_jumps_in_number_and_order_are_refused():
    def more(values):
        count = int(values["p"].max() > 1.0) + 1
        return Events.bolus(np.zeros(count, dtype=int), np.arange(count), "depot", 1.0)

    with pytest.raises(Unsupported, match="'p' changes how many dosing events there are"):
        event_tangent(more, {"p": np.array([1.0])}, "p")

    def overtaking(values):
        late = Events.bolus([0], 0.0, "depot", 5.0, lag=values["p"])
        return Events.join(late, Events.bolus([0], 1.001, "depot", 1.0))

    with pytest.raises(Unsupported, match="do not depend smoothly on 'p'"):
        event_tangent(overtaking, {"p": np.array([1.0])}, "p")
    assert event_tangent(overtaking, {"p": np.array([0.5])}, "p") is not None


def test_a_setting_that_depends_on_a_parameter_is_refused():
    with pytest.raises(Unsupported, match="a setting of 'on', or a reset, depends on 'p'"):
        event_tangent(lambda values: Events.switch([0], [1.0], "on", values["p"]), {"p": np.array([2.0])}, "p")


def test_events_beside_events_keep_the_order_of_records():
    events = Events.join(
        Events.bolus([0], [1.0], "a", [10.0]), Events.reset([0], [1.0]), Events.bolus([0], [1.0], "b", [4.0])
    )
    by_f = EventTangent("f", np.zeros(3), np.array([20.0, 0.0, 8.0]))
    by_lag = EventTangent("lag", np.array([0.0, 0.0, 1.0]), np.zeros(3))
    scales = {"f": np.array([0.5]), "lag": np.array([2.0])}
    found = with_tangents(events, [by_f, by_lag], scales, "a")
    told = [
        (Action(a).name, found.names[t], v) for a, t, v in zip(found.action, found.target, found.value, strict=True)
    ]
    assert told == [
        ("ADD", "a", 10.0),
        ("ADD", "d a / d f", 10.0),
        ("RESET", "", 0.0),
        ("SHIFT", "d a / d lag", 2.0),
        ("ADD", "b", 4.0),
        ("ADD", "d b / d f", 4.0),
        ("SHIFT", "d a / d lag", -2.0),
    ]  # fmt: skip
    told = [row for row in told if row[1] != ""]
    assert (found.time == 1.0).all()


def test_a_rate_whose_time_moves_adds_at_once_and_one_that_changes_needs_an_input():
    events = Events.infusion([0], [1.0], "c", [10.0], [2.0])
    found = EventTangent("d", np.array([0.0, 1.0]), np.array([-2.5, 2.5]))
    assert infused_tangents(events, [found]) == [("c", "d")]
    assert infused_tangents(events, [EventTangent("d", np.ones(2), np.zeros(2))]) == []
    rows = with_tangents(events, [found], {"d": np.array([2.0])}, "c")
    told = [
        (rows.time[k], Action(rows.action[k]).name, rows.names[rows.target[k]], rows.value[k]) for k in range(len(rows))
    ]
    assert told == [
        (1.0, "RATE", "c", 5.0),
        (1.0, "RATE", "d c / d d", -5.0),
        (3.0, "RATE", "c", -5.0),
        (3.0, "RATE", "d c / d d", 5.0),
        (3.0, "ADD", "d c / d d", 10.0),
    ]
