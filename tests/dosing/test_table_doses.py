"""Dose records as happenings: F, lag, RATE and ADDL in numbers that can be read off, and what resets cancel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.dosing.events import Action
from unmoor.dosing.table import read_event_table
from unmoor.dosing.timeline import in_order

DOSE = {"TIME": 0.0, "EVID": 1, "AMT": 100.0, "CMT": "filgrastim_central", "RATE": 0.0, "ADDL": 0, "II": 0.0, "SS": 0}


def _events(model, *rows, **options):
    table = read_event_table(pd.DataFrame([DOSE | row for row in rows]), model, **options)
    events = in_order(table.timeline)[0]
    return [
        (float(t), Action(int(a)).name, round(float(v), 9))
        for t, a, v in zip(events.time, events.action, events.value, strict=True)
    ]


def _parts(**values):
    return {f"{name}_filgrastim_central": value for name, value in values.items()}


def test_bolus_with_lag_share_and_further_doses(model):
    found = _events(model, {"ADDL": 2, "II": 12.0} | _parts(lag=0.5, F=0.4))
    assert found == [(0.5, "ADD", 40.0), (12.5, "ADD", 40.0), (24.5, "ADD", 40.0)]


@pytest.mark.parametrize(
    ("rate", "values", "expected"),
    [
        # F scales the duration where a rate is given or modelled, the rate where the duration is
        (20.0, {}, [(0.0, 20.0), (2.0, -20.0)]),
        (-1, {"rate": 10.0}, [(0.0, 10.0), (4.0, -10.0)]),
        (-2, {"duration": 8.0}, [(0.0, 5.0), (8.0, -5.0)]),
    ],
)
def test_bioavailability_of_infusions(model, rate, values, expected):
    found = _events(model, {"RATE": rate} | _parts(F=0.4, **values))
    assert found == [(time, "RATE", value) for time, value in expected]


@pytest.mark.parametrize("rate", [0.0, 10.0, -2])
def test_nothing_enters_where_nothing_is_available(model, rate):
    assert _events(model, {"RATE": rate} | _parts(F=0.0, duration=2.0)) == []


def test_an_infusion_too_short_to_tell_is_a_bolus(model):
    assert _events(model, {"TIME": 24.0, "RATE": 1e18}) == [(24.0, "ADD", 100.0)]


def test_lag_is_that_of_the_record_share_and_duration_those_of_the_entry(model):
    rows = [
        {"ADDL": 2, "II": 12.0, "RATE": -2} | _parts(lag=1.0, F=1.0, duration=2.0),
        {"EVID": 0, "AMT": 0, "TIME": 13.0} | _parts(lag=5.0, F=0.5, duration=1.0),
    ]
    assert _events(model, *rows) == [
        (1.0, "RATE", 50.0), (3.0, "RATE", -50.0),
        (13.0, "RATE", 50.0), (14.0, "RATE", -50.0),
        (25.0, "RATE", 50.0), (26.0, "RATE", -50.0),
    ]  # fmt: skip
    backward = _events(model, *rows, covariates="nocb")
    assert backward[:2] == [(1.0, "RATE", 50.0), (2.0, "RATE", -50.0)]


def test_a_modelled_rate_changes_as_the_infusion_runs_until_the_amount_is_in(model):
    later = {"EVID": 2, "AMT": 0, "TIME": 4.0} | _parts(rate=30.0)
    rows = [{"RATE": -1} | _parts(rate=10.0), later]
    assert _events(model, *rows) == [(0.0, "RATE", 10.0), (4.0, "RATE", 20.0), (6.0, "RATE", -30.0)]
    backward = _events(model, *rows, covariates="nocb")
    assert backward == [(0.0, "RATE", 30.0), (pytest.approx(10 / 3), "RATE", -30.0)]
    last = {"EVID": 2, "AMT": 0, "TIME": 5.0} | _parts(rate=5.0)
    assert _events(model, *rows, last) == [
        (0.0, "RATE", 10.0), (4.0, "RATE", 20.0), (5.0, "RATE", -25.0), (11.0, "RATE", -5.0),
    ]  # fmt: skip


def test_resets_cancel_what_earlier_records_would_do(model):
    rows = [
        {"ADDL": 5, "II": 12.0}, {"RATE": 5.0}, {"TIME": 6.0} | {"ADDL": 1, "II": 1.0},
        {"TIME": 12.0, "EVID": 4, "ADDL": 1, "II": 3.0},
    ]  # fmt: skip
    assert _events(model, *rows) == [
        (0.0, "ADD", 100.0), (0.0, "RATE", 5.0), (6.0, "ADD", 100.0), (7.0, "ADD", 100.0),
        (12.0, "ADD", 100.0), (12.0, "RESET", 0.0), (12.0, "ADD", 100.0), (15.0, "ADD", 100.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("steady", "kept"), [(1, []), (3, []), (2, [(24.0, "ADD", 100.0)])])
def test_steady_states_in_place_of_all_cancel_too(model, steady, kept):
    found = _events(model, {"ADDL": 1, "II": 24.0}, {"TIME": 12.0, "SS": steady, "II": 100.0, "AMT": 7.0})
    reset = [(12.0, "RESET", 0.0)] if steady != 2 else []
    assert found == [(0.0, "ADD", 100.0), *reset, (12.0, "ADD", 7.0), *kept]


def test_a_reset_reaches_its_own_patient_only(model):
    rows = [
        {"ID": 1, "ADDL": 1, "II": 5.0},
        {"ID": 2, "ADDL": 1, "II": 5.0},
        {"ID": 2, "TIME": 1.0, "EVID": 3, "AMT": 0},
    ]
    table = read_event_table(pd.DataFrame([DOSE | row for row in rows]), model)
    events = in_order(table.timeline)[0]
    assert events.time[events.patient == 0].tolist() == [0, 5]
    assert events.time[events.patient == 1].tolist() == [0, 1]


def test_steady_doses_have_the_parameters_of_their_record(model):
    rows = [
        {"SS": 1, "II": 12.0, "RATE": -2} | _parts(lag=1.0, F=0.5, duration=4.0),
        {"TIME": 2.0, "SS": 2, "AMT": 0, "RATE": -1} | _parts(lag=1.0, F=0.5, rate=3.0, duration=1.0),
    ]
    steady = read_event_table(
        pd.DataFrame([DOSE | {"rate_filgrastim_central": 9.0} | row for row in rows]), model
    ).steady
    assert steady.amount.tolist() == [50, 0]
    assert steady.rate.tolist() == [12.5, 3]
    assert steady.lag.tolist() == [1, 0]  # none for an infusion without end
    assert steady.interval.tolist() == [12, 0]
    assert steady.adds.tolist() == [False, True]


def test_times_that_rounding_tells_apart_are_one(model):
    rows = [{"ADDL": 3, "II": 0.1}, {"EVID": 0, "AMT": 0, "TIME": 0.3}]
    assert np.any(0.1 * np.arange(4) != [0, 0.1, 0.2, 0.3])
    assert [time for time, _, _ in _events(model, *rows)] == [0, 0.1, 0.2, 0.3]
