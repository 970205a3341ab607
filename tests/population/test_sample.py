"""The same patient whatever n, batch or order; wanted margins and correlations; speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from unmoor.base.errors import BadInput
from unmoor.model.model import Model
from unmoor.population import Patients, Population, load_population, sample

COUNT = 40_000


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory, text: str, model: Model) -> Population:
    """The population of conftest, with a criterion that rejects many and a parameter that follows a covariate."""
    pair = "  - {between: [age, drug_lag], value: -0.6, measure: rank, source: test2000}\n"
    changed = text.replace("acceptance:", pair + "acceptance:").replace(">= 50", ">= 80")
    path = tmp_path_factory.mktemp("population") / "people.yaml"
    path.write_text(changed)
    return load_population(path, model)


@pytest.fixture(scope="module")
def many(population: Population) -> Patients:
    return sample(population, COUNT, seed=7)


def same(one: Patients, other: Patients) -> bool:
    """Whether two sets of patients are the same, bit for bit."""
    tables = ("covariates", "parameters")
    equal = all(getattr(one, name).equals(getattr(other, name)) for name in tables)
    return equal and one.attempts.equals(other.attempts)


def test_fifty_patients_are_the_first_fifty_of_five_hundred(population: Population) -> None:
    assert same(sample(population, 50, seed=1), sample(population, 500, seed=1)[:50])


@settings(deadline=None, max_examples=40)
@given(first=st.integers(0, 3000), n=st.integers(1, 300))
def test_a_patient_is_the_same_in_any_batch(population: Population, many: Patients, first: int, n: int) -> None:
    assert same(sample(population, n, seed=7, first=first), many[first : first + n])


def test_rejected_patients_are_the_same_in_any_batch(population: Population, many: Patients) -> None:
    again = np.flatnonzero(many.attempts.to_numpy() > 2)
    assert len(again) > 20
    for patient in again[:20]:
        assert same(sample(population, 1, seed=7, first=int(patient)), many[int(patient)])


def test_another_seed_gives_other_and_independent_patients(population: Population, many: Patients) -> None:
    other = sample(population, COUNT, seed=8)
    for name in many.parameters.columns.drop("sex"):
        here, there = many.parameters[name], other.parameters[name]
        assert not (here == there).any()
        assert abs(np.corrcoef(here, there)[0, 1]) < 4 / np.sqrt(COUNT)


def test_quantities_nobody_correlates_are_independent(many: Patients) -> None:
    for one, other in (("drug_clearance", "drug_pool"), ("drug_unbound", "drug_lag"), ("weight", "drug_volume")):
        assert abs(stats.spearmanr(many.parameters[one], many.parameters[other]).statistic) < 4 / np.sqrt(COUNT)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("drug_clearance", stats.lognorm(np.sqrt(np.log(1.16)), scale=4)),
        ("drug_volume", stats.lognorm(np.sqrt(np.log(1.0625)), scale=0.3)),
        ("drug_lag", stats.truncnorm(-0.8 / 0.3, 1 / 0.3, 1, 0.3)),
        ("drug_pool", stats.uniform(2, 8)),
    ],
)
def test_parameters_have_the_distribution_of_their_table(many: Patients, name: str, reference: Any) -> None:
    values = many.parameters[name]
    if name == "drug_lag":  # redrawn with the ages that renal function rejects: only its bounds are its own
        assert values.between(0.2, 2).all()
    else:
        assert stats.kstest(values, reference.cdf).pvalue > 1e-3


def test_covariates_have_their_margins_when_nothing_rejects(write: Callable[[str], Path], text: str) -> None:
    free = text.split("acceptance:")[0].replace("  - {between: [drug_clearance", "#")
    table = sample(load_population(write(free)), COUNT, seed=3).covariates
    men, women = table[table["sex"] == "male"], table[table["sex"] == "female"]
    assert stats.binomtest(len(men), COUNT, 0.6).pvalue > 1e-3
    assert stats.kstest(table["age"], stats.truncnorm(-35 / 12, 23 / 12, 55, 12).cdf).pvalue > 1e-3
    for group, centre, cv in ((men, 84, 0.20), (women, 70, 0.25)):
        reference = stats.lognorm(np.sqrt(np.log(1 + cv**2)), scale=centre)
        low, high = reference.cdf([35, 180])
        uniform = (reference.cdf(group["weight"]) - low) / (high - low)
        assert stats.kstest(uniform, "uniform").pvalue > 1e-3
        scores = np.corrcoef(stats.norm.ppf(uniform), np.log(group["creatinine"]))[0, 1]
        assert scores == pytest.approx(0.5, abs=4 / np.sqrt(len(group)))


def test_parameters_have_the_wanted_correlation(many: Patients) -> None:
    logarithms = np.log(many.parameters[["drug_clearance", "drug_volume"]])
    assert logarithms.corr().iloc[0, 1] == pytest.approx(0.7, abs=4 / np.sqrt(COUNT))


def test_a_parameter_can_follow_a_covariate(write: Callable[[str], Path], text: str, model: Model) -> None:
    pair = "  - {between: [age, drug_lag], value: -0.6, measure: rank, source: test2000}\n"
    free = text.split("acceptance:")[0] + pair
    patients = sample(load_population(write(free), model), COUNT, seed=3)
    found = stats.spearmanr(patients.covariates["age"], patients.parameters["drug_lag"]).statistic
    assert found == pytest.approx(-0.6, abs=4 / np.sqrt(COUNT))


def test_everyone_meets_the_criteria_and_the_model(many: Patients, population: Population) -> None:
    table = many.covariates
    expected = (140 - table["age"]) * table["weight"] / (72 * table["creatinine"])
    expected = expected.where(table["sex"] != "female", expected * 0.85)
    assert np.allclose(table["creatinine_clearance"], expected, rtol=1e-14)
    assert table["creatinine_clearance"].min() >= 80
    assert (many.parameters["sex"] == (table["sex"] == "female")).all()
    assert (many.parameters["weight"] == table["weight"]).all()
    assert many.units["drug_clearance"] == "mL/min"
    assert list(many.parameters.columns) == ["sex", "weight", *(each.name for each in population.variability)]


def test_adding_a_covariate_or_a_parameter_changes_nobody(
    write: Callable[[str], Path], text: str, model: Model, make_model: Callable[..., Model], rows: list[dict[str, Any]]
) -> None:
    before = sample(load_population(write(text), model), 200, seed=1)
    more = "  albumin: {distribution: normal, unit: g/L, mean: 40, sd: 4, source: test2000}\ncorrelations:"
    new = {"name": "drug_first", "kind": "constant", "value": 1.0, "unit": "1", "distribution": "normal", "spread": 1.0}
    after = sample(load_population(write(text.replace("correlations:", more)), make_model([new, *rows])), 200, seed=1)
    assert after.covariates[before.covariates.columns].equals(before.covariates)
    assert after.parameters[before.parameters.columns].equals(before.parameters)


@pytest.mark.parametrize(
    ("n", "seed", "message"), [(0, 1, "n is 0"), (2.5, 1, "n is 2.5"), (3, -1, "seed is -1"), (3, "a", "seed is 'a'")]
)
def test_numbers_that_cannot_be_meant_are_refused(population: Population, n: Any, seed: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        sample(population, n, seed)


def test_a_hundred_thousand_patients_of_sixty_parameters_take_less_than_two_seconds(
    write: Callable[[str], Path], text: str, make_model: Callable[..., Model], rows: list[dict[str, Any]]
) -> None:
    common = {"kind": "constant", "value": 1.0, "unit": "1", "distribution": "lognormal", "spread": 30.0}
    rows += [{"name": f"p{index}", **common} for index in range(55)]
    population = load_population(write(text), make_model(rows))
    assert len(population.variability) == 60
    sample(population, 10, seed=1)
    taken = []
    for _ in range(3):
        start = time.process_time()
        patients = sample(population, 100_000, seed=1)
        taken.append(time.process_time() - start)
    assert isinstance(patients.parameters, pd.DataFrame)
    assert min(taken) < 2
