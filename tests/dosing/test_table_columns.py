"""Columns of NONMEM-style tables: names, blanks, patients, constants, and every refusal with its row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName, UnmoorError, Unsupported
from unmoor.dosing.dose_parameters import DoseParameter
from unmoor.dosing.table_columns import IGNORED, read_columns

DOSE = {"ID": 1, "TIME": 0.0, "EVID": 1, "AMT": 10.0, "CMT": "counter", "RATE": 0.0, "ADDL": 0, "II": 0.0, "SS": 0}


def _table(*rows):
    return pd.DataFrame([DOSE | row for row in rows])


def test_names_in_any_case_and_columns_left_out(model):
    columns = read_columns(pd.DataFrame({"Time": [0, 2], "amt": [10, 0], " Cmt ": ["a", "a"]}), model)
    assert columns.labels is None
    assert (columns.count, columns.row.tolist(), columns.numbers["AMT"].tolist()) == (1, [1, 2], [10, 0])
    assert [columns.numbers[name].tolist() for name in ("RATE", "ADDL", "II", "SS")] == [[0, 0]] * 4


@pytest.mark.parametrize(
    ("row", "event"),
    [
        ({}, 0),
        ({"AMT": 10}, 1),
        ({"SS": 1, "RATE": 3}, 1),
        ({"ADDL": 1}, 1),
        ({"II": 12}, 1),
        ({"MDV": 1}, 2),
        ({"MDV": 1, "AMT": 1}, 1),
    ],
)
def test_without_evid_a_record_with_anything_of_a_dose_is_one(model, row, event):
    columns = read_columns(pd.DataFrame([{"TIME": 0, "AMT": 0} | row]), model)
    assert columns.numbers["EVID"].tolist() == [event]


def test_patients_by_first_appearance_or_as_listed(model):
    table = _table({"ID": "b"}, {"ID": "b", "TIME": 1}, {"ID": "a"})
    assert read_columns(table, model).patient.tolist() == [0, 0, 1]
    listed = read_columns(table, model, ["a", "b", "c"])
    assert (listed.count, listed.patient.tolist(), listed.row.tolist()) == (3, [0, 1, 1], [3, 1, 2])
    assert listed.numbers["TIME"].tolist() == [0, 0, 1]
    with pytest.raises(UnknownName, match=r"row 1: unknown ID 'b'[\s\S]*known: a"):
        read_columns(table, model, ["a"])


def test_a_table_without_patients_is_for_everyone(model):
    table = _table({}, {"TIME": 4.0}).drop(columns="ID")
    columns = read_columns(table, model, ["x", "y"])
    assert columns.labels == ("x", "y")
    assert columns.patient.tolist() == [0, 0, 1, 1]
    assert columns.row.tolist() == [1, 2, 1, 2]
    assert columns.numbers["TIME"].tolist() == [0, 4, 0, 4]


def test_records_of_one_patient_stand_together(model):
    table = _table({"ID": 1}, {"ID": 2}, {"ID": 1, "TIME": 1.0})
    with pytest.raises(BadInput, match="row 3: ID is 1: records of one ID are not together"):
        read_columns(table, model)
    with pytest.raises(BadInput, match="row 2: a record without ID"):
        read_columns(_table({}, {"ID": None}), model)


def test_empty_cells_are_zero_as_in_nonmem(model, tmp_path):
    path = tmp_path / "doses.csv"
    path.write_text("ID, TIME,EVID,AMT,CMT,RATE,ADDL,II,DV\n1,0,1,10,2,.,.,,\n1, 1,0,.,2,.,.,.,7.5\n")
    columns = read_columns(path, model)
    assert columns.numbers["AMT"].tolist() == [10, 0]
    assert columns.numbers["RATE"].tolist() == [0, 0]
    assert columns.compartment.tolist() == ["2", "2"]
    assert columns.where == str(path)


@pytest.mark.parametrize(("cell", "text"), [(2, "2"), (2.0, "2"), ("2", "2"), (None, ""), (".", ""), ("a.0b", "a.0b")])
def test_a_compartment_reads_the_same_from_any_column(model, cell, text):
    assert read_columns(_table({"CMT": cell}), model).compartment.tolist() == [text]


def test_columns_named_like_constants_are_in_declared_units(model):
    table = _table({}, {"TIME": 1.0}).assign(creatinine_clearance=[100, None], WEIGHT=[70, "."])
    columns = read_columns(table, model)
    assert columns.constants["creatinine_clearance"][0] == pytest.approx(6.0)  # mL/min to L/h
    assert np.isnan(columns.constants["creatinine_clearance"][1])
    assert columns.constants["weight"][0] == 70
    alias = read_columns(_table({}).assign(**{"plerixafor.weight": 50.0}), model)
    assert list(alias.constants) == ["weight"]


def test_columns_named_like_parameters_of_doses(model):
    columns = read_columns(_table({}).assign(lag_counter=0.5, R5=3.0), model)
    assert columns.constants == {}
    assert columns.doses[DoseParameter("lag", "counter")].tolist() == [0.5]
    assert columns.doses[DoseParameter("rate", "counter")].tolist() == [3000.0]  # umol/h, as AMT


@pytest.mark.parametrize("name", IGNORED)
def test_columns_about_the_fit_change_nothing(model, name):
    columns = read_columns(_table({}).assign(**{name.lower(): 3}), model)
    assert (dict(columns.constants), dict(columns.doses)) == ({}, {})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"TIME": None}, "row 2: TIME is '(nan|None)'"),
        ({"TIME": "8:00"}, "row 2: TIME is '8:00'"),
        ({"AMT": np.inf}, "row 2: AMT is 'inf'"),
        ({"AMT": "ten"}, "row 2: AMT is 'ten'"),
        ({"weight": "heavy"}, "row 2: weight is 'heavy'"),
    ],
)
def test_cells_that_are_no_numbers(model, row, message):
    with pytest.raises(BadInput, match=message):
        read_columns(_table({"weight": 70} if "weight" in row else {}, row), model)


@pytest.mark.parametrize("column", ["DATE", "dat2", "L1", "cont"])
def test_columns_of_nonmem_that_would_matter_are_refused_by_name(model, column):
    with pytest.raises(Unsupported, match=f"column '{column}' is not read"):
        read_columns(_table({}).assign(**{column: 0}), model)


def test_unknown_missing_and_double_columns(model):
    with pytest.raises(UnknownName, match=r"unknown column 'RATES'[\s\S]*did you mean 'RATE'"):
        read_columns(_table({}).assign(RATES=0), model)
    with pytest.raises(BadInput, match="no column 'TIME'"):
        read_columns(_table({}).drop(columns="TIME"), model)
    with pytest.raises(BadInput, match="'TIME' is there twice"):
        read_columns(_table({}).assign(time=0), model)
    with pytest.raises(BadInput, match="'Weight' is there twice"):
        read_columns(_table({}).assign(weight=70, Weight=70), model)
    with pytest.raises(BadInput, match="column 'plerixafor_computed' is computed by model 'small'"):
        read_columns(_table({}).assign(plerixafor_computed=1), model)


def test_a_table_that_is_not_there_or_empty(model, tmp_path):
    with pytest.raises(UnmoorError, match=r"absent\.csv: cannot read the event table"):
        read_columns(tmp_path / "absent.csv", model)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(UnmoorError, match=r"empty\.csv: cannot read the event table"):
        read_columns(tmp_path / "empty.csv", model)
    with pytest.raises(BadInput, match="the event table has no rows"):
        read_columns(_table({}).iloc[:0], model)
