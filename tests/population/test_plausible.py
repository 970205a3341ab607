"""Acceptance: nobody who breaks a criterion, the distribution it leaves, and an honest reject report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from unmoor.base.errors import BadInput
from unmoor.model.model import Model
from unmoor.population import Population, load_population, sample

Load = Callable[..., Population]
PLAIN = "title: T\nsource: s\ncovariates:\n  x: {distribution: normal, unit: '1', mean: 0, sd: 1, source: s}\n"


@pytest.fixture
def load(write: Callable[[str], Path]) -> Load:
    def loaded(*criteria: str, text: str = PLAIN, model: Model | None = None) -> Population:
        entries = "".join(f"  - {{criterion: '{each}', source: s}}\n" for each in criteria)
        return load_population(write(text + ("acceptance:\n" + entries if entries else "")), model)

    return loaded


def test_accepted_patients_have_the_distribution_given_the_criterion(load: Load) -> None:
    patients = sample(load("x > 1"), 20_000, 1)
    values = patients.covariates["x"].to_numpy()
    assert values.min() > 1
    assert stats.kstest(values, stats.truncnorm(1, np.inf).cdf).pvalue > 1e-3


def test_the_report_counts_candidates_and_rejections(load: Load) -> None:
    patients = sample(load("x > 1", "x < 2"), 5_000, 1)
    report = patients.rejected.set_index("criterion")
    candidates = len(patients) + report.loc["any of these", "rejected"]
    assert (report["candidates"] == candidates).all()
    assert candidates == (patients.attempts + 1).sum()
    assert (report["share"] == report["rejected"] / report["candidates"]).all()
    for criterion, chance in (("x > 1", stats.norm.cdf(1)), ("x < 2", stats.norm.sf(2))):
        rejected = int(report.loc[criterion, "rejected"])
        assert stats.binomtest(rejected, int(candidates), chance).pvalue > 1e-3


def test_without_criteria_the_report_is_empty(load: Load) -> None:
    patients = sample(load(), 10, 1)
    assert len(patients.rejected) == 0
    assert (patients.attempts == 0).all()


@pytest.mark.parametrize("n", [1, 300])
def test_a_population_that_rejects_everyone_is_refused_by_the_criterion(load: Load, n: int) -> None:
    with pytest.raises(BadInput, match=r"people.yaml:7: .*reject every candidate; 'x > 99' rejects most: (\d+) of \1 "):
        sample(load("x < 3", "x > 99"), n, 1)


def test_a_rare_patient_is_found(load: Load) -> None:
    assert sample(load("x > 2.5"), 3, 1).covariates["x"].min() > 2.5


def test_a_criterion_that_cannot_be_computed_is_refused(load: Load) -> None:
    text = PLAIN + "  y: {distribution: derived, unit: '1', formula: sqrt(x), source: s}\n"
    with pytest.raises(BadInput, match="'y' in criterion 'y < 3' is not a finite number for some candidates"):
        sample(load("y < 3", text=text), 50, 1)


def test_a_criterion_may_read_parameters(load: Load, text: str, model: Model) -> None:
    base = text.split("acceptance:")[0]
    patients = sample(load("drug.clearance < 4 and weight > 60", text=base, model=model), 2_000, 1)
    assert patients.parameters["drug_clearance"].max() < 4
    assert patients.covariates["weight"].min() > 60
    scores = np.log(patients.parameters[["drug_clearance", "drug_volume"]])
    assert scores.corr().iloc[0, 1] > 0.3  # redrawn together


def test_a_criterion_on_covariates_leaves_all_parameters_as_they_are(load: Load, text: str, model: Model) -> None:
    base = text.split("acceptance:")[0]
    free = sample(load(text=base, model=model), 200, 1)
    choosy = sample(load("weight > 90", text=base, model=model), 200, 1)
    names = [each for each in free.parameters.columns if each.startswith("drug_")]
    assert free.parameters[names].equals(choosy.parameters[names])
    kept = free.covariates["weight"] > 90
    assert 10 < kept.sum() < 190
    assert free.covariates[kept].equals(choosy.covariates[kept])
