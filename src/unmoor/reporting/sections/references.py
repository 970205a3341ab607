"""References: every publication that a number, a drug or a published result of the study leans on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unmoor.base.sources import bibliography, cited
from unmoor.reporting.content import Items, Paragraph, Section, section
from unmoor.reporting.sections.parameters import numbers


def references(study: Any, table: Any) -> Section | None:
    """The section of references, or None when nothing is cited."""
    known = bibliography()
    keys = cited(_sources(study, table), known)
    if not keys:
        return None
    text = (
        "Keys stand for publications in the tables above. An identifier beside a key (letters and a number) names the "
        "row of the evidence tables that a value was taken from."
    )
    items = Items(tuple((key, known[key].text, f"ref-{key}") for key in keys))
    return section("references", "References", [Paragraph(text, small=True), items])


def _sources(study: Any, table: Any) -> Iterator[str]:
    yield from (row.source for row in numbers(study.model))
    yield from (str(text) for text in table["source"] if text)
    yield from study.reference
    if study.escalation is not None and study.escalation.published is not None:
        yield study.escalation.published.source
    yield from study.notes
    yield from (str(text) for text in study.population.table()["source"])
