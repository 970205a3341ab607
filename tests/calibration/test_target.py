"""Targets: what a row says about a typical patient, how far it is trusted, and that it repeats the evidence."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.files import LIBRARY
from unmoor.calibration.plan import load_plan
from unmoor.calibration.target import COLUMNS, OPTIONAL, Target, read_targets

SHARED = Path(__file__).parents[2].parent / "shared" / "evidence" / "mobilisation.csv"
BASE = {
    "id": "X1", "stage": "cells", "scenario": "donor-80", "statistic": "at", "output": "cd34", "time": "0",
    "value": "10", "unit": "cells/uL", "error": "0.2", "source": "liles2003", "provenance": "seen",
}  # fmt: skip
PEOPLE = {"stage": "spread-donors", "against": "people"}


def read(folder: Path, **cells: str) -> Target:
    """The target of one row."""
    path = folder / "rows.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, (*COLUMNS, *OPTIONAL), restval="")
        writer.writeheader()
        writer.writerow({**BASE, **cells})
    return read_targets(str(path), load_plan("mobilisation-first"))[0]


def test_a_plain_row(tmp_path: Path) -> None:
    target = read(tmp_path)
    assert target.typical == 10
    assert target.error == pytest.approx(0.2)
    assert target.terms == (("donor-80", 1.0),)
    assert target.what == "at of cd34 at 0 h"


def test_the_mean_of_a_skewed_quantity_becomes_a_median(tmp_path: Path) -> None:
    target = read(tmp_path, spread="7.5", spread_kind="SD", n="25", mean_cv="own")
    assert target.typical == pytest.approx(10 / math.sqrt(1 + 0.75**2))
    assert target.error == pytest.approx(math.hypot(0.2, 0.75 / 5))
    assert read(tmp_path, mean_cv="0.5").typical == pytest.approx(10 / math.sqrt(1.25))


def test_a_standard_error_tells_the_same_as_its_standard_deviation(tmp_path: Path) -> None:
    by_sem = read(tmp_path, spread="1.5", spread_kind="SEM", n="25", mean_cv="own")
    by_sd = read(tmp_path, spread="7.5", spread_kind="SD", n="25", mean_cv="own")
    assert (by_sem.typical, by_sem.error) == pytest.approx((by_sd.typical, by_sd.error))


def test_recalled_and_shared_rows_weigh_less(tmp_path: Path) -> None:
    assert read(tmp_path, provenance="recalled").error == pytest.approx(0.4)
    assert read(tmp_path, share="4").error == pytest.approx(0.4)


def test_a_mean_held_against_people_stays_a_mean(tmp_path: Path) -> None:
    told = {"observed": "mean", "spread": "7.5", "spread_kind": "SD", "n": "25"}
    target = read(tmp_path, **PEOPLE, **told)
    assert (target.against, target.typical, target.published) == ("people", 10, 10)
    assert target.error == pytest.approx(math.hypot(0.2, 0.75 / 5))
    typical = read(tmp_path, **told)
    assert typical.typical == pytest.approx(10 / math.sqrt(1 + 0.75**2))
    assert (typical.against, typical.error) == ("typical", target.error)


def test_a_median_with_its_range_knows_its_own_error(tmp_path: Path) -> None:
    target = read(tmp_path, observed="median", spread="4-25", spread_kind="range", n="20")
    sigma = math.log(25 / 4) / 3.7350  # the expected range of twenty normal numbers
    assert target.typical == 10
    assert target.error == pytest.approx(math.hypot(0.2, math.sqrt(math.pi / 2) * sigma / math.sqrt(20)), rel=1e-4)


def test_a_row_of_a_stage_of_people_is_a_cv_unless_it_says_otherwise(tmp_path: Path) -> None:
    target = read(tmp_path, stage="spread-donors", value="42", unit="%", n="10")
    assert (target.observed.kind, target.against) == ("log cv", "people")
    assert target.error == pytest.approx(math.hypot(0.2, math.sqrt(0.5 / 10)))


def test_a_chance_weighs_as_a_share(tmp_path: Path) -> None:
    row = {**PEOPLE, "value": "60", "n": "50", "unit": "1"}
    chance, share = (read(tmp_path, **row, observed=kind) for kind in ("chance", "share >= 20 1"))
    assert chance.residual(np.array([70.0])) == share.residual(np.array([70.0]))
    assert chance.interval == share.interval


def test_a_share_weighs_as_its_patients_and_less_when_studies_differ(tmp_path: Path) -> None:
    row = {**PEOPLE, "observed": "share >= 20 cells/uL", "value": "60", "n": "50", "unit": "%"}
    exact = read(tmp_path, **row, error="1e-9")
    assert exact.observed.level == pytest.approx(20e6)  # cells/L
    assert exact.counted == pytest.approx(50, rel=1e-6)
    assert read(tmp_path, **row).counted < 50
    assert read(tmp_path, **row, provenance="recalled").counted == pytest.approx(read(tmp_path, **row).counted / 4)
    low, high = exact.interval
    assert (low, high) == pytest.approx((46.2, 72.7), abs=0.1)  # Jeffreys' interval of 30 of 50


def test_minus_half_a_squared_residual_is_the_likelihood(tmp_path: Path) -> None:
    target, beside = read(tmp_path), np.array([8.0, 10.0, 17.0])
    known = norm.logpdf(np.log(beside), math.log(10), 0.2)
    assert -0.5 * target.residual(beside) ** 2 == pytest.approx(known - known[1])


def test_a_denominator_and_scenario_products(tmp_path: Path) -> None:
    target = read(tmp_path, per="4", scenario="donor-80/donor-240")
    assert target.typical == 2.5
    assert target.terms == (("donor-80", 1.0), ("donor-240", -1.0))
    assert target.relative
    mean = read(tmp_path, scenario="patient-gcsf*8+myeloma-session*14")
    assert dict(mean.terms) == pytest.approx({"patient-gcsf": 8 / 22, "myeloma-session": 14 / 22})
    assert not mean.relative


@pytest.mark.parametrize(
    ("cells", "kind", "message"),
    [
        ({"stage": "celss"}, UnknownName, "did you mean 'cells'"),
        ({"statistic": "peek"}, UnknownName, "did you mean 'peak'"),
        ({"scenario": "donor-8"}, UnknownName, "did you mean 'donor-80'"),
        ({"source": ""}, BadInput, "no source"),
        ({"value": "many"}, BadInput, "not a number"),
        ({"value": "-1"}, BadInput, "above zero"),
        ({"unit": "cellz/uL"}, UnknownName, "cells"),
        ({"mean_cv": "own"}, BadInput, "no SD"),
        ({"spread_kind": "quartiles", "spread": "1-2"}, UnknownName, "IQR"),
        ({"spread_kind": "IQR", "spread": "1"}, BadInput, "no IQR"),
        ({"spread_kind": "range", "spread": "5-1", "n": "9"}, BadInput, "no range"),
        ({"spread_kind": "range", "spread": "1-5"}, BadInput, "without n"),
        ({"spread_kind": "SD", "spread": "few"}, BadInput, "not a number"),
        ({"observed": "medain"}, UnknownName, "did you mean"),
        ({"observed": "share"}, BadInput, "needs a level"),
        ({"observed": "sd"}, BadInput, "a typical person has no sd"),
        ({"against": "people"}, BadInput, "has no people"),
        ({"against": "everyone"}, UnknownName, "people"),
        ({**PEOPLE, "observed": "share >= 5 cells/uL", "value": "140", "n": "20"}, BadInput, "a share in %"),
        ({**PEOPLE, "observed": "share >= 5 cells/uL", "value": "40"}, BadInput, "needs n"),
        ({**PEOPLE, "observed": "share >= 5 cellz/uL", "value": "40"}, UnknownName, "cells"),
        ({**PEOPLE, "scenario": "donor-80/donor-240"}, BadInput, "several scenarios"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, cells: dict[str, str], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        read(tmp_path, **cells)
    assert "rows.csv:2" in str(caught.value) or "unit" in cells


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,value\nX1,2\n")
    with pytest.raises(BadInput, match="columns"):
        read_targets(str(path), load_plan("mobilisation-first"))


def test_library_targets_repeat_the_evidence_rows() -> None:
    if not SHARED.is_file():
        pytest.skip("the evidence table is not beside this checkout")
    with SHARED.open(encoding="utf-8") as stream:
        evidence = {row["id"]: row for row in csv.DictReader(stream)}
    with (LIBRARY / "evidence" / "mobilisation-targets.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if not row["id"].startswith("LIT")]
    derived = [row for row in rows if row["note"].startswith("derived")]
    assert len(rows) > 80
    for row in rows:
        known = evidence[row["id"]]
        assert row["provenance"] == known["provenance"], row["id"]
        if row not in derived and row["id"] != "BIO004":  # that row holds two counts in one text
            assert float(row["value"]) == pytest.approx(float(known["value"])), row["id"]
