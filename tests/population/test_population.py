"""The Population: order of computation, what is redrawn, its table of numbers, its typical patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.model.model import Model
from unmoor.population import load_population

Write = Callable[[str], Path]


def test_covariates_are_computed_after_those_they_need(write: Write, text: str) -> None:
    head, tail = text.split("  sex:\n")
    sex, rest = tail.split("  age:\n")
    body, correlations = rest.split("correlations:\n")
    reordered = head + "  age:\n" + body + "  sex:\n" + sex  # sex comes last in the file
    order = [each.name for each in load_population(write(reordered)).covariate_order]
    assert order.index("sex") < order.index("weight") < order.index("creatinine_clearance")
    assert "drug" in correlations


def test_only_what_a_criterion_drags_along_is_redrawn(write: Write, text: str, model: Model) -> None:
    def redrawn(old: str, new: str) -> frozenset[str]:
        return load_population(write(text.replace(old, new)), model).redrawn

    assert redrawn("title", "title") == frozenset()
    assert redrawn("creatinine_clearance >= 50", "drug.volume < 1") == {"drug_clearance", "drug_volume"}
    assert redrawn("creatinine_clearance >= 50", "drug.pool < 9") == {"drug_pool"}
    assert redrawn("[weight, creatinine]", "[weight, drug_lag]") == {"drug_lag"}


def test_the_table_names_every_number_with_unit_and_source(write: Write, text: str, model: Model) -> None:
    table = load_population(write(text), model).table()
    assert (table["source"] == "test2000").all()
    rows = {
        (row.name_, row.quantity): (row.value, row.unit) for row in table.rename(columns={"name": "name_"}).itertuples()
    }
    assert rows["weight", "cv (female)"] == (25, "%")
    assert rows["weight", "upper"] == (180, "kg")
    assert rows["sex", "probability (male)"] == (0.6, "")
    assert rows["drug_clearance and drug_volume", "correlation of scores"] == (0.7, "")
    assert rows["acceptance", "enough renal function"] == ("creatinine_clearance >= 50", "")


def test_the_typical_patient_has_no_variability(write: Write, text: str, model: Model) -> None:
    patients = load_population(write(text), model).typical(2)
    first, second = (patients.parameters.iloc[row] for row in (0, 1))
    assert (first == second).all()
    assert first["drug_clearance"] == model.rows["drug_clearance"].value
    assert first["weight"] == pytest.approx(84, rel=1e-3)  # the median of the likeliest sex, hardly truncated
    row = patients.covariates.iloc[0]
    assert row["sex"] == "male"
    assert row["creatinine_clearance"] == pytest.approx((140 - row["age"]) * row["weight"] / 72)
    assert patients.seed is None


def test_other_numbers_of_the_same_model_make_the_same_people_vary_otherwise(
    write: Write, text: str, model: Model
) -> None:
    population = load_population(write(text), model)
    rows = {**model.rows, "drug_pool": replace(model.rows["drug_pool"], spread=1.0)}
    narrow = population.over(replace(model, rows=rows))
    spreads = {each.name: each.margin.spread for each in narrow.variability}
    assert spreads["drug_pool"] == 1.0
    assert narrow.blocks == population.blocks
    rows["drug_volume"] = replace(model.rows["drug_volume"], spread=0.0)
    with pytest.raises(BadInput, match="other parameters vary"):
        population.over(replace(model, rows=rows))
