"""Times as a ward writes them: `day 4 at 09:00` as hours from day 1 00:00, and back."""

from __future__ import annotations

import math
import re

from unmoor.base.errors import BadInput

HELP = "write 'day 4 at 09:00', day 1 being the first day of G-CSF, or hours from day 1 00:00"
_MOMENT = re.compile(r"day\s+(?P<day>\d+)\s*(?:at|,)?\s*(?P<clock>\d{1,2}:\d{2})", re.IGNORECASE)


def hours_of(time: str | float, where: str) -> float:
    """Hours from day 1 00:00 of a moment in words or in hours.

    Raises BadInput for anything else, a day below 1, or a clock time that no clock shows.
    """
    if isinstance(time, (int, float)) and not isinstance(time, bool):
        if not math.isfinite(time) or time < -24 * 365:
            raise BadInput(f"{time} is no time", where=where, todo=HELP)
        return float(time)
    found = _MOMENT.fullmatch(str(time).strip())
    if not found:
        raise BadInput(f"cannot read time '{time}'", where=where, todo=HELP)
    if int(found["day"]) < 1:
        raise BadInput("there is no day 0", where=where, todo=HELP)
    return 24.0 * (int(found["day"]) - 1) + clock_of(found["clock"], where)


def clock_of(text: str, where: str) -> float:
    """Hours after midnight of a clock time such as 09:30.

    Raises BadInput for a text that is none.
    """
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", str(text).strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadInput(f"no clock shows '{text}'", where=where, todo="use 00:00 to 23:59")
    return int(found[1]) + int(found[2]) / 60


def said(hour: float) -> str:
    """`day 4 at 09:00` for an hour, to the minute."""
    minutes = round(hour * 60)
    day, rest = divmod(minutes, 1440)
    return f"day {day + 1} at {rest // 60:02d}:{rest % 60:02d}"
