from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from unmoor.population import sample
from unmoor.reporting.sections.patients import mark, patients
from unmoor.reporting.table import Table


def found(study: Any, result: Any) -> dict[str, Table]:
    tables = [block for block in patients(study, result).blocks if isinstance(block, Table)]
    return {table.caption.split(":")[0]: table for table in tables}


def test_covariates_are_told_by_quantiles(study: Any, result: Any) -> None:
    table = found(study, result)["Covariates"]
    tables = [block for block in patients(study, result).blocks if isinstance(block, Table)]
    measured = {row[0].text: row for row in tables[0].rows}
    weights = result.patients["weight"].to_numpy()
    assert [cell.text for cell in measured["weight"]][:2] == ["weight", "kg"]
    texts = [float(cell.text) for cell in measured["weight"][2:]]
    assert texts == pytest.approx(np.quantile(weights, [0.05, 0.25, 0.5, 0.75, 0.95]), abs=0.51)
    assert "cd34 cells pool ratio" not in measured
    assert table.columns[-1].title in ("95%", "Share")


def test_categories_add_up(study: Any, result: Any) -> None:
    tables = [block for block in patients(study, result).blocks if isinstance(block, Table)]
    table = next(table for table in tables if table.columns[-1].title == "Share")
    totals: dict[str, int] = {}
    name = ""
    for row in table.rows:
        name = row[0].text or name
        totals[name] = totals.get(name, 0) + int(row[2].text)
    assert set(totals.values()) == {60}
    assert {"sex", "prior radiotherapy"} <= totals.keys()


def test_parameters_that_differ_are_told_apart_from_covariates(study: Any, result: Any) -> None:
    table = found(study, result)["Parameters that differ between patients"]
    names = {row[0].text.replace(" ", "_") for row in table.rows}
    rows = study.model.rows
    assert names == {name for name in result.patients if name in rows and rows[name].kind != "covariate"}


def test_rejected_candidates_are_told(study: Any, result: Any) -> None:
    caption = "Candidates that did not meet a criterion were drawn again."
    table = found(study, result)[caption]
    recorded = sample(study.population, n=60, seed=3).rejected
    assert [row[0].text for row in table.rows] == list(recorded["criterion"])
    assert [int(row[1].text) for row in table.rows] == list(recorded["candidates"])
    assert [int(row[2].text) for row in table.rows] == list(recorded["rejected"])
    assert recorded["rejected"].sum() > 0
    nothing = replace(result, provenance={k: v for k, v in result.provenance.items() if k != "rejected"})
    assert caption not in found(study, nothing)


def test_every_number_of_the_population_has_its_source(study: Any, result: Any) -> None:
    tables = [block for block in patients(study, result).blocks if isinstance(block, Table)]
    known = study.population.table()
    assert [row[-1].text for row in tables[-1].rows] == list(known["source"])
    assert (mark("assumed"), mark("derived: from x"), mark("ogden2004")) == ("assumed", "derived", "")
