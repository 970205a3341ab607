"""Times in words, such as `day 4 at 22:00` or `24 h before apheresis 1`, as hours from day 1 00:00."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from unmoor.base.errors import BadInput, unknown
from unmoor.base.units import convert

GRADE = "_grade"  # outputs of this ending hold the worst grade of an adverse event so far, 0 to 5
HELP = "write 'day 4 at 22:00', 'days 5-8 at 09:00' or 'days 1, 3, 5 at 09:00'; a day starts at 00:00"
_DAYS = re.compile(r"days?\s+(?P<days>[\d\s,-]+?)\s+at\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.IGNORECASE)
_QUANTITY = re.compile(r"(?P<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<unit>.*)", re.DOTALL)
_OFFSET = re.compile(r"(?P<offset>.+?)\s+(?P<side>before|after)\s+(?P<anchor>.+)", re.IGNORECASE)


def days_at(text: str, *, where: str = "") -> tuple[float, ...]:
    """Hours from day 1 00:00 of `days 5-8 at 09:00`, in the order written; day 1 is the first.

    Raises BadInput for a text that is no such phrase, a day below 1, an hour above 23 or days out of order.
    """
    found = _DAYS.fullmatch(text.strip())
    if not found:
        raise BadInput(f"cannot read time '{text}'", where=where, todo=HELP)
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        raise BadInput(f"no clock shows {found['hour']}:{found['minute']}", where=where, todo="use 00:00 to 23:59")
    days: list[int] = []
    for part in found["days"].split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or not all(end.isdigit() for end in ends):
            raise BadInput(f"cannot read days '{found['days']}'", where=where, todo=HELP)
        first, last = int(ends[0]), int(ends[-1])
        if last < first:
            raise BadInput(f"days {first}-{last} run backwards", where=where, todo=HELP)
        days.extend(range(first, last + 1))
    if days[0] < 1:
        raise BadInput("there is no day 0: the first day of a study is day 1", where=where, todo=HELP)
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        raise BadInput(f"days '{found['days']}' are not in increasing order", where=where, todo="name each day once")
    return tuple((day - 1) * 24.0 + hour + minute / 60 for day in days)


def quantity(text: str | float, to: str, *, where: str = "") -> float:
    """A number with its unit, such as `5 10^6 cells/kg`, expressed in unit `to`.

    Raises BadInput when the number or the unit is missing, or the unit has another dimension.
    """
    text = text if isinstance(text, str) else f"{text:g}"
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        raise BadInput(
            f"cannot read '{text}' as a number with a unit", where=where, todo=f"write it like '5 {to or 1}'"
        )
    unit = found["unit"].strip()
    if not unit and to not in ("", "1"):
        raise BadInput(f"'{text}' has no unit", where=where, todo=f"write the unit, such as '{text} {to}'")
    return float(convert(float(found["value"]), unit, to, where=where))


def level_of(output: str, text: str | float, unit: str, *, where: str = "") -> float:
    """The level of an output at which something counts, in the output's unit; a grade is a whole number from 1 to 5.

    Raises BadInput as `quantity` does, or for a grade nobody can have.
    """
    level = quantity(text, unit, where=where)
    if output.endswith(GRADE) and level not in range(1, 6):
        raise BadInput(f"grade {level:g} of '{output}'", where=where, todo="name a grade from 1 to 5")
    return level


def duration(text: str | float, *, where: str = "") -> float:
    """Hours of a length of time with its unit, such as `9 days`, `4.6 h` or `90 min`.

    Raises BadInput when the unit is missing or the time is not above zero.
    """
    hours = quantity(text, "h", where=where)
    if not hours > 0:
        raise BadInput(f"'{text}' is not above zero", where=where, todo="give a length of time such as '5 h'")
    return hours


def moment(text: str, anchors: Mapping[str, Sequence[float]], *, where: str = "") -> float:
    """Hours of one moment: `day 4 at 22:00`, `first plerixafor`, `apheresis 2`, or `24 h before` or `after` such.

    `anchors` holds the planned times (h) of each drug and procedure. Raises BadInput for a phrase that names no single
    time, UnknownName for a drug or procedure that is not in the study.
    """
    text = text.strip()
    offset = _OFFSET.fullmatch(text)
    if offset:
        sign = -1 if offset["side"].lower() == "before" else 1
        return moment(offset["anchor"], anchors, where=where) + sign * duration(offset["offset"], where=where)
    if re.match(r"days?\b", text, re.IGNORECASE):
        times = days_at(text, where=where)
        if len(times) > 1:
            raise BadInput(f"'{text}' names {len(times)} times", where=where, todo="name one day")
        return times[0]
    named = re.fullmatch(r"(?:(?P<first>first)\s+)?(?P<name>\w+)(?:\s+(?P<number>\d+))?", text)
    if not named or bool(named["first"]) == bool(named["number"]):
        todo = "write 'day 4 at 22:00', 'first plerixafor', 'apheresis 1' or '24 h before apheresis 1'"
        raise BadInput(f"cannot read moment '{text}'", where=where, todo=todo)
    if named["name"] not in anchors:
        raise unknown("drug or procedure", named["name"], anchors, where=where)
    number, times = int(named["number"] or 1), tuple(anchors[named["name"]])
    if not 1 <= number <= len(times):
        raise BadInput(f"'{text}': {named['name']} is planned {len(times)} times", where=where, todo="lower the number")
    return times[number - 1]
