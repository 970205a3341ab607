"""Courses of an event table: grids and records, groups of patients, resets to a patient's own start."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.dosing.table import read_event_table
from unmoor.engine import integrate, table_run
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator
from unmoor.engine.table_run import run_courses

K = 0.3
ROW = {"TIME": 0.0, "EVID": 0, "AMT": 0.0, "CMT": "central", "RATE": 0.0, "II": 0.0, "SS": 0, "ADDL": 0}
TIGHT = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def one(model):
    return model(
        {"central": "-k*central"},
        initial={"central": "base"},
        constants={"k": K, "v": 2.0, "base": 0.0},
        assignments={"level": "central/v"},
        outputs=["central", "level"],
        name="one",
    )


def _table(*rows):
    return pd.DataFrame([ROW | row for row in rows])


def test_a_grid_shows_what_is_after_all_that_happens_at_a_time(one):
    table = _table(
        {"TIME": 5.0}, {"TIME": 5.0, "EVID": 1, "AMT": 8.0}, {"TIME": 5.0}, {"TIME": 5.0, "EVID": 1, "AMT": 1.0}
    )
    found = integrate(one, events=table, times=[0.0, 5.0, 6.0], **TIGHT)
    np.testing.assert_allclose(found["central"], [0.0, 9.0, 9 * np.exp(-K)], rtol=1e-8)


def test_records_show_what_is_before_and_after_in_their_order(one):
    table = _table(
        {"TIME": 5.0}, {"TIME": 5.0, "EVID": 1, "AMT": 8.0}, {"TIME": 5.0}, {"TIME": 5.0, "EVID": 1, "AMT": 1.0}
    )
    found = integrate(one, events=pd.concat([table, _table({"TIME": 5.0, "EVID": 2}, {"TIME": 6.0})]), **TIGHT)
    np.testing.assert_allclose(found["central"], [0.0, 8.0, 9.0, 9 * np.exp(-K)], rtol=1e-8, atol=1e-12)


def test_the_first_record_may_be_an_observation_before_the_first_dose(one):
    for time in (0.0, -3.0, 7.0):
        rows = ({"TIME": time}, {"TIME": time, "EVID": 1, "AMT": 8.0}, {"TIME": time})
        found = integrate(one, events=_table(*rows), parameters={"base": 2.0}, **TIGHT)
        before = 2 * np.exp(-K * max(time, 0.0))
        np.testing.assert_allclose(found["central"], [before, before + 8], rtol=1e-8)


def test_a_course_begins_at_hour_zero_or_at_its_first_record_if_that_is_earlier(one):
    rows = [{"ID": 1, "TIME": -10.0}, {"ID": 2, "TIME": 4.0}, {"ID": 3, "TIME": -1.0}]
    table = _table(*rows, {"ID": 3, "TIME": 1.0})
    found = integrate(one, events=table, parameters={"base": 1.0}, **TIGHT)
    np.testing.assert_allclose(found["central"], [1.0, np.exp(-4 * K), 1.0, np.exp(-2 * K)], rtol=1e-8)
    grid = integrate(one, events=table, parameters={"base": 1.0}, times=[0.0, 4.0], **TIGHT)
    np.testing.assert_allclose(grid["central"][:, 1], np.exp([-14 * K, -4 * K, -5 * K]), rtol=1e-8)
    early = integrate(one, events=table, parameters={"base": 1.0}, times=[-20.0, 0.0], **TIGHT)
    np.testing.assert_allclose(early["central"][:, 1], np.exp(-20 * K), rtol=1e-8)


def test_a_reset_returns_to_the_patients_own_start(one):
    people = pd.DataFrame({"central": [3.0, 5.0]}, index=[1, 2])
    rows = [
        {"ID": who} | row
        for who in (1, 2)
        for row in (
            {"EVID": 1, "AMT": 8.0},
            {"TIME": 2.0, "EVID": 3},
            {"TIME": 2.0},
            {"TIME": 4.0, "EVID": 4, "AMT": 1.0},
            {"TIME": 4.0},
            {"TIME": 6.0, "EVID": 4, "AMT": 2.0, "SS": 2, "II": 5.0},
            {"TIME": 6.0},
            {"TIME": 7.0, "EVID": 4, "AMT": 2.0, "SS": 1, "II": 5.0},
            {"TIME": 7.0},
        )
    ]
    found = integrate(one, events=_table(*rows), parameters=people, **TIGHT)
    steady = 2 / -np.expm1(-5 * K)
    np.testing.assert_allclose(found["central"][:4], [3.0, 4.0, steady, steady], rtol=1e-8)
    np.testing.assert_allclose(found["central"][4:], [5.0, 6.0, steady, steady], rtol=1e-8)


def test_the_start_of_a_reset_is_that_of_the_constants_as_they_are_then(one):
    table = _table({"EVID": 2}, {"TIME": 3.0, "EVID": 3}, {"TIME": 3.0}).assign(base=[1.0, 6.0, 6.0])
    found = integrate(one, events=table, **TIGHT)
    np.testing.assert_allclose(found["central"], [1.0, 6.0], rtol=1e-8)


def test_steady_states_add_to_the_baseline_once(one):
    """SS 2 adds what the doses make of the initial state, so that a baseline is there once."""
    flat = {"k": 1e-9, "base": 7.0}
    table = _table({"EVID": 1, "AMT": 1.0, "SS": 1, "II": 1.0}, {}, {"EVID": 1, "AMT": 2.0, "SS": 2, "II": 1.0}, {})
    found = integrate(one, events=table, parameters=flat | {"k": K}, **TIGHT)
    share = 1 / -np.expm1(-K)
    np.testing.assert_allclose(found["central"], [share, 3 * share - 7.0], rtol=1e-7)


def test_groups_do_not_change_what_a_patient_does(one, monkeypatch):
    rng = np.random.default_rng(11)
    rows = []
    for who in range(150):
        times = np.sort(rng.choice(np.arange(0.0, 30.0, 0.5 if who % 3 else 6.0), 4))
        rows += [{"ID": who, "EVID": 1, "AMT": float(rng.integers(1, 9)), "ADDL": 3, "II": 6.0}]
        rows += [{"ID": who, "TIME": time} for time in times]
    table, people = _table(*rows), pd.DataFrame({"k": rng.uniform(0.1, 1, 150)})
    together = integrate(one, events=table, parameters=people)
    monkeypatch.setattr(table_run, "TOGETHER", 8)
    smaller = integrate(one, events=table, parameters=people)
    np.testing.assert_array_equal(together["central"], smaller["central"])
    exact = []
    for row in rows:
        if "TIME" in row:
            who = row["ID"]
            dose = next(r for r in rows if r["ID"] == who)
            since = row["TIME"] - 6.0 * np.arange(4)
            exact.append(dose["AMT"] * np.exp(-people["k"][who] * since[since >= 0]).sum())
    np.testing.assert_allclose(together["central"], exact, rtol=1e-4)
    assert together["patient"].values.tolist() == [row["ID"] for row in rows if "TIME" in row]


def test_a_failed_patient_is_nan_at_its_own_records_only(model):
    grows = model({"y": "y**2"}, initial={"y": "start"}, constants={"start": 0.1}, name="grows")
    table = _table({"ID": 1, "TIME": 2.0}, {"ID": 2, "TIME": 2.0}).drop(columns="CMT")
    found = integrate(grows, events=table, parameters={"start": [1.0, 0.1]} | {"ID": [1, 2]})
    assert found["status"].values[0] in (Status.TOO_SMALL_STEP, Status.UNSTABLE)
    assert np.isnan(found["y"][0])
    assert float(found["y"][1]) == pytest.approx(0.125, rel=1e-5)


def test_what_a_run_tells_of_its_courses(one):
    table = read_event_table(_table({"ID": 1}, {"ID": 2, "EVID": 1, "AMT": 2.0}, {"ID": 2, "TIME": 3.0}), one)
    ran = run_courses(Simulator(one, ["central"]), table, {}, None, rtol=1e-6, atol=1e-9)
    assert ran.values.shape == (2, 1)
    assert ran.status.tolist() == [0, 0]
    assert ran.steps[1, 0] > 0
    grid = run_courses(Simulator(one, ["central", "level"]), table, {}, np.array([0.0, 1.0, 2.0]), rtol=1e-6, atol=1e-9)
    assert grid.values.shape == (2, 2, 3)
    np.testing.assert_allclose(grid.values[1, 0], 2 * np.exp(-K * np.arange(3)), rtol=1e-5)
