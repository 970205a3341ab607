"""The words that say when: every form, and every contradiction with its place."""

from __future__ import annotations

import pytest

from unmoor.dosing.reader import Reader
from unmoor.dosing.schedule import Days, Duration, Repeat
from unmoor.dosing.schedule_phrase import read_when
from unmoor.dosing.words import Line, PhraseError

DAY = Duration(1, "day")
HALF = Duration(12, "hour")


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("", Days()),
        ("once", Days()),
        ("ONCE at 8:00", Days((1,), (480,))),
        ("at 22:00 once on day 4", Days((4,), (1320,))),
        ("on days 4-7", Days((4, 5, 6, 7))),
        ("on days 4 to 6", Days((4, 5, 6))),
        ("on days 1,3,5", Days((1, 3, 5))),
        ("on days 1, 3 and 5-6", Days((1, 3, 5, 6))),
        ("on days 1-2 at 08:00, 14:00 and 20:00", Days((1, 2), (480, 840, 1200))),
        ("twice daily on days 1-2", Days((1, 2), (0, 720))),
        ("every 6 hours at 02:00 on day 1", Days((1,), (120, 480, 840, 1200))),
        ("once daily on days 2-3", Days((2, 3))),
        ("daily on days 2-3 at 08:00 and 09:00", Days((2, 3), (480, 540))),
        ("once daily for 8 days", Repeat(DAY, lasting=Duration(8, "day"))),
        ("once a day for 8 days", Repeat(DAY, lasting=Duration(8, "day"))),
        ("every day for 1 week", Repeat(DAY, lasting=Duration(1, "week"))),
        ("every 24 hours x 3", Repeat(Duration(24, "hour"), doses=3)),
        ("every other day \u00d7 7", Repeat(Duration(2, "day"), doses=7)),
        ("every other day x7 doses", Repeat(Duration(2, "day"), doses=7)),
        ("twice daily for 5 days", Repeat(HALF, lasting=Duration(5, "day"))),
        ("every 12 hours for 5 days", Repeat(HALF, lasting=Duration(5, "day"))),
        ("twice daily at 08:00 and 18:00 until day 3", Repeat(DAY, (480, 1080), until=3)),
        ("every 12 h at 08:00 and 18:00 until day 3", Repeat(DAY, (480, 1080), until=3)),
        ("thrice daily for 3 doses", Repeat(Duration(8, "hour"), doses=3)),
        ("three times daily for 3 doses", Repeat(Duration(8, "hour"), doses=3)),
        ("four times per day for 3 doses", Repeat(Duration(6, "hour"), doses=3)),
        ("daily from day 2 to day 5", Repeat(DAY, start=2, until=5)),
        ("daily starting day 2 through day 5", Repeat(DAY, start=2, until=5)),
        ("weekly for 2 doses", Repeat(Duration(1, "week"), doses=2)),
        ("once weekly for 2 doses", Repeat(Duration(1, "week"), doses=2)),
        ("every 3 weeks at 08:00 and 20:00 for 2 doses", Repeat(Duration(3, "week"), (480, 1200), doses=2)),
    ],
)
def test_forms(text, schedule):
    assert read_when(Reader(Line(text))) == (schedule, None)


def test_infusions_say_how_long_anywhere():
    for text in ("over 15 min on day 2", "on day 2 over 15 min"):
        assert read_when(Reader(Line(text))) == (Days((2,)), Duration(15, "min"))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("on day 0", "0", "there is no day 0"),
        ("on days -1", "-1", "there is no day -1"),
        ("on day 1.5", "1.5", "a day is 1.5"),
        ("on days 1-99999", "99999", "a century away"),
        ("on days 7-4", "7-4", "'7-4' ends before it starts"),
        ("on days 1-4, 3", "3", "'3' does not come after day 4"),
        ("on days 2, 2", "2", "'2' does not come after day 2"),
        ("on 4", "4", "expected 'day' instead of '4'"),
        ("at 25:00", "25:00", "bad clock time '25:00'"),
        ("at 24:00", "24:00", "bad clock time"),
        ("at 22:60", "22:60", "bad clock time"),
        ("at 22:5", "22:5", "bad clock time"),
        ("at 08:00:00", "08:00:00", "bad clock time"),
        ("at 8", "8", "bad clock time '8'"),
        ("at", "", "expected a clock time at the end"),
        ("at 20:00 and 08:00 once", "08:00", "08:00 does not come after"),
        ("once daily from day 5 until day 2", "until day 2", "comes before day 5"),
        ("once daily from day 0 for 2 days", "0", "there is no day 0"),
        ("once daily", "once daily", "does not say for how long"),
        ("for 8 days", "for 8 days", "does not say how often"),
        ("from day 2", "from day 2", "does not say how often"),
        ("once from day 2", "from day 2", "does not say how often"),
        ("for 0 doses", "0", "the number of doses is 0"),
        ("daily for 2.5 doses", "2.5", "the number of doses is 2.5"),
        ("daily x 0", "0", "the number of doses is 0"),
        ("daily for -3 days", "-3", "the length is negative"),
        ("daily for 8", "", "the length has no unit"),
        ("daily for 8 days until day 9", "until day 9", "'until day 9' beside 'for 8 days'"),
        ("once daily twice daily for 2 days", "twice daily", "beside 'once daily'"),
        ("daily for 3 days on days 1-3", "for 3 days", "beside named days"),
        ("once on days 1-3", "on days 1-3", "is more than once"),
        ("once at 08:00 and 20:00", "at 08:00", "is more than once"),
        ("once daily at 08:00 and 20:00 for 2 days", "at 08:00", "another number of times"),
        ("twice daily at 08:00, 12:00 and 20:00 on day 1", "at 08:00", "another number of times"),
        ("every 36 hours on day 1", "every 36 hours", "does not fit into named days"),
        ("every 7 hours on day 1", "every 7 hours", "does not fit into named days"),
        ("twice daily at 20:00 on day 1", "at 20:00", "runs past midnight"),
        ("every 36 hours at 08:00 and 20:00 for 2 days", "at 08:00", "another number of times"),
        ("every 1 min for 1000 days", "every 1 min", "more than 10000 doses"),
        ("twice weekly", "weekly", "expected 'daily' instead of 'weekly'"),
        ("every other week", "week", "expected 'day'"),
        ("three daily", "daily", "expected 'times'"),
        ("over 0 h", "0 h", "a duration of 0 hour"),
        ("over 2 h over 3 h", "over 3 h", "beside 'over 2 h'"),
    ],
)
def test_contradictions_are_refused_in_place(text, place, message):
    with pytest.raises(PhraseError, match=message) as caught:
        read_when(Reader(Line(text)))
    assert text[caught.value.position :].startswith(place)
