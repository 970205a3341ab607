from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.reporting.table import MISSING, Cell, count, exact, interval, number, pretty, table, unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0245, "0.0245"),
        (0.5, "0.500"),
        (2.0, "2.00"),
        (56.14, "56.1"),
        (1234.4, "1,234"),
        (-0.17, "−0.170"),
        (12_345_678.0, "1.23 × 10⁷"),
        (1e8, "10⁸"),
        (0.00001234, "1.23 × 10⁻⁵"),
        (math.nan, MISSING),
        (None, MISSING),
        (math.inf, "∞"),
        ("none", "none"),
    ],
)
def test_numbers_have_three_digits(value: object, text: str) -> None:
    assert number(value) == text


@given(st.floats(min_value=1e-4, max_value=9e6))
def test_a_printed_number_is_within_half_a_unit_of_its_last_digit(value: float) -> None:
    back = float(number(value).replace(",", ""))
    assert abs(back - value) <= max(0.5, 0.5 * 10 ** (math.floor(math.log10(value)) - 2)) * 1.0001
    assert abs(back / value - 1) < 0.0051


@pytest.mark.parametrize(
    ("value", "text"),
    [(70.0, "70"), (0.87, "0.87"), (502.79, "502.79"), (18800.0, "18,800"), (1e-9, "1 × 10⁻⁹"), (None, MISSING)],
)
def test_declared_numbers_are_not_rounded(value: float | None, text: str) -> None:
    assert exact(value) == text


def test_an_interval_needs_both_ends() -> None:
    assert interval(1.234, 5.678) == "1.23 to 5.68"
    assert interval(1.0, math.nan) == ""


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("10^6 cells/kg", "10⁶ cells/kg"),
        ("at least 5 x 10^6 CD34+/kg", "at least 5 × 10⁶ CD34+/kg"),
        ("collected >= 5 10^6 cells/kg", "collected ≥ 5 × 10⁶ cells/kg"),
        ("filgrastim 10 ug/kg sc", "filgrastim 10 µg/kg sc"),
        ("cells/uL", "cells/µL"),
        ("plasma", "plasma"),
        ("1/h", "1/h"),
    ],
)
def test_units_are_printed_as_people_write_them(text: str, printed: str) -> None:
    assert pretty(text) == printed


def test_no_unit_is_no_text() -> None:
    assert [unit(each) for each in ("1", "", None, "L/h")] == ["", "", "", "L/h"]


def test_counts_and_cells() -> None:
    assert count(2000) == "2,000"
    assert count(math.nan) == MISSING
    made = table(("a", "b"), [("x", Cell("1", small="0 to 2"))], numbers=[1])
    assert made.columns[1].number
    assert not made.columns[0].number
    assert made.rows[0] == (Cell("x"), Cell("1", small="0 to 2"))
