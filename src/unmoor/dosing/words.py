"""Dose text as words with positions, and refusals that point at the word they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from unmoor.base.errors import BadInput, UnknownName, UnmoorError, nearest

_WORD = re.compile(
    r"""\s*(?:
    (?P<clock>\d+:\d+(?::\d+)?)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<times>[x\u00d7](?=\s*\d))
  | (?P<word>(?:[^\W\d_](?:\.[^\W\d_])+\.?)|[^\W\d_]\w*(?:-\w+)*|%)
  | (?P<comparison><=|>=|=<|=>|[<>≤≥=])
  | (?P<sign>[,/^+\u2013-])
  | (?P<bad>\S)
  )""",
    re.VERBOSE,
)
_PLAIN = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=", "\u2013": "-", "\u00d7": "x"}


class PhraseError(BadInput):
    """Dose text that cannot be meant; `position` is the character (from 0) in its line where the trouble begins."""

    position: int = 0


class UnknownWord(PhraseError, UnknownName):
    """A word of dose text that names nothing known: a drug, a route, a unit, a covariate or a word of the grammar."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or sign of a line: its kind, its text in plain spelling and its place [start, stop)."""

    kind: str
    text: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of dose text and where it stands, able to point at a place in it."""

    text: str
    where: str = "dose"

    def words(self, start: int = 0) -> list[Word]:
        """The words from character `start` on, closed by a word of kind "end".

        Raises PhraseError at a character that no dose text has.
        """
        found, stop = [], len(self.text.rstrip())
        for match in _WORD.finditer(self.text, start, stop):
            kind = match.lastgroup or "bad"
            text, begin = match[kind], match.start(kind)
            if kind == "bad":
                raise self.refuse(f"cannot read '{text}'", begin, begin + 1, "remove it")
            if kind == "word":
                text = text.replace(".", "")
            found.append(Word(kind, _PLAIN.get(text, text), begin, match.end()))
        return [*found, Word("end", "", stop, stop)]

    def refuse(self, what: str, start: int, stop: int, todo: str) -> PhraseError:
        """The error `what` at characters [start, stop), drawn under the line."""
        return self._error(PhraseError, what, start, stop, todo)

    def again(self, problem: UnmoorError, start: int, stop: int) -> PhraseError:
        """The refusal of a value, told again with its place in the line."""
        kind = UnknownWord if isinstance(problem, UnknownName) else PhraseError
        return self._error(kind, problem.what, start, stop, str(problem).partition("\n")[2].strip())

    def unknown(self, kind: str, start: int, stop: int, known: Iterable[str], todo: str = "") -> UnknownWord:
        """The error of a name that is not among `known`, with the nearest that is."""
        name, candidates = self.text[start:stop], sorted(known)
        close = nearest(name, candidates)
        hint = f"did you mean '{close}'? " if close else ""
        todo = f"{hint}{todo or 'known: ' + (', '.join(candidates) or '(none)')}"
        what = f"unknown {kind} '{name}'"
        error = self._error(UnknownWord, what, start, stop, todo)
        assert isinstance(error, UnknownWord)
        return error

    def _error(self, kind: type[PhraseError], what: str, start: int, stop: int, todo: str) -> PhraseError:
        drawn = f"{what}\n    {self.text}\n    {' ' * start}{'^' * max(1, stop - start)}"
        error = kind(drawn, where=f"{self.where}, character {start + 1}", todo=todo)
        error.position = start
        return error
