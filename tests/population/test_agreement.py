"""Covariates must agree with each other and with the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model.model import Model
from unmoor.population import load_population

Write = Callable[[str], Path]


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("(140 - age)", "(140 - aeg)", UnknownName, "unknown covariate 'aeg'\n.*did you mean 'age'"),
        ("by: sex", "by: sxe", UnknownName, "people.yaml:17: unknown covariate 'sxe'\n.*did you mean 'sex'"),
        ("by: sex", "by: age", BadInput, "weight: 'age' is not categorical"),
        ("      female: {median", "      femal: {median", UnknownName, "unknown category of sex 'femal'"),
        ("      female: {median: 70, cv: 25}\n", "", BadInput, "weight: no group for 'female' of sex"),
        ('sex == "female"', 'sex == "woman"', UnknownName, "people.yaml:36: unknown sex 'woman'"),
        ("(140 - age)", "(creatinine_clearance - age)", BadInput, "depend on each other: creatinine_clearance -> "),
    ],
)
def test_covariates_agree_with_each_other(
    write: Write, text: str, old: str, new: str, error: type[Exception], message: str
) -> None:
    assert old in text
    with pytest.raises(error, match=message):
        load_population(write(text.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    codes: {male: 0, female: 1}\n", "", "'sex' is a number in model 'small'\n.*codes"),
        ("upper: 180", "upper: 250", "'weight' ranges from 35 to 250, out of range for model 'small': 30 to 200 kg"),
        ("    lower: 35\n", "", "'weight' ranges from 0 to 180, out of range"),
    ],
)
def test_covariates_agree_with_the_model(
    write: Write, text: str, model: Model, old: str, new: str, message: str
) -> None:
    assert old in text
    with pytest.raises(BadInput, match=f"people.yaml:.*{message}"):
        load_population(write(text.replace(old, new)), model)


def test_a_covariate_that_the_model_needs_cannot_be_left_out(
    write: Write, text: str, make_model: Callable[..., Model], rows: list[dict[str, Any]]
) -> None:
    rows.append({"name": "albumin", "kind": "covariate", "value": 40.0, "unit": "g/L"})
    with pytest.raises(BadInput, match=r"needs covariate 'albumin' \(g/L\), which the population lacks\n.*40 g/L"):
        load_population(write(text), make_model(rows))


def test_a_unit_of_another_dimension_is_refused(
    write: Write, text: str, make_model: Callable[..., Model], rows: list[dict[str, Any]]
) -> None:
    rows.append({"name": "creatinine", "kind": "covariate", "value": 1.0, "unit": "mol/L"})
    with pytest.raises(BadInput, match=r"unit .mg/dL. .* cannot be read as .mol/L."):
        load_population(write(text), make_model(rows))
