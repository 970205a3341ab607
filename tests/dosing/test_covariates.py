"""Which value of a changing constant is in force when."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput
from unmoor.dosing.covariates import Covariates, fill_columns, filled
from unmoor.dosing.table_columns import read_columns

N = np.nan


@pytest.mark.parametrize(("carry", "expected"), [("locf", [1, 1, 2, N, 5, 5]), ("nocb", [1, 2, 2, 5, 5, N])])
def test_blanks_are_filled_within_a_patient(carry, expected):
    values, patient = np.array([1, N, 2, N, 5, N]), np.array([0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(filled(values, patient, carry), expected)


def _covariates(carry):
    course = np.array([0, 0, 0, 0, 2, 2])
    time = np.array([0.0, 10, 10, 20, 5, 6])
    return Covariates(course, time, {"cl": np.array([1.0, 2, 3, 3, 7, 8])}, carry)


@pytest.mark.parametrize(
    ("carry", "expected"),
    # asked: before all, at the first, between, at 10 (two records), between, at the last, after it; the third course
    [("locf", [0, 0, 0, 1, 2, 3, 3, 4, 5]), ("nocb", [0, 0, 1, 1, 3, 3, 3, 5, 5])],
)
def test_the_record_in_force(carry, expected):
    asked = [(0, -1), (0, 0), (0, 9), (0, 10), (0, 15), (0, 20), (0, 99), (2, 5.5), (2, 7)]
    course, time = np.array([c for c, _ in asked]), np.array([float(t) for _, t in asked])
    assert _covariates(carry).record_at(course, time).tolist() == expected


def test_changes_are_those_within_a_course_and_starts_those_of_first_records():
    found = _covariates("locf")
    assert found.changes("cl").tolist() == [1, 2, 5]
    assert found.start("cl", 4, 4.0).tolist() == [1, 4, 7, 4]
    assert found.start("cl", 3, np.array([4.0, 5.0, 6.0])).tolist() == [1, 5, 7]


@pytest.mark.parametrize(("carry", "row", "side"), [("locf", 1, "before"), ("nocb", 4, "after")])
def test_a_blank_that_nothing_fills_is_refused_by_row(model, carry, row, side):
    table = pd.DataFrame({"TIME": [0.0, 1, 2, 3], "AMT": 0, "weight": [".", 70, 80, None]})
    with pytest.raises(BadInput, match=f"row {row}: 'weight' is blank and there is no value {side} it"):
        fill_columns(read_columns(table, model), carry)
    whole, none = fill_columns(read_columns(table.iloc[1:3], model), carry)
    assert (whole["weight"].tolist(), none) == ([70, 80], {})
    with pytest.raises(BadInput, match="'lag_counter' is blank"):
        fill_columns(read_columns(pd.DataFrame({"TIME": [0.0], "lag_counter": [None]}), model), carry)
