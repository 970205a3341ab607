"""The order of happenings at one instant, and moments between them where observations stand."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.dosing.events import Action
from unmoor.dosing.time_order import same_instant
from unmoor.dosing.timeline import Observed, Step, Timeline, in_order, soon


def _add(course, time, record, step=Step.DOSE, value=1.0, target="a", action=Action.ADD):
    return Timeline.of(course, time, record, step, action, target, value)


def _seen(*rows):
    course, time, record = zip(*rows, strict=True)
    return Observed(np.array(course), np.array(time, dtype=float), np.array(record))


def test_records_come_in_their_order_and_what_is_implied_before_them():
    parts = [
        _add(0, 5.0, 3, value=3.0),
        _add(0, 5.0, 2, Step.SET, 2.5, "cl", Action.SET),
        _add(0, 5.0, 2, value=2.0),
        _add(0, 5.0, 0, Step.IMPLIED, value=1.0),
        _add(0, 5.0, 1, Step.IMPLIED, value=1.5),
        _add(0, 5.0, 2, Step.RESET, 0.0, "", Action.RESET),
        _add(0, 5.0, 2, Step.STEADY, 2.2),
        _add(0, 4.0, 9, value=0.5),
        _add(1, 1.0, 4, value=9.0),
    ]
    events, _ = in_order(Timeline.join(parts))
    assert events.value.tolist() == [0.5, 1.0, 1.5, 2.5, 0.0, 2.2, 2.0, 3.0, 9.0]
    assert events.patient.tolist() == [0] * 8 + [1]
    assert [events.names[k] for k in events.target[2:5]] == ["a", "cl", ""]


def test_columns_broadcast_and_starts_default_to_times():
    found = Timeline.of(0, [1.0, 2.0], 7, Step.DOSE, Action.RATE, "b", 3.0, start=0.5)
    assert (len(found), found.value.tolist(), found.start.tolist()) == (2, [3, 3], [0.5, 0.5])
    assert Timeline.of(0, [1.0, 2.0], 7, Step.DOSE, Action.RATE, "b", 3.0).start.tolist() == [1, 2]
    assert found.targets(Action.RATE) == {"b"}
    assert found.targets(Action.ADD) == set()
    assert found.where(found.time > 1).time.tolist() == [2]
    assert len(Timeline.join([])) == 0
    assert len(in_order(Timeline.join([]))[0]) == 0


def test_an_observation_before_a_dose_of_its_time_is_read_a_moment_earlier():
    events, read = in_order(_add(0, 24.0, 1), _seen((0, 24.0, 0), (0, 24.0, 2)))
    assert events.time.tolist() == [24.0]
    assert read[0] == 24.0 - soon(np.array([24.0]))[0]
    assert read[1] == 24.0


def test_observations_between_doses_of_one_time():
    doses = Timeline.join([_add(0, 24.0, 0), _add(0, 24.0, 2), _add(0, 24.0, 3)])
    events, read = in_order(doses, _seen((0, 24.0, 1), (0, 24.0, 4)))
    assert events.time[0] == read[0] < events.time[1] == events.time[2] == read[1] == 24.0


def test_what_is_implied_comes_before_the_observations_of_its_time():
    events, read = in_order(_add(0, 24.0, 0, Step.IMPLIED), _seen((0, 24.0, 5)))
    assert events.time.tolist() == read.tolist() == [24.0]


def test_patients_and_times_do_not_mix():
    doses = Timeline.join([_add(0, 1.0, 1), _add(1, 1.0, 3)])
    events, read = in_order(doses, _seen((0, 1.0, 0), (1, 0.5, 2)))
    assert events.time.tolist() == [1.0, 1.0]
    assert read[0] < 1.0
    assert read[1] == 0.5


@pytest.mark.parametrize("time", [0.0, 0.3, 24.0, -168.0, 5e4])
def test_a_moment_is_no_rounding_and_hardly_a_time(time):
    moment = soon(np.array([time]))
    assert not same_instant(np.array([time]) - moment, np.array([time])).any()
    assert not same_instant(np.array([time]) - 2 * moment, np.array([time]) - moment).any()
    assert moment[0] < 1e-8
    assert time - moment[0] < time
