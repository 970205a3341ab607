"""When doses are given: on named days, or at an interval for so long; hour 0 is day 1 at 00:00."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from unmoor.base.errors import BadInput, unknown
from unmoor.dosing.amount import number

HOURS = {"min": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0}
MIDNIGHT = (0,)
MOST_DOSES = 10_000
LAST_DAY = 36_525
TIMES_DAILY = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as written: `value` in `unit`, one of "min", "hour", "day", "week"."""

    value: float
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in HOURS:
            raise unknown("unit of time", self.unit, HOURS)
        if not 1 / 3600 <= self.value * HOURS[self.unit] <= LAST_DAY * 24:
            todo = "give a duration above zero, from a second to a century"
            raise BadInput(f"a duration of {number(self.value)} {self.unit}", todo=todo)

    def __str__(self) -> str:
        plural = "s" if self.value != 1 and self.unit != "min" else ""
        return f"{number(self.value)} {self.unit}{plural}"

    @property
    def hours(self) -> float:
        """The duration in hours."""
        if self.unit == "min":
            return self.value / 60
        return self.value * HOURS[self.unit]


@dataclass(frozen=True, slots=True)
class Days:
    """Doses on named days (from 1, increasing), at clock times given as minutes after midnight (increasing)."""

    days: tuple[int, ...] = (1,)
    clocks: tuple[int, ...] = MIDNIGHT

    def __post_init__(self) -> None:
        if not self.days or not _increasing(self.days):
            raise BadInput(f"days {self.days}", todo="name each day once, in order")
        _check_days(self.days[0], self.days[-1])
        _check_clocks(self.clocks)
        _check_count(len(self.days) * len(self.clocks))

    def __str__(self) -> str:
        if self == Days():
            return "once"
        return f"on day{'s' if len(self.days) > 1 else ''} {days_text(self.days)}{at_text(self.clocks)}"

    @property
    def hours(self) -> tuple[float, ...]:
        """Hours of the doses, shape (dose,), increasing."""
        return tuple(((day - 1) * 1440 + clock) / 60 for day in self.days for clock in self.clocks)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Doses at an interval from day `start`, ended by exactly one of `doses` (count), `lasting` or `until` (day).

    Several clock times need an interval of whole days or weeks. `lasting` counts from the first dose; a dose at its
    very end is no longer given. Raises BadInput for a pattern that contradicts itself.
    """

    every: Duration
    clocks: tuple[int, ...] = MIDNIGHT
    start: int = 1
    doses: int | None = None
    lasting: Duration | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        _check_clocks(self.clocks)
        _check_days(self.start, self.until or self.start)
        ends = [end for end in (self.doses, self.lasting, self.until) if end is not None]
        if len(ends) != 1:
            raise BadInput(
                f"{len(ends)} ends of a repeated dose", todo="give one: for 8 days, for 8 doses, until day 8"
            )
        if self.doses is not None and self.doses < 1:
            raise BadInput(f"{self.doses} doses", todo="give one dose or more")
        if self.until is not None and self.until < self.start:
            raise BadInput(f"until day {self.until}, before the start on day {self.start}", todo="end after the start")
        if len(self.clocks) > 1 and (self.every.unit not in ("day", "week") or self.every.hours % 24):
            raise BadInput(
                f"{len(self.clocks)} clock times every {self.every}",
                todo="several clock times repeat every day, every so many days or weeks",
            )
        _check_count(self._rounds() * len(self.clocks))

    def __str__(self) -> str:
        if self.doses is not None:
            end = f"for {self.doses} dose{'s' if self.doses > 1 else ''}"
        elif self.lasting is not None:
            end = f"for {self.lasting}"
        else:
            end = f"until day {self.until}"
        begin = f" from day {self.start}" if self.start > 1 else ""
        return f"{self._frequency()}{at_text(self.clocks)}{begin} {end}"

    @property
    def hours(self) -> tuple[float, ...]:
        """Hours of the doses, shape (dose,), increasing."""
        day, every = (self.start - 1) * 1440, self.every
        # minutes are exact where hours are not: twenty minutes is a third of an hour
        step = every.value if every.unit == "min" else every.hours * 60
        minutes = [day + k * step + clock for k in range(self._rounds()) for clock in self.clocks]
        if self.doses is not None:
            minutes = minutes[: self.doses]
        elif self.lasting is not None:
            minutes = [m for m in minutes if m < day + self.clocks[0] + self.lasting.hours * 60]
        elif self.until is not None:
            minutes = [m for m in minutes if m < self.until * 1440]
        return tuple(minute / 60 for minute in minutes)

    def _rounds(self) -> int:
        """How many intervals begin before the end."""
        if self.doses is not None:
            return math.ceil(self.doses / len(self.clocks))
        if self.lasting is not None:
            length = self.lasting.hours
        else:
            length = ((self.until or 0) - self.start + 1) * 24 - self.clocks[0] / 60
        return math.ceil(min(length / self.every.hours, MOST_DOSES + 1) - 1e-9)

    def _frequency(self) -> str:
        every, count = self.every, len(self.clocks)
        if every == Duration(1, "day"):
            return f"{TIMES_DAILY[count]} daily" if count in TIMES_DAILY else "daily"
        if every == Duration(2, "day"):
            return "every other day"
        if every == Duration(1, "week"):
            return "weekly"
        for times in (2, 3, 4):
            if every == Duration(24 / times, "hour"):
                return f"{TIMES_DAILY[times]} daily"
        return f"every {every}"


def days_text(days: Iterable[int]) -> str:
    """Day numbers as text, neighbours as a range: "1-4, 8, 11"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    return ", ".join(parts)


def at_text(clocks: tuple[int, ...]) -> str:
    """Clock times as text with a space before, nothing for midnight alone: " at 08:00 and 20:00"."""
    if clocks == MIDNIGHT:
        return ""
    *first, last = [f"{clock // 60:02d}:{clock % 60:02d}" for clock in clocks]
    return f" at {', '.join(first)} and {last}" if first else f" at {last}"


def _increasing(values: tuple[int, ...]) -> bool:
    return all(a < b for a, b in pairwise(values))


def _check_days(first: int, last: int) -> None:
    if first < 1:
        raise BadInput(f"there is no day {first}", todo="days count from 1")
    if last > LAST_DAY:
        raise BadInput(f"day {last} is more than a century away", todo=f"give days up to {LAST_DAY}")


def _check_clocks(clocks: tuple[int, ...]) -> None:
    if not clocks or min(clocks) < 0 or max(clocks) >= 1440 or not _increasing(clocks):
        raise BadInput(f"clock times {clocks}", todo="give minutes after midnight, 0 to 1439, each once and in order")


def _check_count(count: int) -> None:
    if count > MOST_DOSES:
        raise BadInput(f"more than {MOST_DOSES} doses in one line", todo="give a longer interval or an earlier end")
