import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.moments import days_at, duration, level_of, moment, quantity

ANCHORS = {"plerixafor": (94.0, 118.0), "apheresis": (105.0, 129.0, 153.0)}


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("day 1 at 00:00", (0.0,)),
        ("day 4 at 22:00", (94.0,)),
        ("days 5-8 at 09:00", (105.0, 129.0, 153.0, 177.0)),
        ("days 1, 3, 5-6 at 7:30", (7.5, 55.5, 103.5, 127.5)),
    ],
)
def test_days_become_hours(text, hours):
    assert days_at(text) == hours


@given(st.integers(1, 400), st.integers(0, 23), st.integers(0, 59))
def test_every_clock_time_is_read_exactly(day, hour, minute):
    assert days_at(f"day {day} at {hour:02d}:{minute:02d}") == ((day - 1) * 24.0 + hour + minute / 60,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("day 4", "cannot read time"),
        ("tomorrow at 09:00", "cannot read time"),
        ("day 4 at 9", "cannot read time"),
        ("day 0 at 09:00", "no day 0"),
        ("day 4 at 24:00", "no clock shows 24:00"),
        ("days 8-5 at 09:00", "run backwards"),
        ("days 3, 1 at 09:00", "not in increasing order"),
        ("days 3, 3 at 09:00", "not in increasing order"),
        ("days 1-2-3 at 09:00", "cannot read days"),
        ("days 1, at 09:00", "cannot read days"),
    ],
)
def test_what_is_no_time_says_so(text, message):
    with pytest.raises(BadInput, match=message) as caught:
        days_at(text, where="study.yaml:7")
    assert str(caught.value).startswith("study.yaml:7: ")


def test_quantities_carry_units():
    assert quantity("5 10^6 cells/kg", "10^6 cells/kg") == 5.0
    assert quantity("5e6 cells/kg", "10^6 cells/kg") == pytest.approx(5.0)
    assert quantity("20 cells/uL", "10^6 cells/L") == pytest.approx(20.0)
    assert quantity(3, "1") == 3.0
    assert duration("9 days") == 216.0
    assert duration("90 min") == 1.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5", "has no unit"),
        ("five mg", "cannot read 'five mg'"),
        ("5 mg", "cannot be read as"),
        ("5 mgg/kg", "unknown unit"),
    ],
)
def test_a_missing_or_other_unit_is_refused(text, message):
    with pytest.raises((BadInput, UnknownName), match=message):
        quantity(text, "10^6 cells/kg")


@pytest.mark.parametrize("text", ["0 h", "-2 h"])
def test_a_length_of_time_is_above_zero(text):
    with pytest.raises(BadInput, match="not above zero"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("day 5 at 09:00", 105.0),
        ("first plerixafor", 94.0),
        ("first apheresis", 105.0),
        ("apheresis 3", 153.0),
        ("24 h before apheresis 1", 81.0),
        ("90 min after first plerixafor", 95.5),
        ("1 h before 2 h after apheresis 2", 130.0),
    ],
)
def test_moments_in_words(text, hours):
    assert moment(text, ANCHORS) == pytest.approx(hours)


def test_moments_nobody_plans():
    with pytest.raises(UnknownName, match="did you mean 'plerixafor'"):
        moment("first plerixafr", ANCHORS)
    with pytest.raises(BadInput, match="apheresis is planned 3 times"):
        moment("apheresis 4", ANCHORS)
    with pytest.raises(BadInput, match="names 2 times"):
        moment("days 1-2 at 09:00", ANCHORS)
    with pytest.raises(BadInput, match="cannot read moment"):
        moment("apheresis", ANCHORS)


def test_a_grade_is_one_that_somebody_can_have():
    assert level_of("rash_grade", 3, "1") == 3.0
    assert level_of("count", "7 cells/uL", "cells/uL") == 7.0
    for grade in (0, 6, 2.5, "-1"):
        with pytest.raises(BadInput, match="name a grade from 1 to 5"):
            level_of("rash_grade", grade, "1", where="here")
