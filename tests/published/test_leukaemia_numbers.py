"""The leukaemia trials against published numbers: what was fitted is met, the rest is where docs/aml.md says."""

from __future__ import annotations

import pandas as pd
import pytest

import unmoor
from unmoor.calibration import load_study_plan

N = 200
FOLDS = {
    "progenitor-fold": 98.6, "primitive-fold": 47.0, "cd123-fold": 77.5, "cd44-fold": 37.0, "vla4-fold": 31.2,
    "cxcr4-fold": 70.6, "blast-fold": 58.4,
}  # fmt: skip


@pytest.fixture(scope="module")
def trial() -> pd.DataFrame:
    """The trial and its counterfactuals in few virtual patients."""
    study = unmoor.load_study("borthakur-2020")
    return unmoor.evaluate(study, unmoor.simulate(study, unmoor.sample(study.population, n=N, seed=1)))


@pytest.fixture(scope="module")
def estimates(trial: pd.DataFrame) -> pd.Series:
    """(endpoint, arm) -> estimate; of an association rho, not the share of trials."""
    return trial.drop_duplicates(["endpoint", "arm"]).set_index(["endpoint", "arm"])["estimate"]


def test_folds_are_met(estimates: pd.Series) -> None:
    for name, published in FOLDS.items():
        assert estimates[name, "trial"] == pytest.approx(published, rel=0.5), name  # a mean of 200 skewed folds
    assert sorted(FOLDS, key=lambda name: estimates[name, "trial"]) == sorted(FOLDS, key=lambda name: FOLDS[name])


def test_responses_lie_where_the_trial_was(trial: pd.DataFrame) -> None:
    whole = trial[(trial["arm"] == "trial") & trial["published"].notna()].set_index("endpoint")
    for name in ("response", "complete", "complete-platelets", "complete-incomplete", "partial"):
        assert whole.loc[name, "verdict"] == "inside", name


def test_each_drug_adds_and_sorafenib_is_needed(estimates: pd.Series) -> None:
    response = estimates["response"]
    one, other = response["no-plerixafor"], response["no-gcsf"]
    assert response["bid-800"] > max(one, other) >= min(one, other) > response["sorafenib-alone"]
    assert response["no-sorafenib"] < 0.02
    moved = estimates["blast-fold"]
    assert moved["bid-800"] > 2 * moved["no-plerixafor"] > 4 * moved["no-gcsf"] > 4 * moved["sorafenib-alone"]


def test_the_signs_of_expression_are_those_published(estimates: pd.Series) -> None:
    rho = {name: estimates[f"{name}-association", "bid-800"] for name in ("vla4", "cd44", "cxcr4")}  # decision 0188
    assert rho["vla4"] < -0.5
    assert rho["cd44"] < -0.3
    assert rho["cxcr4"] < -0.15


def test_plerixafor_alone_moves_few_blasts() -> None:
    study = unmoor.load_study("uy-2012")
    table = unmoor.evaluate(study, unmoor.simulate(study, unmoor.sample(study.population, n=N, seed=1)))
    assert table.set_index("endpoint").loc["blast-fold", "estimate"] == pytest.approx(2, rel=0.3)  # LEU001


def test_sorafenib_alone_brings_few_into_remission() -> None:
    study = unmoor.load_study("borthakur-2011")
    table = unmoor.evaluate(study, unmoor.simulate(study, unmoor.sample(study.population, n=400, seed=1)))
    share = table.set_index("endpoint").loc["remission", "estimate"]
    assert 5 / 50 - 0.05 <= share <= 5 / 22 + 0.05  # SOR018: of 22 to 50 patients with FLT3-ITD


def test_what_was_fitted_says_so() -> None:
    plan = load_study_plan("aml-trials")
    rows = unmoor.load_model("aml").rows
    fitted = {name for name, row in rows.items() if row.source == "fitted:aml-trials"}
    assert fitted == {each.symbol.replace(".", "_") for each in plan.parameters}
    for name in plan.studies:
        used = [part for part in unmoor.load_study(name).published if part.use == "calibration"]
        assert used, name
