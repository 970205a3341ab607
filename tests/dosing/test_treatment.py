"""From text to events: amounts, bioavailability, lag, infusions, errors before anything is computed, and speed."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.events import Action
from unmoor.dosing.regimen import Regimen


def _events(text, model, lagging, patients=None, parameters=None):
    return Regimen.of(text, drugs=[lagging]).events(model, patients, parameters)


def test_a_bolus_enters_late_and_in_part(model, lagging):
    events, _ = _events("plerixafor 10 mg sc on days 1, 3 at 06:00", model, lagging)
    assert events.names == ("plerixafor_depot",)
    assert events.time.tolist() == [6.25, 54.25]
    assert events.start.tolist() == [6, 54]
    assert events.value.tolist() == [10_000, 10_000]  # 20,000 nmol, half of them available
    assert set(events.action) == {Action.ADD}


def test_the_route_decides_about_bioavailability_and_lag(model, lagging):
    events, _ = _events("plerixafor 10 mg iv once", model, lagging)
    assert (events.names, events.time.tolist(), events.value.tolist()) == (("plerixafor_central",), [0], [20_000])


def test_an_infusion_of_given_duration_scales_its_rate(model, lagging):
    events, _ = _events(
        "plerixafor 10 mg sc over 2 h once", model, lagging, parameters={"plerixafor_bioavailability": 0.25}
    )
    assert events.time.tolist() == [0.25, 2.25]
    assert events.value.tolist() == [2500, -2500]


def test_infusions_that_overlap_add(model, lagging):
    events, _ = _events("plerixafor 10 mg iv over 3 h every 2 hours for 2 doses", model, lagging)
    assert events.time.tolist() == [0, 2, 3, 5]
    assert np.cumsum(events.value) == pytest.approx([20_000 / 3, 40_000 / 3, 20_000 / 3, 0])


def test_each_patient_has_its_own_amount_lag_and_bioavailability(model, lagging):
    patients = pd.DataFrame({"weight": [50.0, 80.0], "height": [180.0, 180.0]})
    parameters = {"plerixafor_lag": [0.0, 30.0], "plerixafor_bioavailability": [1.0, 0.1]}
    text = "plerixafor 0.2 mg/kg sc once daily for 2 days\nfilgrastim 1 mg/m2 iv once"
    events, _ = _events(text, model, lagging, patients, parameters)
    assert events.patient.tolist() == [0, 0, 0, 1, 1, 1]
    assert events.time.tolist() == [0, 0, 24, 0, 30, 54]
    assert [events.names[k] for k in events.target[3:]] == [
        "filgrastim_central",
        "plerixafor_depot",
        "plerixafor_depot",
    ]
    assert events.value[[0, 2]] == pytest.approx([20_000, 20_000])
    assert events.value[4:] == pytest.approx([3200, 3200])
    assert events.value[3] == pytest.approx(2e-3 / 18800 * 1e9)  # 2 m2 of 1 mg/m2, at 18,800 g/mol


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 40), st.floats(40, 150)), min_size=1, max_size=5),
    st.integers(1, 6),
)
def test_what_enters_is_what_is_recorded_times_bioavailability(model, lagging, people, doses):
    fraction, lag, weight = map(np.array, zip(*people, strict=True))
    infusions = f"plerixafor 0.24 mg/kg sc over 90 min every 7 hours for {doses} doses"
    text = f"{infusions}\nplerixafor 5 mg sc daily for {doses} days"
    parameters = {"plerixafor_bioavailability": fraction, "plerixafor_lag": lag}
    events, record = _events(text, model, lagging, pd.DataFrame({"weight": weight}), parameters)
    for k in range(len(people)):
        mine = events.of([k])
        added = mine.value[mine.action == Action.ADD].sum()
        rates = mine.action == Action.RATE
        # an infusion brings its rate times its length: minus the sum of rate changes times their times
        infused = -(mine.value[rates] * mine.time[rates]).sum()
        given_nmol = record.loc[record["patient"] == k, "nmol"].sum()
        assert added + infused == pytest.approx(given_nmol * fraction[k], rel=1e-9)
        assert mine.time.min() == pytest.approx(lag[k])
        assert np.all(np.diff(mine.time) >= 0)


def test_without_patients_the_models_reference_patient_is_treated(model, lagging):
    _, record = _events("plerixafor 0.1 mg/kg sc once", model, lagging)
    assert record["amount"].tolist() == pytest.approx([7.0])


def test_without_patients_covariates_among_the_parameters_count(model, lagging):
    parameters = {"weight": np.array([50.0, 60.0]), "creatinine_clearance": np.array([2.9, 3.1])}
    text = "plerixafor 0.1 mg/kg sc once, but 1 mg if creatinine_clearance <= 50 mL/min"
    _, record = _events(text, model, lagging, parameters=parameters)
    assert record["amount"].tolist() == pytest.approx([1.0, 6.0])


def test_a_dose_whose_drug_the_model_does_not_have(model, lagging):
    import dataclasses

    other = dataclasses.replace(model, drugs={"filgrastim": "filgrastim"})
    with pytest.raises(UnknownName, match=r"unknown drug of model 'small' 'plerixafor'[\s\S]*known: filgrastim"):
        _events("plerixafor 1 mg sc", other, lagging)


@pytest.mark.parametrize(
    ("patients", "kind", "message"),
    [
        ({"height": [170.0]}, UnknownName, "the patients have no covariate 'weight'"),
        ({"weight": [np.nan]}, BadInput, "weight of patient 0 is nan"),
        ({"weight": [-3.0]}, BadInput, "weight of patient 0 is -3"),
    ],
)
def test_covariates_that_a_dose_needs(model, lagging, patients, kind, message):
    with pytest.raises(kind, match=message) as caught:
        _events("plerixafor 1 mg/kg sc", model, lagging, pd.DataFrame(patients))
    assert "dose 'plerixafor 1 mg/kg sc once'" in str(caught.value)
    assert len(_events("plerixafor 1 mg sc", model, lagging, pd.DataFrame(patients)).events) == 1


def test_a_hundred_thousand_patients_with_twenty_doses_take_well_under_two_seconds(model, lagging):
    n = 100_000
    draws = np.random.default_rng(1)
    patients = pd.DataFrame(
        {
            "weight": draws.uniform(45, 120, n),
            "height": draws.uniform(150, 200, n),
            "creatinine_clearance": draws.uniform(20, 150, n),
        }
    )
    text = (
        "filgrastim 10 ug/kg sc once daily for 10 days\n"
        "plerixafor 0.24 mg/kg sc on days 4-9 at 22:00, max 40 mg, "
        "but 0.16 mg/kg, max 27 mg if creatinine_clearance <= 50 mL/min\n"
        "plerixafor 1 mg/m2 iv over 2 h on days 1-4"
    )
    regimen = Regimen.of(text, drugs=[lagging])
    lags = {"plerixafor_lag": draws.uniform(0, 30, n)}  # so long that they change the order of doses
    begun = time.process_time()
    events, record = regimen.events(model, patients, lags)
    spent = time.process_time() - begun
    assert (len(events), len(record)) == (24 * n, 20 * n)
    assert spent < 2.0
