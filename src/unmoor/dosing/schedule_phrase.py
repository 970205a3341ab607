"""The words that say when: twice daily, every 12 hours, on days 4-7, at 22:00, from day 2, for 8 days, until day 9."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unmoor.base.errors import UnmoorError
from unmoor.dosing.reader import Reader
from unmoor.dosing.schedule import LAST_DAY, MIDNIGHT, Days, Duration, Repeat

DAY = Duration(1, "day")
DAYS_TODO = "days are whole numbers from 1, such as on day 4 or on days 4-7"
OFTEN = "say how often, such as once daily or every 12 hours, or name the days, such as on days 1-8"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often: an interval (None: a single time), and how many clock times a day that leaves room for (None: any)."""

    every: Duration | None
    clocks: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the schedule that was said, and where."""

    value: Any
    start: int
    stop: int


def read_when(reader: Reader) -> tuple[Days | Repeat, Duration | None]:
    """The schedule and, where the dose is infused, its duration; parts come in any order, each at most once.

    Raises PhraseError at the part that cannot be meant or that contradicts another.
    """
    parts: dict[str, Part] = {}
    start = reader.word.start
    while reader.word.kind in ("word", "times") and reader.word.text.casefold() in STARTS:
        begin = reader.word.start
        name, read = STARTS[reader.word.text.casefold()]
        value = read(reader)
        if name in parts:
            earlier = reader.line.text[parts[name].start : parts[name].stop]
            raise reader.line.refuse(
                f"'{reader.line.text[begin : reader.stop]}' beside '{earlier}'", begin, reader.stop, "keep one of them"
            )
        parts[name] = Part(value, begin, reader.stop)
    over = parts.pop("over", None)
    try:
        return _schedule(reader, parts), over.value if over else None
    except UnmoorError as problem:
        if hasattr(problem, "position"):
            raise
        raise reader.line.again(problem, start, reader.stop) from None


def _schedule(reader: Reader, parts: dict[str, Part]) -> Days | Repeat:
    clocks = parts["at"].value if "at" in parts else MIDNIGHT
    often = parts.get("often")
    days = parts.get("days")
    if often is None or often.value.every is None:
        for name in ("from", "end"):
            if name in parts:
                raise _refuse(reader, parts[name], "does not say how often", OFTEN)
        named = days.value if days else (1,)
        if often and len(named) * len(clocks) > 1:
            many = days if days and len(named) > 1 else parts["at"]
            raise _refuse(reader, many, "is more than once", "leave out 'once'")
        return Days(named, clocks)
    if days:
        for name in ("from", "end"):
            if name in parts:
                raise _refuse(reader, parts[name], "beside named days", "keep one of them")
        return Days(days.value, _within_a_day(reader, parts, often, clocks))
    if "end" not in parts:
        raise _refuse(reader, often, "does not say for how long", "add for 8 days, for 8 doses or until day 8")
    begin = parts["from"].value if "from" in parts else 1
    end = parts["end"]
    if end.value.get("until", begin) < begin:
        raise _refuse(reader, end, f"comes before day {begin}", "end after the start")
    every = often.value.every
    if len(clocks) > 1 and every.unit not in ("day", "week"):
        every = DAY if 24 / every.hours == len(clocks) else every
    if len(clocks) > 1 and (every.hours % 24 or often.value.clocks not in (None, len(clocks))):
        raise _refuse(
            reader, parts["at"], "names another number of times", "give one clock time for each dose of a day"
        )
    return Repeat(every, clocks, begin, **end.value)


def _within_a_day(reader: Reader, parts: dict[str, Part], often: Part, clocks: tuple[int, ...]) -> tuple[int, ...]:
    """The clock times of a frequency on named days."""
    times = 24 / often.value.every.hours
    if times < 1 or times != times // 1:
        raise _refuse(reader, often, "does not fit into named days", "name the days, or say from when and for how long")
    if len(clocks) == times or (often.value.every == DAY and often.value.clocks is None):
        return clocks
    if len(clocks) > 1:
        raise _refuse(
            reader, parts["at"], "names another number of times", "give one clock time for each dose of a day"
        )
    spread = tuple(clocks[0] + round(k * 1440 / times) for k in range(int(times)))
    if spread[-1] >= 1440:
        raise _refuse(reader, parts["at"], "runs past midnight", "give every clock time, such as at 08:00 and 20:00")
    return spread


def _refuse(reader: Reader, part: Part, what: str, todo: str) -> UnmoorError:
    text = reader.line.text[part.start : part.stop]
    return reader.line.refuse(f"'{text}' {what}", part.start, part.stop, todo)


def _often(reader: Reader) -> Frequency:
    word = reader.take().text.casefold()
    if word == "daily":
        return Frequency(DAY, None)
    if word == "weekly":
        return Frequency(Duration(1, "week"), None)
    if word == "every":
        return _every(reader)
    times = {"once": 1, "twice": 2, "three": 3, "thrice": 3, "four": 4}[word]
    if word in ("three", "four"):
        reader.expect(("times",), f"write {word} times daily")
    if reader.accept("daily") or (reader.accept("a", "per", "each") and reader.expect(("day",), "write daily")):
        return Frequency(DAY if times == 1 else Duration(24 / times, "hour"), times)
    if times == 1:
        return Frequency(Duration(1, "week"), 1) if reader.accept("weekly") else Frequency(None, 1)
    raise reader.refuse(
        f"expected 'daily' {reader.here()}", "write daily, or name the days, such as on days 1, 4, 8, 11"
    )


def _every(reader: Reader) -> Frequency:
    if reader.accept("other"):
        reader.expect(("day",), "write every other day")
        return Frequency(Duration(2, "day"), None)
    if reader.accept("day"):
        return Frequency(DAY, None)
    if reader.accept("week"):
        return Frequency(Duration(1, "week"), None)
    return Frequency(reader.duration("the interval"), None)


def _day(reader: Reader) -> int:
    if reader.word.text in ("0", "-") and reader.word.kind in ("number", "sign"):
        zero = reader.word.text if reader.word.kind == "number" else f"-{reader.after.text}"
        raise reader.refuse(f"there is no day {zero}", "days count from 1")
    start = reader.word.start
    day = reader.whole("a day", DAYS_TODO)
    if day > LAST_DAY:
        raise reader.line.refuse(f"day {day} is more than a century away", start, reader.stop, DAYS_TODO)
    return day


def _days(reader: Reader) -> tuple[int, ...]:
    reader.take()
    reader.expect(("day", "days"), "write on day 4 or on days 4-7")
    days: list[int] = []
    while True:
        start = reader.word.start
        first = last = _day(reader)
        if reader.accept("-", "to"):
            last = _day(reader)
        if last < first or (days and first <= days[-1]):
            text = reader.line.text[start : reader.stop]
            what = f"'{text}' ends before it starts" if last < first else f"'{text}' does not come after day {days[-1]}"
            raise reader.line.refuse(what, start, reader.stop, "name each day once, in order")
        days.extend(range(first, last + 1))
        if not (reader.sees(",", "and") and reader.after.kind == "number"):
            return tuple(days)
        reader.take()


def _clocks(reader: Reader) -> tuple[int, ...]:
    reader.take()
    clocks: list[int] = []
    while True:
        word = reader.word
        parts = word.text.split(":")
        if word.kind != "clock" or len(parts) != 2 or int(parts[0]) > 23 or int(parts[1]) > 59 or len(parts[1]) != 2:
            raise reader.refuse(
                f"expected a clock time {reader.here()}" if word.kind == "end" else f"bad clock time '{word.text}'",
                "write 00:00 to 23:59, such as at 22:00",
            )
        reader.take()
        clock = int(parts[0]) * 60 + int(parts[1])
        if clocks and clock <= clocks[-1]:
            raise reader.line.refuse(
                f"{word.text} does not come after the time before it", word.start, word.stop, "name times in order"
            )
        clocks.append(clock)
        if not (reader.sees(",", "and") and reader.after.kind == "clock"):
            return tuple(clocks)
        reader.take()


def _from(reader: Reader) -> int:
    reader.take()
    reader.expect(("day",), "write from day 2")
    return _day(reader)


def _until(reader: Reader) -> dict[str, Any]:
    reader.take()
    reader.expect(("day",), "write until day 9")
    return {"until": _day(reader)}


def _for(reader: Reader) -> dict[str, Any]:
    by_sign = reader.take().kind == "times"
    if by_sign or reader.after.text.casefold() in ("dose", "doses"):
        count = reader.whole("the number of doses", "give a whole number of doses from 1")
        reader.accept("dose", "doses")
        return {"doses": count}
    return {"lasting": reader.duration("the length")}


def _over(reader: Reader) -> Duration:
    reader.take()
    return reader.duration("the length of the infusion")


STARTS: dict[str, tuple[str, Callable[[Reader], Any]]] = {
    **dict.fromkeys(("once", "twice", "three", "thrice", "four", "daily", "weekly", "every"), ("often", _often)),
    "on": ("days", _days),
    "at": ("at", _clocks),
    **dict.fromkeys(("from", "starting"), ("from", _from)),
    **dict.fromkeys(("until", "to", "through"), ("end", _until)),
    **dict.fromkeys(("for", "x"), ("end", _for)),
    "over": ("over", _over),
}
