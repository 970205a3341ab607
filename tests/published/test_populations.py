"""The library's populations against the published numbers they were derived from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from unmoor.population import load_population, sample
from unmoor.population.covariates import Measured
from unmoor.population.margin import Margin

LEVELS = (np.arange(200_000) + 0.5) / 200_000
POUND = 0.45359237  # kg


def margin(population: str, name: str, category: str = "") -> Margin:
    covariate = next(each for each in load_population(population).covariates if each.name == name)
    assert isinstance(covariate, Measured)
    return covariate.margins[category]


def values(population: str, name: str, category: str = "") -> np.ndarray:
    """The margin at equally likely levels: its distribution without sampling error."""
    return margin(population, name, category).at(stats.norm.ppf(LEVELS))


def test_age_in_the_lymphoma_trial() -> None:
    """US label: means 55.1 (n 150) and 57.5 (n 148), ranges 29-75 and 22-75; EU summary: 24% aged 65 or older."""
    ages = values("nhl-phase3", "age")
    assert ages.mean() == pytest.approx((150 * 55.1 + 148 * 57.5) / 298, abs=0.1)
    assert np.mean(ages >= 65) == pytest.approx(0.24, abs=0.005)
    assert ages.min() >= 22
    assert ages.max() <= 75


@pytest.mark.parametrize(("category", "mean", "share"), [("male", 1.16, 0.0974), ("female", 0.96, 0.0178)])
def test_serum_creatinine_of_us_adults(category: str, mean: float, share: float) -> None:
    """Jones 1998: means in mg/dL and the share at 1.5 mg/dL or more."""
    for population in ("nhl-phase3", "healthy-donor"):
        creatinine = values(population, "serum_creatinine", category)
        assert creatinine.mean() == pytest.approx(mean, rel=0.002)
        assert np.mean(creatinine >= 1.5) == pytest.approx(share, rel=0.02)


@pytest.mark.parametrize(("category", "pounds", "inches"), [("male", 191, 69.5), ("female", 164.3, 64)])
def test_weight_and_height_of_us_adults(category: str, pounds: float, inches: float) -> None:
    """Ogden 2004: mean weight and height at 20-74 years, 1999-2002; the bounds of the population shift them little."""
    for population in ("nhl-phase3", "healthy-donor"):
        free = margin(population, "weight", category)
        assert free.centre * np.exp(free.sigma**2 / 2) == pytest.approx(pounds * POUND, rel=0.001)
        assert values(population, "weight", category).mean() == pytest.approx(pounds * POUND, rel=0.02)
        assert values(population, "height", category).mean() == pytest.approx(inches * 2.54, abs=0.2)


def test_age_and_sex_of_donors() -> None:
    """Transfusion 2014, 360 donors: 201 men, median age 44.8 years."""
    assert np.median(values("healthy-donor", "age")) == pytest.approx(44.8, abs=0.2)
    table = sample(load_population("healthy-donor"), 20_000, seed=1)
    # obese women are rejected more often than men, so the share may move, but not far from 201 of 360
    assert (table.covariates["sex"] == "male").mean() == pytest.approx(201 / 360, abs=0.07)


def test_prior_treatment_in_lymphoma() -> None:
    """Blood 2009, 388 patients: 14%, 37% and 26% at first, second and later line; 13% extended-field radiotherapy."""
    table = sample(load_population("nhl-phase3"), 20_000, seed=1).covariates
    lines = table["prior_lines"].value_counts(normalize=True)
    assert lines[["one", "two", "three or more"]].to_numpy() == pytest.approx(np.array([14, 37, 26]) / 77, abs=0.015)
    assert (table["prior_radiotherapy"] == "yes").mean() == pytest.approx(0.13, abs=0.01)


def test_creatinine_clearance_is_that_of_cockcroft_and_gault() -> None:
    """Nephron 1976: (140 - age) weight / (72 creatinine), 15% less in women."""
    table = sample(load_population("nhl-phase3"), 2_000, seed=1).covariates
    men = (140 - table["age"]) * table["weight"] / (72 * table["serum_creatinine"])
    pd.testing.assert_series_equal(
        table["creatinine_clearance"], men.where(table["sex"] == "male", 0.85 * men), check_names=False
    )
