"""A user's own cohort, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model.model import Model
from unmoor.population import Patients, load_population, sample

TABLE = pd.DataFrame({"weight": [70.0, 85.0], "sex": [0, 1], "height": [170, 182], "centre": ["a", "b"]})
Change = Callable[[pd.DataFrame], pd.DataFrame]


def test_a_table_becomes_patients(model: Model) -> None:
    patients = Patients.of(TABLE, model)
    assert list(patients.parameters.columns) == ["weight", "sex"]
    assert list(patients.covariates.columns) == ["weight", "sex", "height", "centre"]
    assert patients.units == {"weight": "kg", "sex": "1", "height": "cm", "centre": ""}
    assert list(patients.internal(model)["weight"]) == [70, 85]
    assert patients.covariates.index.name == "patient"
    assert list(patients[1].covariates["centre"]) == ["b"]


def test_units_are_converted(model: Model) -> None:
    table = TABLE.assign(weight=[70_000, 85_000], height=[1.70, 1.82])
    patients = Patients.of(table, model, units={"weight": "g", "height": "m"})
    assert patients.covariates["weight"].tolist() == pytest.approx([70, 85])
    assert patients.covariates["height"].tolist() == pytest.approx([170, 182])
    assert patients.units["height"] == "cm"


def test_a_column_may_give_a_parameter(model: Model) -> None:
    table = TABLE.assign(**{"drug.clearance": [0.3, 0.6]})
    patients = Patients.of(table, model, units={"drug.clearance": "L/h"})
    assert patients.internal(model)["drug_clearance"] == pytest.approx([0.3, 0.6])
    assert "drug_clearance" not in patients.covariates


def test_with_a_seed_the_other_parameters_vary_as_in_a_sample(
    model: Model, write: Callable[[str], Path], text: str
) -> None:
    table = TABLE.assign(drug_lag=1.5).set_index(pd.Index([7, 3]))
    patients = Patients.of(table, model, seed=5)
    assert patients.parameters["drug_lag"].tolist() == [1.5, 1.5]
    drawn = sample(load_population(write(text), model), 10, seed=5).parameters
    for name in ("drug_unbound", "drug_pool"):  # correlated with nothing in the population
        assert patients.parameters.loc[[7, 3], name].tolist() == drawn.loc[[7, 3], name].tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: t.drop(columns="weight").assign(wieght=70),
            "'weight' of model 'small' is missing\n.*column 'wieght'.*kg",
        ),
        (lambda t: t.assign(weight=[70, 8500]), "'weight' of patient 1 is 8500 kg, out of range 30 to 200\n.*unit"),
        (lambda t: t.assign(weight=[7, 8]), r"'weight' of patient 0 is 7 kg, out of range 30 to 200 \(2 patients\)"),
        (lambda t: t.assign(height=[1.7, 1.8]), "'height' of patient 0 is 1.7 cm, out of range 20 to 275"),
        (lambda t: t.assign(weight=[70, None]), "'weight' of patient 1 is 'nan', not a finite number"),
        (lambda t: t.assign(weight=["70", "a lot"]), "'weight' of patient 1 is 'a lot', not a finite number"),
        (lambda t: t.assign(sex=["m", "f"]), r"'sex' of patient 0 is 'm', not a finite number \(2 patients\)"),
        (lambda t: t.assign(amount=3), "'amount' is computed by model 'small' and cannot be given"),
        (lambda t: t.assign(**{"drug_lag": 1, "drug.lag": 2}), "column 'drug.lag' gives 'drug_lag' a second time"),
        (lambda t: t.iloc[:0], "the table has no patients"),
        (lambda t: t.set_index("centre"), "the index does not number the patients"),
        (lambda t: t.set_index(pd.Index([3, 3])), "the index does not number the patients"),
        (lambda t: pd.concat([t, t[["sex"]]], axis=1), "column 'sex' stands twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(model: Model, change: Change, message: str) -> None:
    with pytest.raises(BadInput, match=f"my cohort: .*{message}"):
        Patients.of(change(TABLE), model, name="my cohort")


def test_unknown_names_are_refused(model: Model) -> None:
    with pytest.raises(UnknownName, match=r"unknown parameter 'drug_clearence'\n.*did you mean 'drug_clearance'"):
        Patients.of(TABLE.assign(drug_clearence=3), model)
    with pytest.raises(UnknownName, match=r"units: unknown column 'wt'\n"):
        Patients.of(TABLE, model, units={"wt": "kg"})
    with pytest.raises(BadInput, match=r"'weight'.*cannot be read as 'kg'"):
        Patients.of(TABLE, model, units={"weight": "cm"})


def test_the_users_table_is_left_alone(model: Model) -> None:
    before = TABLE.copy()
    Patients.of(TABLE, model, units={"weight": "kg"}, seed=1)
    pd.testing.assert_frame_equal(TABLE, before)
    assert np.array_equal(TABLE.columns, before.columns)
