"""Columns of NONMEM-style tables: what is read, and every refusal with its row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName, UnmoorError, Unsupported
from unmoor.dosing.table_columns import read_records

DOSE = {"ID": 1, "TIME": 0.0, "EVID": 1, "AMT": 10.0, "CMT": "depot", "RATE": 0.0, "ADDL": 0, "II": 0.0, "SS": 0}


def _table(*rows):
    return pd.DataFrame([DOSE | row for row in rows])


def test_names_in_any_case_and_columns_left_out():
    records = read_records(pd.DataFrame({"Time": [0, 2], "amt": [10, 0], "Cmt": ["a", "a"]}))
    assert (records.count, records.row.tolist(), records.amount.tolist()) == (1, [1], [10])
    assert (records.rate.tolist(), records.additional.tolist(), records.interval.tolist()) == ([0], [0], [0])


def test_observations_give_no_record():
    records = read_records(_table({}, {"EVID": 0, "AMT": 0, "TIME": 1}, {"TIME": 2}))
    assert records.time.tolist() == [0, 2]
    assert records.row.tolist() == [1, 3]


def test_patients_by_first_appearance_or_as_listed():
    table = _table({"ID": "b"}, {"ID": "b", "TIME": 1}, {"ID": "a"})
    assert read_records(table).patient.tolist() == [0, 0, 1]
    listed = read_records(table, ["a", "b", "c"])
    assert (listed.count, listed.patient.tolist()) == (3, [1, 1, 0])
    with pytest.raises(UnknownName, match=r"row 1: unknown ID 'b'[\s\S]*known: a"):
        read_records(table, ["a"])
    with pytest.raises(BadInput, match="no column 'ID' for 2 patients"):
        read_records(table.drop(columns="ID"), ["a", "b"])


def test_empty_cells_are_zero_as_in_nonmem(tmp_path):
    path = tmp_path / "doses.csv"
    path.write_text("ID, TIME,EVID,AMT,CMT,RATE,ADDL,II\n1,0,1,10,2,.,.,\n1, 1,0,.,2,.,.,.\n")
    records = read_records(path)
    assert (records.amount.tolist(), records.rate.tolist(), records.compartment.tolist()) == ([10], [0], ["2"])


@pytest.mark.parametrize("number", [2, 2.0, "2"])
def test_a_compartment_number_reads_the_same_from_any_column(number):
    assert read_records(_table({"CMT": number})).compartment.tolist() == ["2"]


@pytest.mark.parametrize(
    ("row", "kind", "message"),
    [
        ({"SS": 1}, Unsupported, "row 2: SS is 1: steady-state doses are not computed yet"),
        ({"SS": 2}, Unsupported, "SS is 2"),
        ({"EVID": 2, "AMT": 0}, Unsupported, "EVID is 2"),
        ({"EVID": 3, "AMT": 0}, Unsupported, "EVID is 3"),
        ({"EVID": 4}, Unsupported, "EVID is 4"),
        ({"EVID": 7}, BadInput, "EVID is 7: there is no such event"),
        ({"RATE": -1}, Unsupported, "RATE is -1: a rate or duration from the model"),
        ({"RATE": -2}, Unsupported, "RATE is -2"),
        ({"RATE": -3}, BadInput, "RATE is -3"),
        ({"TIME": -1}, BadInput, "row 2: TIME is -1: times count from hour 0"),
        ({"TIME": 4}, BadInput, "row 3: TIME is 3: it is earlier"),
        ({"TIME": None}, BadInput, "row 2: TIME is '(nan|None)'"),
        ({"TIME": "8:00"}, BadInput, "row 2: TIME is '8:00'"),
        ({"AMT": 0}, BadInput, "AMT is 0: a dose is above zero"),
        ({"AMT": -5}, BadInput, "AMT is -5: a dose is above zero"),
        ({"AMT": np.inf}, BadInput, "AMT is 'inf'"),
        ({"EVID": 0}, BadInput, "AMT is 10: an observation has no amount"),
        ({"EVID": 0, "AMT": 0, "RATE": 1}, BadInput, "RATE is 1: an observation has no rate"),
        ({"EVID": 0, "AMT": 0, "ADDL": 1, "II": 1}, BadInput, "ADDL is 1: an observation is not repeated"),
        ({"ADDL": 2}, BadInput, "II is 0: ADDL needs an interval"),
        ({"ADDL": -1, "II": 24}, BadInput, "ADDL is -1"),
        ({"ADDL": 1.5, "II": 24}, BadInput, "ADDL is 1.5"),
        ({"ADDL": 1e6, "II": 24}, BadInput, "at most 10000 doses"),
        ({"II": 24}, BadInput, "II is 24: an interval without ADDL has no effect"),
        ({"II": -24, "ADDL": 1}, BadInput, "II is -24"),
        ({"ID": 2}, BadInput, "row 3: TIME is 3: records of one ID are not together"),
        ({"CMT": None}, BadInput, "row 2: a dose without CMT"),
        ({"CMT": "."}, BadInput, "row 2: a dose without CMT"),
    ],
)
def test_records_refused_by_row(row, kind, message):
    with pytest.raises(kind, match=message):
        read_records(_table({}, {"TIME": 2.0} | row, {"TIME": 3.0}))


@pytest.mark.parametrize("column", ["DV", "mdv", "L2", "pcmt"])
def test_other_columns_of_nonmem_are_refused_by_name(column):
    with pytest.raises(Unsupported, match=f"column '{column.upper()}' is not read"):
        read_records(_table({}).assign(**{column: 0}))


def test_unknown_missing_and_double_columns():
    with pytest.raises(UnknownName, match=r"unknown column 'RATES'[\s\S]*did you mean 'RATE'"):
        read_records(_table({}).assign(rates=0))
    with pytest.raises(BadInput, match="no column 'CMT'"):
        read_records(_table({}).drop(columns="CMT"))
    with pytest.raises(BadInput, match="'TIME' is there twice"):
        read_records(_table({}).assign(time=0))


def test_a_file_that_is_not_there_or_empty(tmp_path):
    with pytest.raises(UnmoorError, match=r"absent\.csv: cannot read the dosing table"):
        read_records(tmp_path / "absent.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(UnmoorError, match=r"empty\.csv: cannot read the dosing table"):
        read_records(tmp_path / "empty.csv")
