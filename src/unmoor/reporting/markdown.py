"""Sections as a Markdown page: the same blocks that the HTML template draws, figures as SVG files of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from unmoor.reporting.content import Block, Facts, Figures, Heading, Items, Notice, Paragraph, Section, Shares
from unmoor.reporting.figures import Drawing
from unmoor.reporting.table import Cell, Table

PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'


def markdown(sections: Sequence[Section], images: str) -> tuple[str, dict[str, str]]:
    """The page's text, and its pictures: path below the page, `<images>-<figure>.svg`, -> SVG text."""
    pictures: dict[str, str] = {}
    parts: list[str] = []
    for each in sections:
        parts.append(f"## {each.title}")
        parts += [text for block in each.blocks if (text := _block(block, images, pictures))]
    return "\n\n".join(parts), pictures


def _block(block: Block, images: str, pictures: dict[str, str]) -> str:
    match block:
        case Paragraph():
            return block.text
        case Heading():
            return f"### {block.text}"
        case Notice():
            return f"> **{block.title}** {block.text}"
        case Facts():
            return _rows(["", ""], block.pairs)
        case Figures():
            return _rows(["", "", ""], block.items)
        case Shares():
            return _rows(["", ""], [(label, str(number)) for label, number, _ in block.parts])
        case Items():
            return "\n".join(f"- **{lead}** {text}" if lead else f"- {text}" for lead, text, _ in block.entries)
        case Table():
            return _table(block)
        case Drawing():
            path = f"{images}-{block.name}.svg"
            pictures[path] = standalone(block)
            return f"![{block.title}]({path})\n\n{block.title} {block.caption}".strip()


def standalone(drawing: Drawing) -> str:
    """The wide version as a file of its own: with name space, size, a font and white paper behind it."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.wide)
    size = f'width="{box[1]}" height="{box[2]}" ' if box else ""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size}font-family="DejaVu Sans, Verdana, sans-serif" '
    text = drawing.wide.replace("<svg ", opening, 1)
    return re.sub(r"^(<svg [^>]*>)", rf"\1{PAPER}", text) + "\n"


def _table(block: Table) -> str:
    titles = [column.title for column in block.columns]
    rows = []
    for k, row in enumerate(block.rows):
        if k in block.groups:
            rows.append([f"**{block.groups[k]}**", *[""] * (len(titles) - 1)])
        rows.append([_cell(cell) for cell in row])
    rules = ["---:" if column.number else "---" for column in block.columns]
    text = _rows(titles, rows, rules)
    return f"{block.caption}\n\n{text}" if block.caption else text


def _cell(cell: Cell) -> str:
    return f"{cell.text} ({cell.small})" if cell.text and cell.small else cell.text or cell.small


def _rows(titles: Sequence[str], rows: Iterable[Sequence[str]], rules: Sequence[str] = ()) -> str:
    lines = [list(titles), list(rules) or ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(_safe(cell) for cell in line) + " |" for line in lines)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "; ")
