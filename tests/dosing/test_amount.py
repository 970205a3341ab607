"""Amounts: units, spellings, and numbers whose text reads back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.amount import Amount, number, unit_word


@pytest.mark.parametrize(
    ("word", "unit"),
    [("mcg", "ug"), ("µg", "ug"), ("μg", "ug"), ("MG", "mg"), ("micrograms", "ug"), ("nmol", "nmol"), ("µmol", "umol")],
)
def test_spellings_of_a_unit(word, unit):
    assert unit_word(word) == unit


@pytest.mark.parametrize("word", ["kg", "mgg", "mL", "IU", "Mmol2"])
def test_other_words_are_no_unit_of_amount(word):
    with pytest.raises(UnknownName, match=word):
        unit_word(word)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back(value):
    assert float(number(value)) == value


def test_numbers_are_short():
    assert [number(v) for v in (10.0, 0.24, 1e-7)] == ["10", "0.24", "1e-07"]


@pytest.mark.parametrize(
    ("amount", "unit", "value"),
    [(Amount(0.24, "mg", "kg"), "ug", 240.0), (Amount(5, "umol"), "nmol", 5000.0), (Amount(0.1, "mg"), "mg", 0.1)],
)
def test_value_in_another_unit(amount, unit, value):
    assert amount.value_in(unit) == pytest.approx(value, rel=1e-14)


def test_mass_is_not_substance():
    with pytest.raises(BadInput, match="mg"):
        Amount(1, "mg").value_in("nmol")


def test_text():
    assert str(Amount(0.24, "mg", "kg")) == "0.24 mg/kg"
    assert str(Amount(20, "mg")) == "20 mg"


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_an_amount_is_above_zero(value):
    with pytest.raises(BadInput, match="amount of"):
        Amount(value, "mg")


def test_unknown_unit_or_body_measure():
    with pytest.raises(UnknownName, match="unit of amount 'IU'"):
        Amount(1, "IU")
    with pytest.raises(UnknownName, match="body measure 'm3'"):
        Amount(1, "mg", "m3")
