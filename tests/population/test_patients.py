"""Patients: internal units, slices, summaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model.model import Model
from unmoor.population import Patients, load_population, sample


@pytest.fixture
def patients(write: Callable[[str], Path], text: str, model: Model) -> Patients:
    return sample(load_population(write(text), model), 30, seed=4, first=10)


def test_internal_values_are_in_hours_and_litres(patients: Patients, model: Model) -> None:
    internal = patients.internal(model)
    assert list(internal) == list(patients.parameters.columns)
    assert internal["drug_clearance"] == pytest.approx(patients.parameters["drug_clearance"].to_numpy() * 0.06)  # L/h
    assert np.array_equal(internal["weight"], patients.covariates["weight"].to_numpy())
    assert all(values.dtype == np.float64 and values.shape == (30,) for values in internal.values())


def test_a_unit_other_than_the_models_is_converted(patients: Patients, model: Model) -> None:
    litres = replace(patients, units={**patients.units, "drug_clearance": "L/h"})
    assert litres.internal(model)["drug_clearance"] == pytest.approx(litres.parameters["drug_clearance"].to_numpy())
    with pytest.raises(BadInput, match=r"parameter 'drug_clearance'.* cannot be read as"):
        replace(patients, units={**patients.units, "drug_clearance": "kg"}).internal(model)


def test_a_parameter_that_the_model_lacks_names_the_nearest(patients: Patients, model: Model) -> None:
    other = replace(patients, parameters=patients.parameters.rename(columns={"drug_lag": "drug_lagg"}))
    with pytest.raises(UnknownName, match=r"model 'small': unknown symbol 'drug_lagg'\n.*did you mean 'drug_lag'"):
        other.internal(model)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="weight"), "covariate 'weight' of model 'small' is not given"),
        (lambda table: table.assign(drug_lag=np.nan), "'drug_lag' of patient 10 is not a finite number"),
        (lambda table: table.assign(amount=1.0), "'amount' of model 'small' is not a constant"),
    ],
)
def test_what_the_model_cannot_take_is_refused(
    patients: Patients, model: Model, change: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        replace(patients, parameters=change(patients.parameters)).internal(model)


def test_chosen_patients_keep_their_numbers(patients: Patients) -> None:
    assert len(patients) == 30
    assert list(patients[2:5].covariates.index) == [12, 13, 14]
    assert list(patients[-1].parameters.index) == [39]
    assert list(patients[np.array([3, 1])].attempts.index) == [13, 11]
    assert list(patients[patients.attempts.index > 37].covariates.index) == [38, 39]
    assert patients[2:5].covariates.index.name == "patient"
    assert patients[2:5].seed == 4


def test_patients_are_counted_and_summarised(patients: Patients) -> None:
    summary = patients.summary().set_index("name")
    weight = patients.covariates["weight"]
    assert summary.loc["weight", ["unit", "n", "role"]].tolist() == ["kg", 30, "covariate"]
    assert summary.loc["weight", "median"] == weight.median()
    assert summary.loc["weight", "p95"] == np.quantile(weight, 0.95)
    men = (patients.covariates["sex"] == "male").sum()
    assert summary.loc["sex", "categories"] == f"male {men}, female {30 - men}"
    assert summary.loc["drug_lag", "role"] == "parameter"
    assert summary.index.is_unique
