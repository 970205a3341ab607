"""The steps of the grammar: amounts, durations and numbers, read or refused where they stand."""

from __future__ import annotations

import pytest

from unmoor.dosing.amount import Amount
from unmoor.dosing.reader import Reader
from unmoor.dosing.schedule import Duration
from unmoor.dosing.words import Line, PhraseError, UnknownWord


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10 ug/kg", Amount(10, "ug", "kg")),
        ("10ug / kg", Amount(10, "ug", "kg")),
        ("10 mcg per kg", Amount(10, "ug", "kg")),
        ("1.3 mg/m²", Amount(1.3, "mg", "m2")),
        ("1.3 mg/m^2", Amount(1.3, "mg", "m2")),
        (".5 nmol", Amount(0.5, "nmol")),
        ("1e3 MG", Amount(1000, "mg")),
    ],
)
def test_amounts(text, amount):
    assert Reader(Line(text)).amount("the dose") == amount


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("0 mg", "0 mg", "an amount of 0 mg"),
        ("-2 mg", "-2", "the dose is negative"),
        ("+2 mg", "+2", "the dose is signed"),
        ("2", "", "the dose has no unit"),
        ("2 sc", "sc", "the dose has no unit"),
        ("2 subcutaneously", "subcutaneously", "the dose has no unit"),
        ("2 /kg", "/", "the dose has no unit"),
        ("2 mg/kg/day", "/", "a dose is not a rate"),
        ("300 IU", "IU", "the dose is in IU"),
        ("300 units", "units", "the dose is in units"),
        ("mg", "mg", "expected the dose instead of 'mg'"),
        ("", "", "expected the dose at the end"),
        ("1e999 mg", "1e999 mg", "an amount of inf mg"),
    ],
)
def test_amounts_refused_in_place(text, place, message):
    with pytest.raises(PhraseError, match=message) as caught:
        Reader(Line(text)).amount("the dose")
    assert text[caught.value.position :].startswith(place)


@pytest.mark.parametrize(("text", "message"), [("2 mgg", "unit of amount 'mgg'"), ("2 mg/kgg", "body measure 'kgg'")])
def test_unknown_units_name_the_nearest(text, message):
    with pytest.raises(UnknownWord, match=rf"{message}[\s\S]*did you mean"):
        Reader(Line(text)).amount("the dose")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("15 min", Duration(15, "min")),
        ("2h", Duration(2, "hour")),
        ("1 day", Duration(1, "day")),
        ("2 wEEks", Duration(2, "week")),
    ],
)
def test_durations(text, duration):
    assert Reader(Line(text)).duration("it") == duration


@pytest.mark.parametrize("text", ["2", "2 months", "two days", "0 days", "-1 day"])
def test_durations_refused(text):
    with pytest.raises(PhraseError, match="character"):
        Reader(Line(text)).duration("it")


@pytest.mark.parametrize("text", ["0", "2.5", "-1", "1e9", "seven"])
def test_whole_numbers_refused(text):
    with pytest.raises(PhraseError, match="give a count"):
        Reader(Line(text)).whole("the count", "give a count")


def test_the_cursor_stays_at_the_end():
    reader = Reader(Line("one"))
    assert [reader.take().text for _ in range(3)] == ["one", "", ""]
    assert reader.accept("one", "") is None


def test_expect_says_what_stands_there():
    with pytest.raises(PhraseError, match="expected 'day' instead of 'week'"):
        Reader(Line("week")).expect(("day", "days"), "write day")
