"""Many patients at once: the same numbers whoever is beside them, in whatever order, on however many threads."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.dosing.events import Action, Events
from unmoor.engine import ensemble
from unmoor.engine.ensemble import SHARE, aligned, available_threads, event_columns
from unmoor.engine.simulator import Simulator
from unmoor.engine.vector_ir import WIDTH

TIMES = np.linspace(0, 48, 49)


@pytest.fixture(scope="module")
def indirect(model):
    """Absorption, a Hill effect with a power, a seasonal rate and a switch: all that could differ between lanes."""
    return Simulator(
        model(
            {
                "depot": "-ka*depot",
                "drug": "ka*depot - k*drug*(1 + off)",
                "cells": "kin*(1 + emax*drug**hill/(ec**hill + drug**hill))*(1 + 0.2*sin(time/4)) - kout*cells",
            },
            initial={"cells": "kin/kout"},
            constants={"ka": 1.0, "k": 0.2, "kin": 3.0, "kout": 0.3, "emax": 4.0, "ec": 5.0, "hill": 1.3, "off": 0.0},
            switches=["off"],
            outputs=["drug", "cells"],
        ),
        infused=["drug"],
    )


def everyone(n: int) -> tuple[dict[str, np.ndarray], Events]:
    """Parameters and events of n patients; some have no drug, so that a lane takes the slow path of a power."""
    draw = np.random.default_rng(42)
    spread = {name: np.exp(0.3 * draw.normal(size=n)) for name in ("ka", "k", "kin", "kout", "emax", "ec", "hill")}
    who = np.arange(n)
    dosed = who[who % 3 != 0]
    events = Events.join(
        Events.bolus(dosed, draw.uniform(0, 20, dosed.size), "depot", draw.uniform(1, 100, dosed.size)),
        Events.bolus(dosed, 24.0, "depot", 50.0),
        Events.infusion(who[::2], draw.uniform(5, 30, who[::2].size), "drug", 20.0, 3.0),
        Events.switch(who[::5], 30.0, "off", 1.0),
    )
    return spread, events


def run(simulator, parameters, events, **options):
    curves, last = simulator.advance(simulator.begin(parameters), events, 48.0, TIMES, closed=True, **options)
    assert not last.status.any()
    return curves, last


@pytest.fixture(scope="module")
def together(indirect):
    parameters, events = everyone(3 * SHARE - 5)
    return parameters, events, *run(indirect, parameters, events, threads=1)


@pytest.mark.parametrize("threads", [2, 4, None])
def test_the_number_of_threads_changes_no_bit(indirect, together, threads):
    parameters, events, curves, last = together
    again, end = run(indirect, parameters, events, threads=threads)
    np.testing.assert_array_equal(again, curves)
    np.testing.assert_array_equal(end.states, last.states)
    np.testing.assert_array_equal(end.steps, last.steps)


@pytest.mark.parametrize("who", [0, 1, 7, 8, 255, 256, 400, 762])
def test_a_patient_alone_is_the_same_to_the_last_bit(indirect, together, who):
    parameters, events, curves, last = together
    alone, end = run(indirect, {name: value[[who]] for name, value in parameters.items()}, events.of([who]))
    np.testing.assert_array_equal(alone[0], curves[who])
    np.testing.assert_array_equal(end.states[0], last.states[who])
    np.testing.assert_array_equal(end.steps[0], last.steps[who])


def test_order_changes_no_bit(indirect, together):
    parameters, events, curves, _ = together
    order = np.random.default_rng(1).permutation(len(curves))
    again, _ = run(indirect, {name: value[order] for name, value in parameters.items()}, events.of(order))
    np.testing.assert_array_equal(again, curves[order])


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 15, 16, 17, 257])
def test_any_number_of_patients(indirect, together, n):
    parameters, events, curves, _ = together
    fewer, last = run(indirect, {name: value[:n] for name, value in parameters.items()}, events.of(slice(0, n)))
    assert len(last) == n
    np.testing.assert_array_equal(fewer, curves[:n])


def test_nobody(indirect):
    curves, last = run(indirect, {"k": np.empty(0)}, Events.none())
    assert curves.shape == (0, 2, 49)
    assert last.states.shape == (0, 3)


def test_the_callers_floating_point_mode_is_untouched(together):
    assert np.float64(5e-324) * 1.0 == 5e-324


@pytest.mark.parametrize("vectors", [0, 1, 3, 1000])
def test_aligned_room(vectors):
    room = aligned(vectors)
    assert room.size == vectors * WIDTH
    assert vectors == 0 or room.ctypes.data % 64 == 0
    assert not room.any()


def test_threads_available():
    assert available_threads() >= 1


# Events as the driver reads them.


def test_columns_of_events(indirect):
    layout = indirect.layout
    events = Events.join(
        Events.bolus([2, 0], [3.0, 1.0], "depot", [30.0, 10.0]),
        Events.infusion(2, 0.5, "drug", 8.0, 2.0),
        Events.switch(0, 9.0, "off", 1.0),
        Events.switch(0, 9.0, "k", 0.7),
        Events.reset(2, 4.0),
    )
    first, time, kind, row, value = event_columns(events, layout, 4)
    assert first.tolist() == [0, 3, 3, 7, 7]
    assert time.tolist() == [1.0, 9.0, 9.0, 0.5, 2.5, 3.0, 4.0]
    assert [Action(k).name for k in kind] == ["ADD", "SET", "SET", "RATE", "RATE", "ADD", "RESET"]
    places = [layout.states.index("depot"), layout.given.index("off"), layout.given.index("k")]
    assert row.tolist()[:3] == places
    assert row.tolist()[3:6] == [layout.given.index("input of drug")] * 2 + [0]
    assert value.tolist()[:6] == [10.0, 1.0, 0.7, 4.0, -4.0, 30.0]
    assert all(column.dtype == np.int64 for column in (first, kind, row))


def test_no_events(indirect):
    first, time, kind, row, value = event_columns(Events.none(), indirect.layout, 3)
    assert first.tolist() == [0, 0, 0, 0]
    assert time.size == kind.size == row.size == value.size == 0


@pytest.mark.parametrize(
    ("events", "match"),
    [
        (Events.bolus(3, 0.0, "depot", 1.0), "an event names patient 3 of 3"),
        (Events.bolus(0, 0.0, "nowhere", 1.0), "an event of kind ADD cannot act on 'nowhere'"),
        (Events.bolus(0, 0.0, "off", 1.0), "an event of kind ADD cannot act on 'off'"),
        (Events.infusion(0, 0.0, "depot", 1.0, 1.0), "an event of kind RATE cannot act on 'depot'"),
        (Events.infusion(0, 0.0, "off", 1.0, 1.0), "an event of kind RATE cannot act on 'off'"),
        (Events.switch(0, 0.0, "drug", 1.0), "an event of kind SET cannot act on 'drug'"),
        (
            Events.join(Events.bolus(0, 0.0, "drug", 1.0), Events.switch(1, 0.0, "drug", 1.0)),
            "SET cannot act on 'drug'",
        ),
    ],
)
def test_an_event_that_cannot_act_is_refused_before_anything_runs(indirect, monkeypatch, events, match):
    with pytest.raises(BadInput, match=match):
        event_columns(events, indirect.layout, 3)
    monkeypatch.setattr(ensemble, "driver", lambda: pytest.fail("the driver was called"))
    with pytest.raises(BadInput, match=match):
        indirect.advance(indirect.begin(n=3), events, 1.0)
