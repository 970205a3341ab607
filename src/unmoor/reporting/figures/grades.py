"""Toxicity by grade: for each event and arm the shares of patients by their worst grade, as a stacked bar."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import INK, PAPER, SOFT, WIDE, Drawing, draw, row_labels
from unmoor.reporting.figures.sheet import legend, legend_height, sheet

GRADES = ("#f2d7c4", "#e5a878", "#cf6f33", "#9c3d08", "#4f1d03")
DARK = 3  # from this grade on a number on the bar is white


@dataclass(frozen=True, slots=True)
class Graded:
    """One event in one arm: shares of its patients whose worst grade is 1, 2, 3, 4, 5."""

    term: str
    arm: str
    share: tuple[float, ...]


def grades(name: str, title: str, caption: str, rows: Sequence[Graded]) -> Drawing:
    """A group of bars for each event, a bar for each arm, in the order given."""
    return draw(name, title, caption, lambda width: _paint(width, list(rows)))


def _paint(width: float, rows: list[Graded]) -> Any:
    from matplotlib.patches import Patch

    wide = width >= WIDE
    handles = [Patch(color=colour, linewidth=0, label=f"grade {k}") for k, colour in enumerate(GRADES, 1)]
    columns = 5 if wide else 3
    terms = list(dict.fromkeys(row.term for row in rows))
    room = 36 if wide else 20
    names = {row.arm: textwrap.wrap(row.arm, room) for row in rows}
    step, gap = 0.08 + 0.145 * max(len(lines) for lines in names.values()), 0.3
    top = legend_height(-(-len(handles) // columns)) - 0.15
    left = 0.35 + 0.066 * max(len(line) for lines in names.values() for line in lines)
    height = len(rows) * step + len(terms) * gap
    figure, (axes,) = sheet(width, [height], left=left, right=0.3, top=top)
    place, labels = 0.0, []
    for term in terms:
        axes.text(0, place + 0.65 * gap, term, va="center", fontweight="bold", fontsize=8.5, color=INK)
        place += gap
        for row in (row for row in rows if row.term == term):
            _bar(axes, place + step / 2, row)
            labels.append((place + step / 2, [(line, SOFT) for line in names[row.arm]]))
            place += step
    axes.set_ylim(place, 0)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_xlabel("share of patients by worst grade", loc="left")
    axes.grid(visible=False, axis="y")
    row_labels(axes, labels)
    legend(figure, handles, columns)
    return figure


def _bar(axes: Any, place: float, row: Graded) -> None:
    """Worst grades first, so that grade 3 or worse is read off the axis."""
    start = 0.0
    for grade in range(5, 0, -1):
        share = row.share[grade - 1]
        axes.barh(place, share, 0.155, start, color=GRADES[grade - 1], linewidth=0)
        if share >= 0.06:
            colour = PAPER if grade >= DARK else INK
            axes.text(start + share / 2, place, f"{share:.0%}", ha="center", va="center", fontsize=6.8, color=colour)
        start += share
