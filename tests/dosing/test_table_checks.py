"""Records that cannot be meant, each refused by row and column."""

from __future__ import annotations

import pandas as pd
import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.dosing.table_checks import check, goes_back
from unmoor.dosing.table_columns import read_columns

DOSE = {"ID": 1, "TIME": 0.0, "EVID": 1, "AMT": 10.0, "CMT": "counter", "RATE": 0.0, "ADDL": 0, "II": 0.0, "SS": 0}
SEEN = {"EVID": 0, "AMT": 0}
STEADY = {"SS": 1, "II": 12}
ENDLESS = {"SS": 1, "AMT": 0, "RATE": 5}


def _columns(model, *rows):
    return read_columns(pd.DataFrame([DOSE | row for row in rows]), model)


@pytest.mark.parametrize(
    ("row", "kind", "message"),
    [
        ({"EVID": 5}, BadInput, "row 2: EVID is 5: there is no such event"),
        ({"EVID": 1.5}, BadInput, "row 2: EVID is 1.5"),
        ({"EVID": -1}, BadInput, "row 2: EVID is -1"),
        ({"TIME": 4}, BadInput, "row 3: TIME is 3: it is earlier than the record before"),
        ({"AMT": 0}, BadInput, "row 2: AMT is 0: a dose is above zero"),
        ({"AMT": 0, "RATE": 5}, BadInput, "row 2: AMT is 0: a dose is above zero"),
        ({"AMT": -5}, BadInput, "row 2: AMT is -5: an amount is not negative"),
        ({**STEADY, "AMT": -5}, BadInput, "row 2: AMT is -5"),
        ({"EVID": 4, "AMT": 0}, BadInput, "row 2: AMT is 0"),
        ({"EVID": 0}, BadInput, "row 2: AMT is 10: this record is no dose"),
        ({"EVID": 2}, BadInput, "row 2: AMT is 10: this record is no dose"),
        ({"EVID": 3}, BadInput, "row 2: AMT is 10: this record is no dose"),
        ({**SEEN, "RATE": 1}, BadInput, "row 2: RATE is 1: this record is no dose"),
        ({**SEEN, "ADDL": 1}, BadInput, "row 2: ADDL is 1: this record is no dose"),
        ({**SEEN, "II": 12}, BadInput, "row 2: II is 12: this record is no dose"),
        ({**SEEN, "EVID": 3, "SS": 1}, BadInput, "row 2: SS is 1: this record is no dose"),
        ({"SS": 4, "II": 12}, BadInput, "row 2: SS is 4: there is no such steady state"),
        ({"SS": -1, "II": 12}, BadInput, "row 2: SS is -1"),
        ({"RATE": -3}, BadInput, "row 2: RATE is -3: the rate is above zero"),
        ({"RATE": -0.5}, BadInput, "row 2: RATE is -0.5"),
        ({"SS": 1}, BadInput, "row 2: II is 0: a steady state of repeated doses needs an interval"),
        ({"SS": 2, "RATE": 5}, BadInput, "row 2: II is 0: a steady state of repeated doses needs an interval"),
        ({**ENDLESS, "II": 12}, BadInput, "row 2: II is 12: an infusion without end has no interval"),
        ({**ENDLESS, "ADDL": 2}, BadInput, "row 2: ADDL is 2: an infusion without end is not repeated"),
        ({**ENDLESS, "RATE": -2}, BadInput, "row 2: RATE is -2: an infusion without end has no duration"),
        ({"ADDL": 2}, BadInput, "row 2: II is 0: ADDL needs an interval"),
        ({"ADDL": -1, "II": 24}, Unsupported, "row 2: ADDL is -1: NONMEM's empirical steady state"),
        ({"ADDL": 1.5, "II": 24}, BadInput, "row 2: ADDL is 1.5: further doses are a whole number"),
        ({"ADDL": 1e6, "II": 24}, BadInput, "row 2: ADDL is 1e\\+06: at most 10000 doses"),
        ({"II": 24}, BadInput, "row 2: II is 24: an interval without ADDL or SS has no effect"),
        ({"II": -24, "ADDL": 1}, BadInput, "row 2: II is -24: an interval is not negative"),
        ({"CMT": -2}, BadInput, "row 2: CMT is -2: a dose enters no such state"),
        ({**SEEN, "EVID": 2, "CMT": -2}, Unsupported, "row 2: CMT is -2: switching a compartment off"),
        ({**SEEN, "CMT": -2}, Unsupported, "row 2: CMT is -2: switching a compartment off"),
    ],
)
def test_refusals(model, row, kind, message):
    with pytest.raises(kind, match=message):
        check(_columns(model, {}, {"TIME": 2.0} | row, {"TIME": 3.0}))


def test_the_row_is_that_of_the_table_whatever_the_patients(model):
    table = pd.DataFrame([DOSE | {"ID": 2}, DOSE | {"ID": 1, "AMT": -1}])
    with pytest.raises(BadInput, match="event table, row 2: AMT is -1"):
        check(read_columns(table, model, [1, 2]))


@pytest.mark.parametrize(
    "row",
    [
        {"SS": 1, "II": 12},
        {"SS": 2, "II": 12, "ADDL": 3},
        {"SS": 3, "II": 12, "RATE": -2},
        {"SS": 1, "II": 0, "AMT": 0, "RATE": 5},
        {"SS": 1, "II": 0, "AMT": 0, "RATE": -1},
        {"SS": 1, "II": 0, "AMT": 0, "RATE": 0},
        {"EVID": 4},
        {"EVID": 3, "AMT": 0},
        {"EVID": 3, "AMT": 0, "TIME": -5},
        {"EVID": 4, "TIME": -5},
        {"EVID": 2, "AMT": 0, "CMT": 2},
        {"RATE": -1},
        {"TIME": 0.0, "ADDL": 1, "II": 1e-3},
    ],
)
def test_records_that_can_be_meant(model, row):
    check(_columns(model, {"TIME": -3.0}, row))


def test_time_goes_back_within_a_patient_only(model):
    columns = _columns(model, {"TIME": 5.0}, {"TIME": 5.0}, {"TIME": 1.0, "EVID": 4}, {"ID": 2})
    assert goes_back(columns).tolist() == [False, False, True, False]
