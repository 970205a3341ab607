"""Targets: what a row says about a typical patient, how far it is trusted, and that it repeats the evidence."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.files import LIBRARY
from unmoor.calibration.plan import load_plan
from unmoor.calibration.target import COLUMNS, Target, read_targets

SHARED = Path(__file__).parents[2].parent / "shared" / "evidence" / "mobilisation.csv"
BASE = {
    "id": "X1", "stage": "cells", "scenario": "donor-80", "statistic": "at", "output": "cd34", "time": "0",
    "value": "10", "unit": "cells/uL", "error": "0.2", "source": "liles2003", "provenance": "seen",
}  # fmt: skip


def read(folder: Path, **cells: str) -> Target:
    """The target of one row."""
    path = folder / "rows.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
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
        ({"spread_kind": "IQR", "spread": "1"}, UnknownName, "SD"),
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
