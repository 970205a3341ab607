"""The same page of published values as Markdown with a picture, for the documentation."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.document import NOTICE
from unmoor.reporting.figures.agreement import scatter
from unmoor.reporting.figures.drawing import STYLE
from unmoor.reporting.reproduction import READING, SCATTER, SUMMARY, USES, beyond, summary_cells, values_of
from unmoor.reporting.reproduction_rows import ReproductionRow, reproduction_rows
from unmoor.reporting.table import number

MARK = "<!-- written by hand from here on -->"
HEADS = (
    "endpoint",
    "arm",
    "published",
    "n",
    "simulated",
    "90% interval",
    "wide interval",
    "published is",
    "fold",
    "use",
    "evidence",
)


def reproduction_markdown(
    studies: Sequence[Any], rows: Any, summary: Any, to: str | os.PathLike[str], *, how: str, command: str
) -> Path:
    """Write the tables that `reproduce` gave as a Markdown file, its picture as images/reproduction.png beside it.

    `how` and `command` say what was run. What follows the line MARK in an older page was written by hand and stays.
    Raises BadInput for another suffix, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() != ".md":
        raise BadInput(f"the page is Markdown, not '{target.name}'", todo="name a file that ends in .md")
    every = reproduction_rows(rows)
    before = target.read_text(encoding="utf-8") if target.is_file() else ""
    kept = before.partition(MARK)[2].strip()
    image = write_whole(target.parent / "images" / "reproduction.png", _png(every))
    parts = [
        "# Published results, simulated",
        f"Written by `{command}`; running it again gives the same numbers. {how}",
        f"{NOTICE.title} {NOTICE.text}",
        _table(SUMMARY, summary_cells(summary)),
        READING,
        f"![{SCATTER}](images/{image.name})",
        SCATTER,
        *(part for study in studies for part in _study(study, every)),
        f"{MARK}\n\n{kept}" if kept else "",
    ]
    return write_whole(target, "\n\n".join(part for part in parts if part) + "\n")


def _png(every: Sequence[ReproductionRow]) -> bytes:
    import matplotlib

    style: Any = STYLE | {"figure.facecolor": "white", "savefig.dpi": 110}
    with matplotlib.rc_context(style):
        stream = io.BytesIO()
        shown = [each for each in values_of(every) if each.published > 0 and each.simulated > 0]
        scatter(6.6, shown).savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _study(study: Any, every: Sequence[ReproductionRow]) -> list[str]:
    mine = [row for row in every if row.study == study.name]
    if not mine:
        return []
    cells = [
        [
            row.what, row.arm, row.text("published"), row.n, row.text("simulated"), row.span,
            row.wide_span, row.verdict + beyond(row), number(row.fold), USES[row.use],
            f"{row.evidence}, {row.source}" + (", recalled" if row.recalled else ""),
        ]
        for row in mine
    ]  # fmt: skip
    notes = list(dict.fromkeys(f"- {row.what} ({row.arm}): {row.note}." for row in mine if row.note))
    return [f"## {study.name}", f"{study.title}.", _table(HEADS, cells), "\n".join(notes)]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
