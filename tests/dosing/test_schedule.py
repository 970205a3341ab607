"""Schedules: hours against exact arithmetic, and patterns that contradict themselves."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.schedule import Days, Duration, Repeat, at_text, days_text

MINUTES = {"min": 1, "hour": 60, "day": 1440, "week": 10080}
clock_lists = st.lists(st.integers(0, 1439), min_size=1, max_size=4, unique=True).map(lambda c: tuple(sorted(c)))


@pytest.mark.parametrize(
    ("duration", "hours"),
    [((15, "min"), 0.25), ((20, "min"), 1 / 3), ((2, "hour"), 2), ((1.5, "day"), 36), ((3, "week"), 504)],
)
def test_hours_of_a_duration(duration, hours):
    assert Duration(*duration).hours == hours


@given(st.lists(st.integers(1, 300), min_size=1, max_size=9, unique=True).map(sorted), clock_lists)
def test_named_days(days, clocks):
    hours = Days(tuple(days), clocks).hours
    assert hours == tuple(float(Fraction((d - 1) * 1440 + c, 60)) for d in days for c in clocks)
    assert list(hours) == sorted(set(hours))


@given(
    st.integers(1, 40),
    st.sampled_from([("min", 90), ("hour", 5), ("hour", 12), ("day", 1), ("day", 2), ("week", 1)]),
    st.integers(0, 1439),
    st.integers(1, 30),
    st.integers(1, 400),
)
def test_a_repeat_for_a_time_holds_exactly_the_doses_before_its_end(start, every, clock, length, hours):
    unit, value = every
    step, first = value * MINUTES[unit], (start - 1) * 1440 + clock
    expected, minute = [], first
    while minute < first + hours * 60:
        expected.append(float(Fraction(minute, 60)))
        minute += step
    repeat = Repeat(Duration(value, unit), (clock,), start, lasting=Duration(hours, "hour"))
    assert repeat.hours == pytest.approx(expected, abs=1e-12)
    assert len(repeat.hours) == len(expected)
    by_count = Repeat(Duration(value, unit), (clock,), start, doses=length)
    assert len(by_count.hours) == length
    assert by_count.hours[-1] == pytest.approx((first + (length - 1) * step) / 60)


@given(clock_lists, st.integers(1, 5), st.integers(1, 9), st.integers(0, 20))
def test_clock_times_on_days_until_a_day(clocks, every, start, extra):
    repeat = Repeat(Duration(every, "day"), clocks, start, until=start + extra)
    days = range(start, start + extra + 1, every)
    assert repeat.hours == tuple(float(Fraction((d - 1) * 1440 + c, 60)) for d in days for c in clocks)


@given(clock_lists, st.integers(1, 20))
def test_doses_are_counted_over_clock_times(clocks, doses):
    assert len(Repeat(Duration(1, "day"), clocks, doses=doses).hours) == doses


def test_a_dose_at_the_very_end_is_not_given():
    assert Repeat(Duration(1, "day"), lasting=Duration(8, "day")).hours == tuple(24.0 * k for k in range(8))
    assert Repeat(Duration(20, "min"), lasting=Duration(1, "hour")).hours == (0, 1 / 3, 2 / 3)
    assert len(Repeat(Duration(0.1, "hour"), lasting=Duration(1, "hour")).hours) == 10


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (Days(), "once"),
        (Days((4,), (1320,)), "on day 4 at 22:00"),
        (Days((1, 2, 4)), "on days 1-2, 4"),
        (Repeat(Duration(1, "day"), lasting=Duration(8, "day")), "once daily for 8 days"),
        (Repeat(Duration(1, "day"), (480, 1200), until=3), "twice daily at 08:00 and 20:00 until day 3"),
        (Repeat(Duration(12, "hour"), doses=1), "twice daily for 1 dose"),
        (Repeat(Duration(2, "day"), (0,), 2, doses=7), "every other day from day 2 for 7 doses"),
        (Repeat(Duration(1, "week"), doses=3), "weekly for 3 doses"),
        (Repeat(Duration(30, "min"), doses=3), "every 30 min for 3 doses"),
    ],
)
def test_text(schedule, text):
    assert str(schedule) == text


def test_lists_as_text():
    assert days_text([1, 2, 3, 5, 8, 9]) == "1-3, 5, 8-9"
    assert at_text((480, 840, 1200)) == " at 08:00, 14:00 and 20:00"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Duration(0, "day"), "a duration of 0 day"),
        (lambda: Duration(1e300, "week"), "duration of 1e\\+300"),
        (lambda: Duration(float("nan"), "day"), "duration of nan"),
        (lambda: Days(()), "days \\(\\)"),
        (lambda: Days((0, 1)), "no day 0"),
        (lambda: Days((3, 2)), "in order"),
        (lambda: Days((40_000,)), "a century away"),
        (lambda: Days((1,), (1440,)), "clock times"),
        (lambda: Days((1,), ()), "clock times"),
        (lambda: Repeat(Duration(1, "day")), "0 ends"),
        (lambda: Repeat(Duration(1, "day"), doses=2, until=3), "2 ends"),
        (lambda: Repeat(Duration(1, "day"), doses=0), "0 doses"),
        (lambda: Repeat(Duration(1, "day"), start=5, until=4), "before the start"),
        (lambda: Repeat(Duration(1, "day"), start=0, doses=1), "no day 0"),
        (lambda: Repeat(Duration(12, "hour"), (0, 60), doses=1), "2 clock times every 12 hours"),
        (lambda: Repeat(Duration(1, "min"), lasting=Duration(100, "day")), "more than 10000 doses"),
        (lambda: Repeat(Duration(1, "day"), doses=10**9), "more than 10000 doses"),
    ],
)
def test_patterns_that_cannot_be_meant(make, message):
    with pytest.raises(BadInput, match=message):
        make()


def test_unknown_unit_of_time():
    with pytest.raises(UnknownName, match="unit of time 'fortnight'"):
        Duration(1, "fortnight")
