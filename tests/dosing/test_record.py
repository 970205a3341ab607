"""The record of doses: one row a dose and patient, in order of time, with the rule that set the amount."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.dosing.record import COLUMNS
from unmoor.dosing.regimen import Regimen

TEXT = """\
plerixafor 0.24 mg/kg sc on days 2-3 at 22:00, max 20 mg, but 0.16 mg/kg if creatinine_clearance <= 50 mL/min
filgrastim 10 ug/kg sc once daily for 3 days
plerixafor 1000 nmol iv over 30 min on day 1
"""


@pytest.fixture(scope="module")
def record(model, lagging):
    patients = pd.DataFrame({"weight": [50.0, 100.0], "creatinine_clearance": [30.0, 90.0]}, index=[11, 12])
    return Regimen.of(TEXT, drugs=[lagging]).events(model, patients).doses


def test_rows_in_order_of_patient_and_time(record):
    assert tuple(record.columns) == COLUMNS
    assert record["patient"].tolist() == [11] * 6 + [12] * 6
    assert record["time"].tolist() == [0, 0, 24, 46, 48, 70] * 2


def test_doses_are_counted_within_a_drug(record):
    first = record[record["patient"] == 11]
    assert list(zip(first["drug"], first["dose"], strict=True)) == [
        ("filgrastim", 1), ("plerixafor", 1), ("filgrastim", 2), ("plerixafor", 2), ("filgrastim", 3),
        ("plerixafor", 3),
    ]  # fmt: skip


def test_amounts_units_and_rules(record):
    evening = record[record["time"] == 46].set_index("patient")
    assert evening["amount"].tolist() == pytest.approx([8, 20])
    assert evening["nmol"].tolist() == pytest.approx([16_000, 40_000])
    assert evening["unit"].tolist() == ["mg", "mg"]
    assert evening["capped"].tolist() == [False, True]
    assert evening["rule"].tolist() == ["0.16 mg/kg if creatinine_clearance <= 50 mL/min", "0.24 mg/kg, max 20 mg"]
    assert evening["species"].tolist() == ["plerixafor_depot"] * 2
    infused = record[record["duration"] > 0]
    assert (
        infused[["time", "amount", "unit", "nmol", "species", "duration"]].to_numpy().tolist()
        == [[0, 1000, "nmol", 1000, "plerixafor_central", 0.5]] * 2
    )
    assert record["capped"].dtype == np.bool_


def test_lines_may_share_a_rule(model, lagging):
    text = "plerixafor 1 mg sc once\nplerixafor 1 mg iv on day 2"
    record = Regimen.of(text, drugs=[lagging]).events(model).doses
    assert record["rule"].tolist() == ["1 mg", "1 mg"]
    assert record["species"].tolist() == ["plerixafor_depot", "plerixafor_central"]


def test_nothing_given_is_an_empty_record(model, lagging):
    nobody = pd.DataFrame({"weight": []})
    for regimen, patients in (
        (Regimen(), None),
        (Regimen.of(TEXT, drugs=[lagging]), nobody.assign(creatinine_clearance=[])),
    ):
        record = regimen.events(model, patients).doses
        assert tuple(record.columns) == COLUMNS
        assert record.empty
