"""A cursor over the words of a line: the small steps that every rule of the grammar is made of."""

from __future__ import annotations

from unmoor.base.errors import UnmoorError
from unmoor.dosing.amount import ACTIVITY, PER, Amount, unit_word
from unmoor.dosing.drug import SPELLED_ROUTES
from unmoor.dosing.schedule import Duration
from unmoor.dosing.words import Line, Word

TIME_UNITS = {
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hour"),
    **dict.fromkeys(("day", "days"), "day"),
    **dict.fromkeys(("week", "weeks"), "week"),
}


class Reader:
    """Reads a line word by word; `word` is the next one, `stop` where the last one taken ended."""

    def __init__(self, line: Line, start: int = 0) -> None:
        self.line = line
        self.stop = start
        self._words = line.words(start)
        self._at = 0

    @property
    def word(self) -> Word:
        """The next word."""
        return self._words[self._at]

    @property
    def after(self) -> Word:
        """The word after the next one."""
        return self._words[min(self._at + 1, len(self._words) - 1)]

    def take(self) -> Word:
        """The next word, passed by."""
        word = self.word
        self._at = min(self._at + 1, len(self._words) - 1)
        self.stop = word.stop
        return word

    def sees(self, *texts: str) -> bool:
        """Whether the next word is one of `texts`, whatever its case."""
        return self.word.kind != "end" and self.word.text.casefold() in texts

    def accept(self, *texts: str) -> Word | None:
        """The next word, passed by, if it is one of `texts`; None otherwise."""
        return self.take() if self.sees(*texts) else None

    def expect(self, texts: tuple[str, ...], todo: str) -> Word:
        """The next word, which must be one of `texts`; raises PhraseError there otherwise."""
        if not self.sees(*texts):
            raise self.refuse(f"expected '{texts[0]}' {self.here()}", todo)
        return self.take()

    def here(self) -> str:
        """What stands at the cursor, for a message."""
        return "at the end" if self.word.kind == "end" else f"instead of '{self.word.text}'"

    def refuse(self, what: str, todo: str) -> UnmoorError:
        """An error at the next word."""
        return self.line.refuse(what, self.word.start, self.word.stop, todo)

    def number(self, what: str, todo: str) -> float:
        """A number; raises PhraseError for anything else, a negative one included."""
        if self.word.kind != "number":
            if self.word.text in ("-", "+") and self.after.kind == "number":
                sign, value = self.word, self.after
                kind = "negative" if sign.text == "-" else "signed"
                raise self.line.refuse(f"{what} is {kind}", sign.start, value.stop, todo)
            raise self.refuse(f"expected {what} {self.here()}", todo)
        return float(self.take().text)

    def whole(self, what: str, todo: str) -> int:
        """A whole number from 1 to a million."""
        start = self.word.start
        value = self.number(what, todo)
        if value != value // 1 or not 1 <= value <= 1e6:
            raise self.line.refuse(f"{what} is {self.line.text[start : self.stop]}", start, self.stop, todo)
        return int(value)

    def amount(self, what: str) -> Amount:
        """A number with a unit of amount, per kg or m2 where it says so."""
        start = self.word.start
        value = self.number(what, "give an amount above zero with a unit, such as 0.24 mg/kg")
        unit = self._unit(what)
        per = ""
        if self.accept("/", "per"):
            word = self.take()
            per = word.text.casefold().replace("²", "2")
            if per == "m" and self.accept("^"):
                per += self.take().text
            if per not in PER:
                raise self.line.unknown("body measure", word.start, max(word.stop, self.stop), PER)
            if self.sees("/"):
                raise self.refuse("a dose is not a rate", "say how often in words, such as once daily")
        try:
            return Amount(value, unit, per)
        except UnmoorError as problem:
            raise self.line.again(problem, start, self.stop) from None

    def _unit(self, what: str) -> str:
        routes = (*SPELLED_ROUTES, *SPELLED_ROUTES.values())
        if self.word.kind != "word" or self.sees("if", *routes):
            raise self.refuse(f"{what} has no unit", "write the unit after the number, such as mg or ug/kg")
        word = self.take()
        try:
            return unit_word(word.text)
        except UnmoorError as problem:
            if word.text.casefold() in ACTIVITY:
                todo = "units of activity have no mass here; give the dose as a mass such as ug"
                raise self.line.refuse(f"{what} is in {word.text}", word.start, word.stop, todo) from None
            raise self.line.again(problem, word.start, word.stop) from None

    def duration(self, what: str) -> Duration:
        """A number with a unit of time."""
        start = self.word.start
        value = self.number(what, "give a number and min, hours, days or weeks")
        if self.word.kind != "word":
            raise self.refuse(f"{what} has no unit", "write min, hours, days or weeks after the number")
        word = self.take()
        if word.text.casefold() not in TIME_UNITS:
            raise self.line.unknown("unit of time", word.start, word.stop, TIME_UNITS)
        try:
            return Duration(value, TIME_UNITS[word.text.casefold()])
        except UnmoorError as problem:
            raise self.line.again(problem, start, self.stop) from None
