"""An SBML text looked through before libSBML sees it: size, depth, entities, packages, loops of definitions.

libSBML is C++ that recurses with the depth of its input and whose own checks take time without bound; what would take
the interpreter with it, or an hour, is refused here while the text streams by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from unmoor.base.errors import BadInput, Unsupported

# Beyond these a text is an attack or a mistake; libSBML itself recurses and would take the interpreter with it.
DEEPEST, LARGEST, LONGEST = 1_000, 64_000_000, 10_000
# The most symbols that an equation may be made of, through others, over all equations: libSBML looks for circles in
# time that grows with more than the square of it (a second at 20,000).
ENTANGLED = 10_000
MOST_ELEMENTS = 50_000
# Its operators are those of Level 3 Version 2 itself, which mathml.py reads.
_KNOWN_PACKAGE = "/l3v2extendedmath/"
_DEFINES = {"assignmentRule": "variable", "initialAssignment": "symbol", "reaction": "id"}
_TOLD = {"notes", "annotation", "message"}
_COUNTED = {"compartment", "species", "parameter", "localParameter", "reaction", "functionDefinition", "event"}
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def read_model_text(path: Path) -> str:
    """The text of a model file.

    Raises BadInput for what is not UTF-8 text and Unsupported for a file of more than LARGEST bytes.
    """
    todo = "save it as UTF-8 text"
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Unsupported(f"the file has more than {LARGEST // 1_000_000} million bytes", where=str(path))
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"cannot read this file: {problem}", where=str(path), todo=todo) from problem
    if "\0" in text:
        raise BadInput("the file holds NUL characters", where=str(path), todo=todo)
    return text


@dataclass
class _Seen:
    """What has streamed by so far: the open elements, and which symbol's equation mentions which others."""

    where: str
    open: list[str] = field(default_factory=list)
    told: int = 0
    target: str = ""
    mentions: dict[str, set[str]] = field(default_factory=dict)
    name: list[str] = field(default_factory=list)
    counted: int = 0

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.open:
            refuse_packages(attributes, self.where)
        name = tag.rpartition(":")[2]
        self.open.append(name)
        if len(self.open) > DEEPEST:
            raise Unsupported(f"XML elements are nested more than {DEEPEST} deep", where=self.where)
        self.told += name in _TOLD
        if self.told:
            return
        if len(name) > LONGEST or any(len(each) > LONGEST for pair in attributes.items() for each in pair):
            raise Unsupported(f"an attribute has more than {LONGEST:,} characters", where=self.where)
        self.counted += name in _COUNTED
        if self.counted > MOST_ELEMENTS:
            raise Unsupported(f"more than {MOST_ELEMENTS:,} species, parameters and reactions", where=self.where)
        if name in _DEFINES:
            self.target = attributes.get(_DEFINES[name], "")
        self.name = []

    def text(self, piece: str) -> None:
        if self.open and self.open[-1] in ("ci", "cn", "csymbol"):
            self.name.append(piece)
            if sum(map(len, self.name)) > LONGEST:
                raise Unsupported(f"a name or number has more than {LONGEST:,} characters", where=self.where)

    def closed(self, tag: str) -> None:
        name = self.open.pop()
        self.told -= name in _TOLD
        if name == "ci" and self.target:
            self.mentions.setdefault(self.target, set()).add("".join(self.name).strip())
        elif name in _DEFINES:
            self.target = ""

    def declared(self, *_: Any) -> None:
        raise Unsupported("the XML declares a document type or entities", where=self.where, todo="remove its <!DOCTYPE")


def screen(text: str, where: str) -> bool:
    """Refuse XML that is malformed, too large, too deep or brings its own entities; whether libSBML may check it all.

    Raises BadInput for what is not well-formed and Unsupported for the rest; nothing outside the text is read.
    """
    if len(text) > LARGEST:
        raise Unsupported(f"the file has more than {LARGEST // 1_000_000} million characters", where=where)
    seen = _Seen(where)
    parser = expat.ParserCreate()
    # one call an element instead of one a line
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = seen.opened, seen.closed
    parser.CharacterDataHandler = seen.text
    parser.StartDoctypeDeclHandler = seen.declared
    try:
        parser.Parse(DECLARATION.sub("", text, count=1).encode(), True)
    except expat.ExpatError as problem:
        raise BadInput(f"not well-formed XML: {problem}", where=where, todo="give an SBML file") from problem
    return entanglement(seen.mentions) <= ENTANGLED


def refuse_packages(attributes: dict[str, str], where: str) -> None:
    """Refuse packages that the model says one must understand; libSBML itself passes over those it does not know."""
    for name, value in attributes.items():
        prefix, _, attribute = name.partition(":")
        address = attributes.get(f"xmlns:{prefix}", prefix)
        if attribute == "required" and value in ("true", "1") and _KNOWN_PACKAGE not in address:
            raise Unsupported(f"the SBML package '{prefix}' ({address}) is not supported", where=where)


def entanglement(mentions: dict[str, set[str]]) -> int:
    """How many pairs (symbol, symbol it is made of through others) there are; counting stops above ENTANGLED."""
    total = 0
    mentions = {name: {each for each in others if each in mentions} for name, others in mentions.items()}
    for start in mentions:
        reached: set[str] = set()
        stack = [start]
        while stack:
            for each in mentions[stack.pop()]:
                if each not in reached:
                    reached.add(each)
                    stack.append(each)
                    total += 1
                    if total > ENTANGLED:
                        return total
    return total
