"""A small model and population files to be changed by each test."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unmoor.base import units
from unmoor.model.model import Model, Row

TABLE = """\
name,kind,value,unit,distribution,spread,lower,upper
weight,covariate,70,kg,,,30,200
sex,covariate,0,1,,,,
drug_clearance,constant,4,mL/min,lognormal,40,,
drug_volume,constant,0.3,L/kg,lognormal,25,,
drug_unbound,constant,0.4,1,logitnormal,0.5,,
drug_lag,constant,1,h,normal,0.3,0.2,2
drug_pool,constant,5,1,uniform,,2,10
drug_fixed,constant,2,1/h,,,,
drug_still,constant,2,1/h,lognormal,0,,
"""
TEXT = ("name", "kind", "unit", "distribution")

POPULATION = """\
title: Test
source: test2000
covariates:
  sex:
    distribution: categorical
    categories: {male: 0.6, female: 0.4}
    codes: {male: 0, female: 1}
    source: test2000
  age:
    distribution: normal
    unit: years
    mean: 55
    sd: 12
    lower: 20
    upper: 78
    source: test2000
  weight:
    distribution: lognormal
    unit: kg
    by: sex
    groups:
      male: {median: 84, cv: 20}
      female: {median: 70, cv: 25}
    lower: 35
    upper: 180
    source: test2000
  creatinine:
    distribution: lognormal
    unit: mg/dL
    median: 1
    cv: 20
    source: test2000
  creatinine_clearance:
    distribution: derived
    unit: mL/min
    formula: (140 - age) * weight / (72 * creatinine) * where(sex == "female", 0.85, 1)
    source: test2000
correlations:
  - between: [weight, creatinine]
    value: 0.5
    source: test2000
  - {between: [drug_clearance, drug.volume], value: 0.7, source: test2000}
acceptance:
  - criterion: creatinine_clearance >= 50
    label: enough renal function
    source: test2000
"""


def rows_of(table: str) -> list[dict[str, Any]]:
    """Table rows, numbers read as the parameter reader does."""
    return [
        {name: cell if name in TEXT else float(cell) if cell else None for name, cell in row.items()}
        for row in csv.DictReader(table.splitlines())
    ]


def model_of(rows: list[dict[str, Any]]) -> Model:
    """A model whose constants are the given table rows; the population room reads nothing else of a model."""
    made = {row["name"]: Row(file="model.csv", line=2 + place, **row) for place, row in enumerate(rows)}
    factors = {name: units.factor(row.unit) for name, row in made.items()}
    return Model(
        name="small", states=("amount",), rates={}, assignments={}, initial={},
        constants={name: (row.value or 0.0) * factors[name] for name, row in made.items()},
        switches=(), outputs=(), factors=factors, units={name: row.unit for name, row in made.items()},
        rows=made, instances={"drug": "pk"}, drugs={}, sbml="", aliases={},
    )  # fmt: skip


@pytest.fixture(scope="session")
def make_model() -> Callable[[list[dict[str, Any]]], Model]:
    return model_of


@pytest.fixture(scope="session")
def model() -> Model:
    return model_of(rows_of(TABLE))


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return rows_of(TABLE)


@pytest.fixture(scope="session")
def text() -> str:
    return POPULATION


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a population file and gives its path."""

    def written(content: str) -> Path:
        path = tmp_path / "people.yaml"
        path.write_text(content, encoding="utf-8")
        return path

    return written
