"""What a report is made of: sections, and the kinds of block that a template knows how to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures import Drawing
from unmoor.reporting.table import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of prose; `small` is set smaller, as a note under a figure or table."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what they are: pairs of (term, text)."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader must not miss."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Large numbers at the head of a report: (number, what it is, what it is compared with)."""

    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """A bar cut by counts: (label, count, class name for the theme)."""

    parts: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list of (lead, text, id): the lead stands out, the id is what a link names; either may be ''."""

    entries: tuple[tuple[str, str, str], ...]
    ordered: bool = True


Block = Paragraph | Heading | Facts | Notice | Figures | Shares | Items | Table | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report: its id in links, its title and its blocks in order."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def section(id: str, title: str, blocks: Sequence[Block | None]) -> Section:
    """A Section of the blocks that are there; a block that is None has nothing to say."""
    return Section(id, title, tuple(block for block in blocks if block is not None))


def kind(block: Any) -> str:
    """The name by which a template calls a block: its class, in lower case."""
    return type(block).__name__.lower()
