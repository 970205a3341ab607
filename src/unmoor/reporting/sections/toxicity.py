"""Toxicity: patients by the worst grade of each adverse event, arm by arm, as a figure and a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from unmoor.reporting.content import Paragraph, Section, section
from unmoor.reporting.figures import Drawing, Graded, grades
from unmoor.reporting.table import MISSING, Cell, Table, count, pretty, table

TEXT = (
    "Adverse events are hazards driven by what the body is exposed to; each patient counts once, by the worst grade "
    "until the end of the study. An arm is every virtual patient at that dose for the whole study: no trial stopped "
    "early, no dose was reduced unless the study's rules say so."
)
LABORATORY = (
    "Laboratory findings are graded by the counts alone, whatever lowered them, the disease included, over the window "
    "of their endpoint. A grade that cannot be told, as grade 1 without a limit of normal, counts as the next lower."
)
CAPTION = "Share of patients by worst grade; the worst grades stand left, so that the axis reads grade 3 or worse."


def toxicity(study: Any, displays: Any) -> Section | None:
    """The section of the study's graded events, or None when it keeps none."""
    rows = displays.grades
    if not rows:
        return None
    titles = {arm.name: arm.title for arm in study.arms}
    shown = titles if study.escalation is None else study.escalation.levels
    note = (
        Paragraph(LABORATORY, small=True)
        if any(endpoint.type == "worst_grade" for endpoint in study.endpoints)
        else None
    )
    drawn, listed = _figure(rows, titles, shown), _table(rows, titles)
    return section("toxicity", "Toxicity", [Paragraph(TEXT), drawn, note, listed])


def _figure(rows: Any, titles: dict[str, str], shown: Collection[str]) -> Drawing:
    drawn = [
        Graded(_title(row.term), titles[row.arm], tuple(part / row.n if row.n else 0.0 for part in row.counts[1:]))
        for row in rows
        if row.arm in shown
    ]
    return grades("toxicity", "Adverse events by worst grade.", CAPTION, drawn)


def _table(rows: Any, titles: dict[str, str]) -> Table:
    """A row for each event and arm: patients with each worst grade, with any, and with grade 3 or worse."""
    cells: list[list[Cell | str]] = []
    groups: dict[int, str] = {}
    last = ""
    for row in rows:
        if row.term != last:
            groups[len(cells)] = _title(row.term)
        last = row.term
        parts = [*row.counts[1:], sum(row.counts[1:]), sum(row.counts[3:])]
        cells.append([Cell(titles[row.arm], mark="prose"), *(_share(part, row.n) for part in parts), count(row.n)])
    columns = ("Arm", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5", "Any", "Grade ≥ 3", "n")
    caption = "Patients by worst grade: how many, and their share of the arm."
    return table(columns, cells, numbers=range(1, 9), groups=groups, caption=caption)


def _share(part: int, n: int) -> Cell:
    return Cell(count(part), small=f"{part / n:.0%}") if part and n else Cell(MISSING if not n else "0")


def _title(term: str) -> str:
    printed = pretty(term)
    return f"{printed[:1].upper()}{printed[1:]}"
