"""Errors that help: where it happened, what is wrong, the known names and the nearest one, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UnmoorError(Exception):
    """Any refusal by unmoor; its text says where, what, and what to do."""

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}\n  {todo}" if todo else text)


class UnknownName(UnmoorError):
    """A name that nothing in the library, model or table answers to."""


class BadInput(UnmoorError):
    """A value, unit, shape or file that cannot be meant; refused before anything is computed."""


class Unsupported(UnmoorError):
    """A construct that is understood but not computed here; refused by name, never computed wrongly."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to `name`, or None when nothing is close."""
    candidates = sorted(map(str, known))
    folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def unknown(kind: str, name: str, known: Iterable[str], *, where: str = "", show: int = 30) -> UnknownName:
    """An UnknownName error for `name`, naming the nearest of `known` and listing up to `show` of them."""
    candidates = sorted(map(str, known))
    close = nearest(str(name), candidates)
    hint = f"did you mean '{close}'? " if close else ""
    listed = ", ".join(candidates[:show]) + (f", ... ({len(candidates)} in all)" if len(candidates) > show else "")
    return UnknownName(f"unknown {kind} '{name}'", where=where, todo=f"{hint}known: {listed or '(none)'}")
