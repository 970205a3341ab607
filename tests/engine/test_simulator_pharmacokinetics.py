"""Dosing against closed forms: one and two compartments, boluses, infusions, absorption, switches, at random times.

Solutions of linear compartments as sums of exponentials: Gibaldi and Perrier, Pharmacokinetics, 2nd edition (1982),
chapters 1 and 2; schedules by superposition.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.dosing.events import Events
from unmoor.engine.simulator import Simulator

TIMES = np.linspace(0.0, 72.0, 145)
#: per-patient constants (h^-1) of eleven patients: more than one vector, not a whole number of them
PATIENTS = 11


def _spread(low: float, high: float, seed: int) -> np.ndarray:
    return np.exp(np.random.default_rng(seed).uniform(np.log(low), np.log(high), PATIENTS))


RATES = {
    "ka": _spread(0.3, 3.0, 1),
    "k": _spread(0.02, 0.25, 2),
    "kcp": _spread(0.05, 1, 3),
    "kpc": _spread(0.05, 1, 4),
}


@pytest.fixture(scope="module")
def one(model):
    rates = {"depot": "-ka*depot", "central": "ka*depot - k*central"}
    return Simulator(model(rates, constants={"ka": 1.0, "k": 0.1}, outputs=["central"]), infused=["central", "depot"])


@pytest.fixture(scope="module")
def two(model):
    rates = {
        "depot": "-ka*depot",
        "central": "ka*depot - (k + kcp)*central + kpc*peripheral",
        "peripheral": "kcp*central - kpc*peripheral",
    }
    constants = {"ka": 1.0, "k": 0.1, "kcp": 0.3, "kpc": 0.2}
    return Simulator(model(rates, constants=constants, outputs=["central"]), infused=["central", "depot"])


def exponentials(rates: dict[str, float], *, absorbed: bool, compartments: int) -> list[tuple[float, float]]:
    """(coefficient, exponent) of the amount in the central compartment after a unit bolus."""
    k, ka = rates["k"], rates["ka"]
    if compartments == 1:
        if not absorbed:
            return [(1.0, k)]
        return [(ka / (ka - k), k), (-ka / (ka - k), ka)]
    total, product = k + rates["kcp"] + rates["kpc"], k * rates["kpc"]
    root = np.sqrt(total**2 - 4 * product)
    slopes = [(total + root) / 2, (total - root) / 2]
    found = []
    exponents = [*slopes, ka] if absorbed else slopes
    for s in exponents:
        others = np.prod([other - s for other in exponents if other is not s])
        found.append((float((rates["kpc"] - s) * (ka if absorbed else 1.0) / others), float(s)))
    return found


def amount(rates, doses, *, compartments: int) -> np.ndarray:
    """Central amount at TIMES after doses (state, time, amount, duration or None for a bolus), by superposition."""
    total = np.zeros_like(TIMES)
    for state, start, dose, duration in doses:
        terms = exponentials(rates, absorbed=state == "depot", compartments=compartments)
        after = TIMES - start
        given_yet = after >= 0
        for coefficient, slope in terms:
            if duration is None:
                part = np.exp(-slope * np.where(given_yet, after, 0))
            else:
                running = np.clip(after, 0, duration)
                part = (1 - np.exp(-slope * running)) / slope / duration
                part = part * np.exp(-slope * np.clip(after - duration, 0, None))
            total += np.where(given_yet, dose * coefficient * part, 0.0)
    return total


def events_of(patient: int, doses) -> Events:
    made = [
        Events.bolus(patient, start, state, dose)
        if duration is None
        else Events.infusion(patient, start, state, dose, duration)
        for state, start, dose, duration in doses
    ]
    return Events.join(made)


#: hours on a half-hour grid meet output times and one another often; others fall anywhere
hours = st.one_of(st.integers(0, 140).map(lambda k: k / 2), st.floats(1e-9, 72))
dose = st.tuples(
    st.sampled_from(["central", "depot"]),
    hours,
    st.floats(1, 1000),
    st.one_of(st.none(), st.sampled_from([0.5, 4.0, 24.0]), st.floats(0.05, 40)),
)
schedules = st.lists(st.lists(dose, max_size=8), min_size=PATIENTS, max_size=PATIENTS)


@pytest.mark.parametrize("compartments", [1, 2])
@settings(max_examples=25, deadline=None)
@given(schedules=schedules)
def test_random_schedules(one, two, compartments, schedules):
    simulator = one if compartments == 1 else two
    events = Events.join([events_of(patient, doses) for patient, doses in enumerate(schedules)])
    start = simulator.begin({name: RATES[name] for name in simulator.model.constants})
    curves, last = simulator.advance(start, events, 72.0, TIMES, rtol=1e-9, atol=1e-9, closed=True)
    assert not last.status.any()
    for patient, doses in enumerate(schedules):
        rates = {name: values[patient] for name, values in RATES.items()}
        exact = amount(rates, doses, compartments=compartments)
        np.testing.assert_allclose(curves[patient, 0], exact, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("ulps", [1, 2, 3, 5])
def test_an_infusion_that_begins_with_the_last_instants_of_the_span(two, ulps):
    start = 72.0
    for _ in range(ulps):
        start = float(np.nextafter(start, 0.0))
    schedules = [[("central", start, 100.0, 0.5)]] + [[] for _ in range(PATIENTS - 1)]
    events = Events.join([events_of(patient, doses) for patient, doses in enumerate(schedules)])
    begun = two.begin({name: RATES[name] for name in two.model.constants})
    curves, last = two.advance(begun, events, 72.0, TIMES, rtol=1e-9, atol=1e-9, closed=True)
    assert not last.status.any()
    np.testing.assert_allclose(curves[:, 0, -1], 0.0, atol=1e-9)


#: (doses, what they show)
TELLING = {
    "bolus at time zero": [("central", 0.0, 100.0, None)],
    "bolus at time zero twice": [("central", 0.0, 100.0, None), ("central", 0.0, 50.0, None)],
    "infusion from time zero": [("central", 0.0, 100.0, 3.0)],
    "overlapping infusions": [("central", 1.0, 100.0, 10.0), ("central", 5.0, 70.0, 20.0), ("central", 6.0, 30.0, 2.0)],
    "infusions back to back": [("central", 1.0, 100.0, 4.0), ("central", 5.0, 100.0, 4.0)],
    "an infusion inside the longer one": [("central", 0.0, 100.0, 60.0), ("central", 30.0, 10.0, 0.5)],
    "absorbed infusion with a bolus": [("depot", 2.0, 100.0, 6.0), ("central", 3.0, 10.0, None)],
    "an infusion longer than the span": [("central", 60.0, 100.0, 100.0)],
    "every twelve hours": [("depot", 12.0 * k, 50.0, None) for k in range(6)],
}


@pytest.mark.parametrize("compartments", [1, 2])
@pytest.mark.parametrize("name", TELLING)
def test_telling_schedules(one, two, compartments, name):
    simulator = one if compartments == 1 else two
    events = Events.join([events_of(patient, TELLING[name]) for patient in range(PATIENTS)])
    start = simulator.begin({name: RATES[name] for name in simulator.model.constants})
    curves, last = simulator.advance(start, events, 72.0, TIMES, rtol=1e-9, atol=1e-9, closed=True)
    assert not last.status.any()
    for patient in range(PATIENTS):
        rates = {name: values[patient] for name, values in RATES.items()}
        exact = amount(rates, TELLING[name], compartments=compartments)
        np.testing.assert_allclose(curves[patient, 0], exact, rtol=1e-6, atol=1e-6)


def test_the_input_is_zero_again_after_infusions(one):
    events = Events.infusion(0, [0.1, 0.7, 1.3], "central", [1 / 3, 0.1, 7.0], [0.9, 1.1, 2.3])
    _, last = one.advance(one.begin(), events, 30.0)
    assert abs(last.parameters[0, one.layout.given.index("input of central")]) < 1e-14


def test_an_infusion_goes_on_from_one_segment_to_the_next(one):
    events = Events.infusion(0, 1.0, "central", 100.0, 10.0)
    snapshot = one.begin({"k": 0.1})
    for until in (4.0, 8.0, 12.0):
        _, snapshot = one.advance(snapshot, events, until, rtol=1e-9)
    exact = 10 * (1 - np.exp(-1.0)) / 0.1 * np.exp(-0.1)
    np.testing.assert_allclose(snapshot.states[0, 1], exact, rtol=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(hours, st.booleans()), max_size=8))
def test_a_switch_by_the_time_it_was_on(model, settings_):
    """y' = -k on y: the logarithm falls by k for each hour on."""
    made = Simulator(model({"y": "-k*on*y"}, initial={"y": 1.0}, constants={"k": 0.05, "on": 1.0}, switches=["on"]))
    events = Events.join([Events.switch(0, hour, "on", float(on)) for hour, on in settings_])
    curves, _ = made.advance(made.begin(), events, 72.0, TIMES, rtol=1e-9, atol=1e-12, closed=True)
    ordered = sorted(enumerate(settings_), key=lambda item: (item[1][0], item[0]))
    marks = [(0.0, True), *(setting for _, setting in ordered), (72.0, False)]
    on_for = np.zeros_like(TIMES)
    for (begin, on), (end, _) in pairwise(marks):
        on_for += on * np.clip(TIMES - begin, 0, end - begin)
    np.testing.assert_allclose(curves[0, 0], np.exp(-0.05 * on_for), rtol=1e-6)


def test_steady_state_of_a_constant_infusion(two):
    rates = {name: RATES[name] for name in two.model.constants}
    events = Events.infusion(np.arange(PATIENTS), 0.0, "central", 5.0 * 4000, 4000.0)
    _, last = two.advance(two.begin(rates), events, 3900.0)
    np.testing.assert_allclose(last.states[:, 1], 5.0 / RATES["k"], rtol=1e-6)
    np.testing.assert_allclose(last.states[:, 2], 5.0 / RATES["k"] * RATES["kcp"] / RATES["kpc"], rtol=1e-6)
