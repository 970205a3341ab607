"""Covariates: groups, categories and derived ones, at given scores."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from unmoor.base.random import normal
from unmoor.population.covariates import Categorical, Derived, Measured, typical
from unmoor.population.formula import Formula, Labels
from unmoor.population.margin import Margin

SEX = Categorical("sex", ("male", "female"), (0.7, 0.3), (0.0, 1.0), {"categories": "a"})
WEIGHT = Measured(
    "weight", "kg", {"male": Margin("normal", 80, 10), "female": Margin("normal", 60, 5, 50)}, "sex",
    {"mean": "a", "sd": "b", "lower": "c"},
)  # fmt: skip
SCORES = normal(5, "covariates", 0, 50_000)


def test_categories_have_their_probabilities() -> None:
    index = SEX.at(SCORES, {}).index
    observed = np.bincount(index, minlength=2)
    assert stats.chisquare(observed, np.array([0.7, 0.3]) * len(index)).pvalue > 1e-3


def test_low_scores_fall_into_the_first_category() -> None:
    assert list(SEX.at(np.array([-9.0, 0.0, 0.6, 9.0]), {}).index) == [0, 0, 1, 1]


def test_a_group_has_its_own_distribution() -> None:
    sex = SEX.at(normal(5, "sex", 0, 50_000), {})
    values = WEIGHT.at(SCORES, {"sex": sex})
    assert stats.kstest(values[sex.index == 0], stats.norm(80, 10).cdf).pvalue > 1e-3
    assert stats.kstest(values[sex.index == 1], stats.truncnorm(-2, np.inf, 60, 5).cdf).pvalue > 1e-3
    assert (WEIGHT.lower, WEIGHT.upper) == (-np.inf, np.inf)


def test_a_derived_covariate_follows_its_formula() -> None:
    area = Derived("area", "m2", Formula("sqrt(weight * height / 3600)"), 0, 3, {"formula": "mosteller1987"})
    values = area.at(np.zeros(2), {"weight": np.array([70.0, 80.0]), "height": np.array([170.0, 180.0])})
    assert values == pytest.approx([np.sqrt(70 * 170 / 3600), 2.0])
    constant = Derived("one", "1", Formula("1"), 0, 3, {"formula": "x"})
    assert list(constant.at(np.zeros(3), {})) == [1, 1, 1]


def test_the_typical_patient_is_the_median_of_the_likeliest_category() -> None:
    sex = typical(SEX, {})
    assert isinstance(sex, Labels)
    assert list(sex.index) == [0]
    assert list(typical(WEIGHT, {"sex": sex})) == [80.0]


def test_every_number_names_the_entry_of_its_source() -> None:
    assert list(WEIGHT.numbers()) == [
        ("mean (male)", 80, "mean"), ("sd (male)", 10, "sd"), ("mean (female)", 60, "mean"), ("sd (female)", 5, "sd"),
        ("lower", 50, "lower"),
    ]  # fmt: skip
    assert [number[:2] for number in SEX.numbers()] == [("probability (male)", 0.7), ("probability (female)", 0.3)]
