"""Which options there are, and when each of their doses and sessions is."""

from __future__ import annotations

from typing import Any

import pytest

from unmoor.planning import Clinic, Count, Patient, Session
from unmoor.planning.options import Option, options_of


def found(last_gcsf: float | None = 80.0, last_plerixafor: float | None = None, **told: Any) -> dict[str, Option]:
    """The options by name."""
    patient = Patient(weight=78, disease="nhl", **told)
    return {each.name: each for each in options_of(patient, last_gcsf=last_gcsf, last_plerixafor=last_plerixafor)}


def test_on_the_morning_of_day_4_every_option_is_there() -> None:
    options = found(counts=(Count("day 4 at 08:00", 9),))
    assert list(options) == [
        "today", "today-plerixafor", "tomorrow", "tomorrow-volume", "wait", "plerixafor", "plerixafor-volume",
        "wait-plerixafor", "stop",
    ]  # fmt: skip


def test_times_of_plerixafor_tonight() -> None:
    option = found(counts=(Count("day 4 at 08:00", 9),))["plerixafor"]
    assert option.sessions == (105, 129, 153, 177)  # 09:00 on days 5 to 8
    assert option.plerixafor == (94, 118, 142, 166)  # 22:00 on days 4 to 7, eleven hours before
    assert option.gcsf == (104, 128, 152, 176)  # 08:00 on days 5 to 8: day 4 had its dose
    assert option.when == "day 5 at 09:00"


def test_a_dose_that_was_not_given_this_morning_is_still_given() -> None:
    assert found(last_gcsf=56.0, counts=(Count("day 4 at 07:30", 9),))["tomorrow"].gcsf[0] == 80


def test_after_todays_session_the_next_is_tomorrow_and_one_fewer_is_left() -> None:
    options = found(last_gcsf=104.0, sessions=(Session("day 5 at 09:00", 1.0),))
    assert "today" not in options
    assert options["tomorrow"].sessions == (129, 153, 177)


def test_in_the_evening_no_session_begins_today() -> None:
    assert "today" not in found(counts=(Count("day 4 at 20:00", 9),))


def test_last_nights_plerixafor_is_followed_by_tonights() -> None:
    option = found(last_plerixafor=94.0, counts=(Count("day 5 at 08:00", 9),))["today-plerixafor"]
    assert option.plerixafor[0] == 118


def test_plerixafor_given_this_evening_is_not_given_twice() -> None:
    option = found(last_plerixafor=94.0, now="day 4 at 23:00")["plerixafor"]
    assert option.plerixafor[0] == 118


def test_without_gcsf_only_what_plerixafor_does_is_offered() -> None:
    options = found(last_gcsf=None, counts=(Count("day 1 at 08:00", 3),))
    assert all(each.plerixafor for each in options.values() if each.name != "stop")
    assert not any(each.gcsf for each in options.values())


@pytest.mark.parametrize("sessions", [1, 2])
def test_when_no_session_is_left_one_can_only_stop(sessions: int) -> None:
    done = tuple(Session(f"day {5 + k} at 09:00", 1.0) for k in range(sessions))
    assert list(found(sessions=done, clinic=Clinic(most_sessions=sessions))) == ["stop"]
