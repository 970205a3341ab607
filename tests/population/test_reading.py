"""From file and model to a Population."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.files import library_names
from unmoor.model import load_model
from unmoor.model.model import Model
from unmoor.population import load_population, overlay_of, sample

Write = Callable[[str], Path]


def test_a_population_has_what_its_file_and_model_say(write: Write, text: str, model: Model) -> None:
    population = load_population(write(text), model)
    assert (population.name, population.title, population.source) == ("people", "Test", "test2000")
    assert [each.name for each in population.variability][:2] == ["drug_clearance", "drug_volume"]
    assert [block.names for block in population.blocks] == [("weight", "creatinine"), ("drug_clearance", "drug_volume")]
    assert [each.label for each in population.criteria] == ["enough renal function"]


def test_without_a_model_there_are_covariates_only(write: Write, text: str) -> None:
    population = load_population(write(text.replace("  - {between: [drug_clearance", "#")))
    assert population.variability == ()
    assert sample(population, 3, 1).parameters.shape == (3, 0)


def test_bounds_of_a_derived_covariate_are_a_criterion(write: Write, text: str, model: Model) -> None:
    changed = text.replace("    formula: (140", "    lower: 60\n    upper: 150\n    formula: (140")
    population = load_population(write(changed), model)
    assert population.criteria[-1].label == "creatinine_clearance within 60 to 150 mL/min"
    values = sample(population, 500, 1).covariates["creatinine_clearance"]
    assert values.between(60, 150).all()


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("criterion: creatinine_clearance", "criterion: creatinin_clearance", UnknownName,
         "people.yaml:44: unknown covariate or parameter 'creatinin_clearance'\n.*did you mean 'creatinine_clearance'"),
        ("[weight, creatinine]", "[wheight, creatinine]", UnknownName,
         "people.yaml:39: unknown covariate or parameter 'wheight'\n.*did you mean 'weight'"),
        ("drug.volume", "drug.volum", UnknownName, "people.yaml:42: unknown .*'drug.volum'\n.*mean 'drug_volume'"),
        ("drug.volume", "drug.fixed", BadInput, "people.yaml:42: 'drug.fixed' does not vary between patients"),
        ("[weight, creatinine]", "[weight, creatinine_clearance]", BadInput,
         "people.yaml:39: 'creatinine_clearance' is derived and cannot be correlated\n.*age, creatinine, sex, weight"),
        ("value: 0.5", "value: 1.5", BadInput, "people.yaml:39: correlation 1.5 is not between"),
        ("    value: 0.5", "    value: 0.9\n    source: a\n  - {between: [weight, age], value: 0.9, source: a}\n"
         "  - between: [age, creatinine]\n    value: -0.9", BadInput,
         "people.yaml:38: correlation matrix of age, weight, creatinine is not positive definite"),
        ("criterion: creatinine_clearance >= 50", "criterion: creatinine_clearance - 50", BadInput,
         "people.yaml:44: criterion 'creatinine_clearance - 50' is not a condition"),
        ("criterion: creatinine_clearance >= 50", 'criterion: sex == "man"', UnknownName, "unknown sex 'man'"),
        ("  age:\n", "  age\n", BadInput, "people.yaml:1[01]: malformed YAML"),
        ("    mean: 55", "   mean: 55", BadInput, "people.yaml:1[0-9]: malformed YAML"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    write: Write, text: str, model: Model, old: str, new: str, error: type[Exception], message: str
) -> None:
    assert old in text
    with pytest.raises(error, match=message):
        load_population(write(text.replace(old, new)), model)


def test_a_name_that_is_no_population_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"unknown population 'nhl-phase-3'\n.*did you mean 'nhl-phase3'"):
        load_population("nhl-phase-3")


@pytest.mark.parametrize("name", library_names("populations", ".yaml"))
def test_a_library_population_is_loaded_with_its_own_parameter_table(name: str) -> None:
    own = load_population(name).model
    population = load_population(name, own.name if own else "mobilisation")
    assert population.model is not None
    for table in overlay_of(name):
        assert any(row.file == table.name for row in population.model.rows.values())


def test_a_model_without_the_populations_table_is_refused(write: Write, text: str) -> None:
    model = load_model("plerixafor_pk")
    path = write(text)
    path.with_suffix(".csv").write_text("name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note\n")
    assert overlay_of(path) == (path.with_suffix(".csv"),)
    with pytest.raises(BadInput, match=r"was loaded without the population's parameter table people.csv"):
        load_population(path, model)


def test_a_population_may_name_its_model(write: Write, text: str) -> None:
    bounded = text.replace("    formula: (140", "    lower: 20\n    upper: 190\n    formula: (140")
    path = write(bounded.replace("  - {between: [drug_clearance", "#") + "model: plerixafor_pk\n")
    found = load_population(path)
    assert found.model is not None
    assert found.model.name == "plerixafor_pk"
    assert found.variability == load_population(path, "plerixafor_pk").variability


@pytest.mark.parametrize("other", ["dexamethasone_pk", load_model("dexamethasone_pk")])
def test_another_model_than_its_own_is_refused(write: Write, text: str, other: Model | str) -> None:
    path = write(text + "model: plerixafor_pk\n")
    with pytest.raises(BadInput, match="for the model 'plerixafor_pk', not for 'dexamethasone_pk'") as problem:
        load_population(path, other)
    assert problem.value.where.endswith(f":{len(path.read_text().splitlines())}")
