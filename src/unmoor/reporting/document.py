"""The report: sections in reading order, put into one HTML file that loads nothing from anywhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting import sections
from unmoor.reporting.content import Block, Figures, Notice, Section, kind

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result

TEMPLATES = Path(__file__).parent / "templates"
NOTICE = Notice(
    "Research use only.",
    "unmoor is research software, not a medical device. These are simulated patients; nothing here may guide the care "
    "of a real one.",
)


def report(study: Any, result: Result, table: pd.DataFrame, to: str | os.PathLike[str]) -> Path:
    """Write the report of a simulated study as one self-contained HTML file and return its path.

    `study` is what `load_study` gave, `result` what `simulate` gave, `table` what `evaluate` gave; nothing is computed
    here. Raises BadInput when they do not belong together, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"a report is written as HTML, not as '{target.name}'", todo="name a file that ends in .html")
    if target.is_dir():
        raise BadInput(f"'{target}' is a folder", todo="name a file that ends in .html")
    check(study, result, table)
    parts = sections.of(study, result, table)
    head: list[Block] = [Figures(sections.headline(study, table)), NOTICE]
    if not result.complete:
        text = f"The run was interrupted: it holds {result.n:,} of the patients of each arm that were asked for."
        head.append(Notice("Incomplete.", text))
    return write_whole(target, page(study.title, sections.byline(study, result), head, parts))


def check(study: Any, result: Result, table: pd.DataFrame) -> None:
    """Refuse a result or a table of another study.

    Raises BadInput naming what differs.
    """
    arms = tuple(arm.name for arm in study.arms)
    if result.arms != arms:
        raise BadInput(
            f"the result has arms {', '.join(result.arms)}, the study '{study.name}' has {', '.join(arms)}",
            todo="report a result with the study it was simulated from",
        )
    strange = set(table["endpoint"]) - {endpoint.name for endpoint in study.endpoints}
    if strange:
        raise BadInput(
            f"the table has endpoints that the study '{study.name}' has not: {', '.join(sorted(strange))}",
            todo="report the table that evaluate gave for this study",
        )


def page(
    title: str, byline: str, head: Sequence[Block], parts: Sequence[Section], genre: str = "simulated trial report"
) -> str:
    """The HTML text of a page with `head` blocks under its title and numbered `parts`; `genre` stands in its corner."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from unmoor import __version__

    rooms = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    rooms.globals["kind"] = kind
    text = rooms.get_template("report.html.j2").render(
        title=title,
        genre=genre,
        byline=byline,
        head=head,
        sections=parts,
        theme=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        version=__version__,
        footer=f"{NOTICE.title} {NOTICE.text} Written by unmoor {__version__}.",
    )
    return "\n".join(line for line in (line.rstrip() for line in text.splitlines()) if line) + "\n"
