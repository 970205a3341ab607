"""Every population of the library fits the library's models, and every number in it has a source that exists."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.base.files import library_names
from unmoor.base.sources import bibliography, cited, nature
from unmoor.model import load_model
from unmoor.population import Population, load_population, overlay_of, sample

NAMES = library_names("populations", ".yaml")
MODEL = "mobilisation"  # for populations that name no model of their own
OWN = {name: found.name for name in NAMES if (found := load_population(name).model)}
GENERAL = [name for name in library_names("models", ".ant") if name not in OWN.values()]


@pytest.fixture(scope="module", params=NAMES)
def population(request: pytest.FixtureRequest) -> Population:
    return load_population(request.param, OWN.get(request.param, MODEL))


def test_the_library_has_populations() -> None:
    assert NAMES


def test_it_says_who_they_are(population: Population) -> None:
    assert population.title
    assert population.description
    assert cited([population.source], bibliography())


def test_every_number_has_a_source_that_exists(population: Population) -> None:
    known = bibliography()
    for row in population.table().itertuples():
        kind = nature(row.source)
        assert kind in ("cited", "derived", "assumed"), f"{row}"
        assert kind == "assumed" or cited([row.source], known), f"no known reference in {row}"
        assert kind != "assumed" or row.note, f"assumed without a reason: {row}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("model", GENERAL)
def test_its_covariates_suffice_for_every_model_that_has_no_people_of_its_own(name: str, model: str) -> None:
    population = load_population(name)
    rows = load_model(model).rows.values()
    needed = {row.name for row in rows if row.kind == "covariate" and "_" not in row.name}
    assert needed <= {each.name for each in population.covariates}


def test_patients_fit_the_model(population: Population) -> None:
    model = population.model
    assert model is not None
    patients = sample(population, 500, seed=1)
    internal = patients.internal(model)
    assert {name for name, row in model.rows.items() if row.kind == "covariate"} <= internal.keys()
    for name, values in internal.items():
        row = model.rows[name]
        low = -np.inf if row.lower is None else row.lower * model.factors[name]
        high = np.inf if row.upper is None else row.upper * model.factors[name]
        assert np.all((values >= low * (1 - 1e-12)) & (values <= high * (1 + 1e-12))), name


def test_most_candidates_are_accepted(population: Population) -> None:
    share = sample(population, 2_000, seed=1).rejected["share"]
    assert share.empty or share.iloc[-1] < 0.5


def test_the_typical_patient_would_be_accepted(population: Population) -> None:
    row = population.typical().covariates.iloc[0]
    columns = {name: np.array([value]) for name, value in row.items() if isinstance(value, float)}
    for criterion in population.criteria:
        if set(criterion.names.values()) <= columns.keys():
            assert criterion.met(columns, 1).all(), criterion.label


def test_doses_find_the_covariates_they_read(population: Population) -> None:
    units = {each.name: each.unit for each in population.covariates}
    expected = {"weight": "kg", "height": "cm", "age": "years", "creatinine_clearance": "mL/min"}
    assert {name: units.get(name) for name in expected} == expected


@pytest.mark.parametrize("name", [name for name in NAMES if overlay_of(name)])
def test_a_model_without_its_table_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="without the population's parameter table"):
        load_population(name, load_model(OWN.get(name, MODEL)))
