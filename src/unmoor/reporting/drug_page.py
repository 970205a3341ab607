"""The page of one drug: what it is, its picture, published beside simulated, its values and their sources."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.content import Facts, Items, Paragraph, section
from unmoor.reporting.document import NOTICE, page
from unmoor.reporting.figures.drawing import STYLE, WIDE
from unmoor.reporting.figures.exposure import Exposures, exposure, paint
from unmoor.reporting.table import pretty, table

PICTURES = (".svg", ".png", ".pdf")
FORMATS = (".html", *PICTURES)


@dataclass(frozen=True, slots=True)
class DrugPage:
    """What the page says: title, facts, values and published numbers as rows of text, references, and the picture."""

    title: str
    facts: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, ...], ...]
    published: tuple[tuple[str, ...], ...]
    references: tuple[tuple[str, str], ...]
    shown: Exposures


VALUES = ("name", "value", "unit", "between patients", "source", "evidence", "note")
PUBLISHED = ("row", "what", "regimen", "published", "simulated", "unit", "fold", "used", "verdict", "source", "note")


def drug_page(content: DrugPage, to: str | os.PathLike[str]) -> Path:
    """Write the page (.html) or its picture alone (.svg, .png, .pdf) and return the path.

    Raises BadInput for another format.
    """
    target = Path(to)
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise BadInput(f"no page in format '{target.suffix}'", todo=f"end the name in {', '.join(FORMATS)}")
    if suffix == ".html":
        return write_whole(target, _html(content))
    return write_whole(target, _picture(content.shown, suffix))


def _picture(shown: Exposures, suffix: str) -> bytes:
    import matplotlib

    style: Any = STYLE | {"figure.facecolor": "white", "savefig.dpi": 130, "svg.hashsalt": shown.drug}
    dates: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(suffix, {})
    with matplotlib.rc_context(style):
        stream = io.BytesIO()
        paint(WIDE, shown).savefig(stream, format=suffix[1:], metadata=dates)
    return stream.getvalue()


def _html(content: DrugPage) -> str:
    caption = "The reference adult. Published numbers are those of the table below."
    drawing = exposure(f"drug-{content.shown.drug}", content.title, caption, content.shown)
    parts = [
        section("identity", "What it is", [Facts(content.facts)]),
        section("exposure", "Concentration and effect", [drawing]),
        section("published", "Published beside simulated", [_rows(PUBLISHED, content.published, (3, 4, 6))]),
        section("values", "Values", [_rows(VALUES, content.values, (1,))]),
        section("references", "References", [Items(tuple((key, text, "") for key, text in content.references), False)]),
    ]
    return page(content.title, "typical values of the library", [NOTICE], parts)


def _rows(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> Any:
    if not rows:
        return Paragraph("No published number was found that a statistic of the curve could be compared with.")
    return table(titles, [[pretty(cell) for cell in row] for row in rows], numbers=numbers)
