"""Steady states under doses: against the same doses written out, for models without closed forms too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.engine import integrate
from unmoor.engine.outcome import Status
from unmoor.engine.steady_dosing import never_settling


@pytest.fixture(scope="module")
def saturable(model):
    """Absorption, Michaelis-Menten elimination, a turnover that the concentration inhibits, and areas."""
    return model(
        {
            "depot": "-ka*depot",
            "central": "ka*depot - vmax*central/(km + central)",
            "response": "kin*(1 - central/(central + half)) - kout*response",
            "area": "central",
            "moment": "area",
        },
        initial={"response": "kin/kout"},
        constants={"ka": 0.9, "vmax": 20.0, "km": 30.0, "kin": 3.0, "half": 10.0, "kout": 0.05},
        name="saturable",
    )


STATES = ["depot", "central", "response"]
DOSE = {"TIME": 0.0, "EVID": 1, "AMT": 100.0, "CMT": "depot", "RATE": 0.0, "II": 12.0, "SS": 1, "ADDL": 0}
TIGHT = {"rtol": 1e-9, "atol": 1e-9}
GRID = np.linspace(0.0, 12.0, 25)


def _written_out(model, doses, row, **options):
    """The last interval of a regimen that has gone on for `doses` intervals."""
    back = DOSE | row
    span = doses * back["II"]
    table = pd.DataFrame([back | {"SS": 0, "TIME": -span, "ADDL": doses}])
    return integrate(model, events=table, times=GRID, **options, **TIGHT)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"CMT": "central"},
        {"CMT": "central", "RATE": 40.0},
        {"CMT": "central", "RATE": 4.0, "AMT": 150.0},
        {"RATE": 100.0, "lag_depot": 3.0},
        {"lag_depot": 20.0},
    ],
    ids=str,
)
def test_a_saturable_model_against_four_hundred_doses_written_out(saturable, row):
    steady = integrate(saturable, events=pd.DataFrame([DOSE | row]), times=GRID, **TIGHT)
    long = _written_out(saturable, 400, row)
    for name in STATES:
        np.testing.assert_allclose(steady[name], long[name], rtol=1e-6, atol=1e-6, err_msg=name)


def test_an_infusion_without_end_against_the_root_of_its_rates(saturable):
    table = pd.DataFrame([DOSE | {"AMT": 0, "II": 0, "RATE": 12.0, "CMT": "central"}])
    found = integrate(saturable, events=table, times=[0.0, 1.0], **TIGHT)
    central = 12.0 * 30.0 / (20.0 - 12.0)
    assert float(found["central"][0]) == pytest.approx(central, rel=1e-8)
    assert float(found["response"][0]) == pytest.approx(60 * 10 / (central + 10), rel=1e-8)
    assert float(found["central"][1]) < central  # it ends at the record's time


def test_a_steady_state_of_nothing_is_the_baseline(saturable):
    table = pd.DataFrame([DOSE | {"AMT": 0, "II": 0, "RATE": 0.0}])
    found = integrate(saturable, events=table, parameters={"response": 1.0}, times=[0.0, 5.0], **TIGHT)
    np.testing.assert_allclose(found["response"], 60.0, rtol=1e-9)


def test_a_rate_that_cannot_be_removed_is_a_status_of_its_patient(saturable):
    table = pd.DataFrame([DOSE | {"ID": 1}, DOSE | {"ID": 2, "TIME": 3.0, "AMT": 300.0}, DOSE | {"ID": 3, "RATE": 5.0}])
    found = integrate(saturable, events=table, times=[0.0, 6.0])
    assert found["status"].values.tolist() == [Status.OK, Status.DOSES_NOT_STEADY, Status.OK]
    assert np.isnan(found["central"].sel(patient=2)).all()
    assert np.isfinite(found["central"].sel(patient=[1, 3])).all()
    assert "repeated doses" in found["status"].attrs["meaning"][Status.DOSES_NOT_STEADY]
    endless = pd.DataFrame([DOSE | {"AMT": 0, "II": 0, "RATE": 25.0, "CMT": "central"}])
    assert int(integrate(saturable, events=endless, times=[0.0])["status"]) == Status.DOSES_NOT_STEADY


def test_states_that_only_add_up_stay_out_of_it(saturable, model):
    assert never_settling(saturable) == {"area", "moment"}
    loop = model({"a": "-a", "b": "a + c", "c": "b", "d": "a - d"}, name="loop")
    assert never_settling(loop) == frozenset()  # b and c feed each other, d settles
    assert never_settling(model({"a": "0", "b": "k*a"}, constants={"k": 1.0}, name="two")) == {"a", "b"}
    hidden = model({"a": "-rate", "b": "1"}, assignments={"rate": "k*twice", "twice": "2*b"}, constants={"k": 1.0})
    assert never_settling(hidden) == {"a", "b"}
    found = integrate(saturable, events=pd.DataFrame([DOSE]), times=[0.0, 12.0], outputs=["area", "central"], **TIGHT)
    assert float(found["area"][0]) == 0.0
    # over one interval at steady state the area is what the doses make it, and the interval ends as it began
    assert float(found["central"][1]) > 0
    long = _written_out(saturable, 300, {}, outputs=["area"])
    assert float(found["area"][1]) == pytest.approx(float(long["area"][-1] - long["area"][0]), rel=1e-6)


def test_a_model_that_reads_the_clock_keeps_its_hours(model):
    """Elimination swings with a period of a day: the steady state of a dose a day depends on the hour it is given."""
    daily = model(
        {"central": "-(k + swing*sin(6.283185307179586*time/24))*central"},
        constants={"k": 0.1, "swing": 0.05},
        name="daily",
    )
    for hour in (0.0, 6.0, 18.0):
        row = DOSE | {"CMT": "central", "II": 24.0, "TIME": 240.0 + hour}
        steady = integrate(daily, events=pd.DataFrame([row]), times=[240.0 + hour, 250.0 + hour], **TIGHT)
        # over whole days the swing averages out, so the peak is that of constant kinetics
        assert float(steady["central"][0]) == pytest.approx(100.0 / (1 - np.exp(-2.4)), rel=1e-7)
        tail = integrate(
            daily,
            events=pd.DataFrame([row | {"SS": 0, "TIME": row["TIME"] - 2400, "ADDL": 101}]),
            times=steady["time"].values,
            **TIGHT,
        )
        np.testing.assert_allclose(steady["central"], tail["central"], rtol=1e-7)


def test_slow_kinetics_reach_their_steady_state_at_once(model):
    """A half-life of a year under daily doses: repetition alone would take ten thousand doses."""
    slow = model({"central": "-k*central"}, constants={"k": np.log(2) / 8766}, name="slow")
    found = integrate(slow, events=pd.DataFrame([DOSE | {"CMT": "central", "II": 24.0}]), times=[0.0])
    assert float(found["central"][0]) == pytest.approx(100.0 / -np.expm1(-24 * np.log(2) / 8766), rel=1e-6)


def test_patients_have_their_own_and_do_not_depend_on_one_another(saturable):
    rng = np.random.default_rng(5)
    n = 60
    people = pd.DataFrame({"vmax": rng.uniform(15, 40, n), "ka": rng.uniform(0.3, 2, n)}, index=range(1, n + 1))
    rows = [
        DOSE
        | {"ID": k, "AMT": rng.choice([50.0, 100.0]), "II": rng.choice([12.0, 24.0]), "RATE": rng.choice([0.0, 30.0])}
        for k in people.index
    ]
    together = integrate(saturable, events=pd.DataFrame(rows), parameters=people, times=GRID)
    assert np.all(together["status"] == Status.OK)
    for k in (1, 17, 60):
        alone = integrate(saturable, events=pd.DataFrame([rows[k - 1]]), parameters=people.loc[[k]], times=GRID)
        for name in STATES:
            np.testing.assert_array_equal(alone[name].sel(patient=k), together[name].sel(patient=k), err_msg=name)


def test_moieties_that_are_conserved_stay_as_they_began(model):
    """Receptor, free and bound, is neither made nor lost: the steady state has as much of it as the patient."""
    binding = model(
        {
            "drug": "-kel*drug - kon*drug*free + koff*bound",
            "free": "-kon*drug*free + koff*bound",
            "bound": "kon*drug*free - koff*bound",
        },
        initial={"free": "total"},
        constants={"kel": 0.2, "kon": 0.05, "koff": 0.3, "total": 8.0},
        name="binding",
    )
    row = DOSE | {"CMT": "drug", "AMT": 20.0, "II": 6.0}
    times = np.linspace(0, 6, 7)
    steady = integrate(binding, events=pd.DataFrame([row]), times=times, parameters={"total": 5.0}, **TIGHT)
    np.testing.assert_allclose(steady["free"] + steady["bound"], 5.0, rtol=1e-8)
    long = pd.DataFrame([row | {"SS": 0, "TIME": -1200.0, "ADDL": 200}])
    written = integrate(binding, events=long, times=times, parameters={"total": 5.0}, **TIGHT)
    for name in ("drug", "free", "bound"):
        np.testing.assert_allclose(steady[name], written[name], rtol=1e-6, err_msg=name)
