"""Populations mixed by weight: who comes from where, and what a patient of one brings into the model of all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput
from unmoor.model import load_model
from unmoor.population import Mixture, load_population, sample
from unmoor.population.mixture import pooled

POOL = "neutrophil_transit_stimulation"


@pytest.fixture(scope="module")
def mixture() -> Mixture:
    parts = (load_population("healthy-donor", "mobilisation"), load_population("nhl-phase3", "mobilisation"))
    return Mixture(load_model("mobilisation"), ((parts[0], 1.0), (parts[1], 3.0)))


def test_shares_follow_the_weights_and_patients_their_numbers(mixture: Mixture) -> None:
    people = sample(mixture, 2000, seed=3)
    assert list(people.covariates.index) == list(range(2000))
    assert (people.covariates["disease"] == "none").mean() == pytest.approx(0.25, abs=0.03)
    some = sample(mixture, 50, seed=3, first=700)
    pd.testing.assert_frame_equal(some.parameters, people.parameters.iloc[700:750][some.parameters.columns])
    assert mixture.name == "healthy-donor 1 + nhl-phase3 3"
    assert set(mixture.categories["disease"]) == {"none", "non-Hodgkin lymphoma"}


def test_a_patient_of_a_part_is_that_of_the_part_alone(mixture: Mixture) -> None:
    people = sample(mixture, 300, seed=3)
    for part, _ in mixture.parts:
        alone = sample(part, 300, seed=3)
        mine = people.covariates.index[people.covariates["disease"] == alone.covariates["disease"].iloc[0]]
        for name in alone.parameters.columns:
            np.testing.assert_array_equal(people.parameters.loc[mine, name], alone.parameters.loc[mine, name])
        assert part.model is not None
        internal = people.internal(mixture.model)
        # what a part's table says and does not vary stands in every patient of the part, in internal units
        for name, row in part.model.rows.items():
            if row.kind == "constant" and name in internal and name not in alone.parameters.columns:
                np.testing.assert_allclose(internal[name][mine], part.model.constants[name])


def test_numbers_that_differ_become_parameters(mixture: Mixture) -> None:
    donors, patients = (part.model for part, _ in mixture.parts)
    assert donors is not None
    assert patients is not None
    assert donors.rows[POOL].value != patients.rows[POOL].value
    assert POOL in sample(mixture, 10, seed=1).parameters.columns
    names = set(mixture.table()["name"].str.partition(":")[0])
    assert names == {"healthy-donor", "nhl-phase3"}
    assert {each.name for each in mixture.variability} >= {each.name for each in mixture.parts[1][0].variability}


def test_the_same_patient_twice_is_refused(mixture: Mixture) -> None:
    part = mixture.parts[0][0]
    people = sample(part, 3, seed=1)
    with pytest.raises(BadInput, match="patient 0 stands twice"):
        pooled(mixture.model, [(part, people), (part, people)], name="twice")
