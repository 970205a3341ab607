"""Patients who could not be simulated: how many, who, and why; never dropped in silence."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Block, Paragraph, Section, section
from unmoor.reporting.table import Cell, count, table

TITLE = "Patients who could not be simulated"
SHOWN = 200


def failures(result: Any) -> Section:
    """The section on failed patients of `result`."""
    failed = result.failed
    asked = result.n * len(result.arms)
    if not len(failed):
        text = (
            f"None: all {count(asked)} courses ({len(result.arms)} arms of {count(result.n)} patients) ran to the end."
        )
        return section("failures", TITLE, [Paragraph(text)])
    text = (
        f"{count(len(failed))} of {count(asked)} courses stopped before the end. They count in every n of this report "
        "and have no value in any estimate."
    )
    titles = [str(name).replace("_", " ").capitalize() for name in failed.columns]
    rows = [
        [Cell(f"{value:g}" if isinstance(value, float) else str(value)) for value in row]
        for row in failed.head(SHOWN).itertuples(index=False)
    ]
    blocks: list[Block] = [Paragraph(text), table(titles, rows)]
    if len(failed) > SHOWN:
        blocks.append(Paragraph(f"The first {SHOWN} are shown; the saved result holds all.", small=True))
    return section("failures", TITLE, blocks)
