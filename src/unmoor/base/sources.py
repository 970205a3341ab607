"""Where numbers come from: what kind of source a text names, and the bibliography its keys stand in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from unmoor.base.errors import BadInput
from unmoor.base.files import LIBRARY

KINDS = ("cited", "derived", "fitted", "assumed", "none")
_WORD = re.compile(r"[A-Za-z][\w:.-]*\w")
_ENTRY = re.compile(r"@(\w+)\s*\{\s*([\w:.-]+)\s*,")
_FIELD = re.compile(r"\s*,?\s*(\w+)\s*=\s*")


@dataclass(frozen=True, slots=True)
class Reference:
    """One publication: its key, its kind (article, misc, ...) and the fields of its entry."""

    key: str
    kind: str
    fields: Mapping[str, str]

    @property
    def text(self) -> str:
        """The publication as a reference list prints it."""
        get = self.fields.get
        who, year, title = _authors(get("author", "")), get("year", ""), get("title", "")
        head = f"{who or title} ({year})" if year else who or title
        where = " ".join(part for part in (get("journal") or get("publisher") or "", get("volume", "")) if part)
        if get("pages"):
            where = f"{where}: {get('pages', '').replace('--', '-')}" if where else get("pages", "")
        numbers = [f"doi:{get('doi')}" if get("doi") else "", f"PMID {get('pmid')}" if get("pmid") else ""]
        if self.kind == "misc" and get("url"):
            numbers.append(get("url", ""))
        parts = [head, title if who else "", where, *numbers, get("note", "")]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def nature(source: str) -> str:
    """What kind of source a table cell names: cited, derived, fitted, assumed, or none where it is empty."""
    text = source.strip().casefold()
    if not text:
        return "none"
    for kind in ("assumed", "derived", "fitted"):
        if re.match(rf"{kind}\b", text):
            return kind
    return "cited"


def cited(sources: Iterable[str], known: Mapping[str, Reference]) -> tuple[str, ...]:
    """The keys of `known` that stand in `sources`, each once, in alphabetical order."""
    words = {word for source in sources for word in _WORD.findall(source)}
    return tuple(sorted(words & known.keys()))


def bibliography(path: str | os.PathLike[str] = LIBRARY / "references.bib") -> dict[str, Reference]:
    """The references of a BibTeX file by key.

    Raises BadInput with file and line for an entry that never ends or a key that stands twice.
    """
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    found: dict[str, Reference] = {}
    for match in _ENTRY.finditer(text):
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        key = match.group(2)
        if key in found:
            raise BadInput(f"the key '{key}' stands twice", where=where, todo="give each publication one entry")
        found[key] = Reference(key, match.group(1).lower(), dict(_fields(text, match.end(), where)))
    return found


def _fields(text: str, at: int, where: str) -> Iterator[tuple[str, str]]:
    """Fields from position `at` up to the brace that closes the entry."""
    while match := _FIELD.match(text, at):
        value, at = _value(text, match.end(), where)
        yield match.group(1).lower(), re.sub(r"\s+", " ", value.replace("{", "").replace("}", "")).strip()
    if not re.match(r"\s*,?\s*\}", text[at:]):
        raise BadInput("the entry is not closed", where=where, todo="end it with a brace")


def _value(text: str, at: int, where: str) -> tuple[str, int]:
    if at < len(text) and text[at] == '"':
        end = text.find('"', at + 1)
        if end > 0:
            return text[at + 1 : end], end + 1
    elif at < len(text) and text[at] == "{":
        depth = 0
        for end in range(at, len(text)):
            depth += (text[end] == "{") - (text[end] == "}")
            if depth == 0:
                return text[at + 1 : end], end + 1
    elif bare := re.compile(r"\w+").match(text, at):
        return bare.group(), bare.end()
    raise BadInput("a field is not closed", where=where, todo="put its value between braces")


def _authors(text: str) -> str:
    """`Name, A. B. and Other, C. and others` as `Name AB, Other C, et al`; six names at most."""
    names = [name.strip() for name in re.split(r"\s+and\s+", text) if name.strip()]
    parted = [name.partition(",") for name in names if name != "others"]
    short = [f"{family} {re.sub(r'[. ]', '', given)}".strip() for family, _, given in parted]
    more = "others" in names or len(short) > 6
    return ", ".join(short[:6]) + (", et al" if more else "")
