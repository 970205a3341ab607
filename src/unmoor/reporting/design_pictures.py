"""Pictures of dose-finding designs as files: operating characteristics and pathways, as PNG, SVG or PDF."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.figures.decision_grid import paint_decision_grid
from unmoor.reporting.figures.drawing import STYLE, WIDE
from unmoor.reporting.figures.operating import Shares, paint_operating
from unmoor.reporting.figures.pathways import Branch, paint_pathways
from unmoor.reporting.picture import FORMATS

MOST_BRANCHES = 400


def operating_picture(designs: Sequence[Shares], target: float, to: str | os.PathLike[str]) -> Path:
    """Draw designs' operating characteristics over the same true rates into a file and return its path.

    Raises BadInput for a format other than PNG, SVG or PDF, or no design.
    """
    if not designs:
        raise BadInput("no design to draw", where="picture", todo="give at least one")
    return _saved(lambda: paint_operating(WIDE, designs, target), to)


def decision_picture(letters: Mapping[tuple[int, int], str], to: str | os.PathLike[str]) -> Path:
    """Draw a decision table, letters by (patients, DLTs), into a file and return its path.

    Raises BadInput for a format other than PNG, SVG or PDF, or an empty table.
    """
    if not letters:
        raise BadInput("no decision to draw", where="picture", todo="give a table by patients and DLTs")
    return _saved(lambda: paint_decision_grid(WIDE, letters), to)


def pathways_picture(branches: Sequence[Branch], title: str, to: str | os.PathLike[str]) -> Path:
    """Draw dose-transition pathways into a file and return its path.

    Raises BadInput for a format other than PNG, SVG or PDF, or a tree of more than 400 points.
    """
    if len(branches) > MOST_BRANCHES:
        text = f"{len(branches)} points of a tree in one picture"
        raise BadInput(text, where="picture", todo="look fewer cohorts ahead, or write a .csv")

    def paint() -> Any:
        figure = paint_pathways(WIDE, branches)
        figure.text(0.98, 0.99, title, ha="right", va="top", fontsize=9.5, fontweight="bold")
        return figure

    return _saved(paint, to)


def _saved(paint: Callable[[], Any], to: str | os.PathLike[str]) -> Path:
    target = Path(to)
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise BadInput(f"no picture in format '{target.suffix}'", todo=f"end the name in {', '.join(FORMATS)}")
    import matplotlib

    style: Any = STYLE | {"figure.facecolor": "white", "savefig.dpi": 160, "svg.fonttype": "path"}
    with matplotlib.rc_context(style):
        stream = io.BytesIO()
        # no date in the file: the same numbers give the same bytes
        metadata: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(suffix, {})
        paint().savefig(stream, format=suffix[1:], metadata=metadata)
    return write_whole(target, stream.getvalue())
