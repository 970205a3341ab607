"""Variability comes from the distribution columns of the model's tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model.model import Model
from unmoor.population.variability import variability_of

Rows = list[dict[str, Any]]
Make = Callable[[Rows], Model]


def test_rows_with_a_distribution_vary_in_their_declared_unit(model: Model) -> None:
    found = {each.name: each for each in variability_of(model)}
    assert list(found) == ["drug_clearance", "drug_volume", "drug_unbound", "drug_lag", "drug_pool"]
    assert found["drug_clearance"].unit == "mL/min"
    assert (found["drug_clearance"].margin.centre, found["drug_clearance"].margin.spread) == (4.0, 40.0)
    assert (found["drug_lag"].margin.lower, found["drug_lag"].margin.upper) == (0.2, 2.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": None, "spread": 1.0}, "no value"),
        ({}, "no spread"),
        ({"kind": "covariate", "spread": 1.0}, "is a covariate and has a distribution"),
        ({"value": -2.0, "distribution": "lognormal", "spread": 9.0}, "centre -2 is out of range"),
    ],
)
def test_a_row_that_cannot_be_drawn_from_is_refused_with_its_line(
    make_model: Make, rows: Rows, change: dict[str, Any], message: str
) -> None:
    row = {"name": "x", "kind": "constant", "value": 2.0, "unit": "1", "distribution": "normal", **change}
    with pytest.raises(BadInput, match=f"model.csv:11: .*{message}"):
        variability_of(make_model([*rows, row]))


def test_an_unknown_distribution_names_the_nearest(make_model: Make, rows: Rows) -> None:
    rows[2]["distribution"] = "log-normal"
    with pytest.raises(UnknownName, match=r"model.csv:4: unknown distribution(.|\n)*did you mean 'lognormal'"):
        variability_of(make_model(rows))
