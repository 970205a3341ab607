"""The head of a report: the primary endpoint in large numbers, and one line on what was run."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.endpoint_rows import endpoint_rows
from unmoor.reporting.sections.figure_arms import figure_arms
from unmoor.reporting.table import count

MOST = 4  # large numbers that stand side by side


def headline(study: Any, rows: Any) -> tuple[tuple[str, str, str], ...]:
    """(number, what it is, published) for arms of the primary endpoint, or of the first one; published arms first."""
    names = [endpoint.name for endpoint in study.endpoints if endpoint.primary] or [study.endpoints[0].name]
    chosen = [row for row in endpoint_rows(study, rows) if row.endpoint == names[0] and not row.compares]
    shown = figure_arms(study)
    chosen = sorted(chosen, key=lambda row: (not row.text("published"), row.arm not in shown))
    found = []
    for row in chosen[:MOST]:
        published = f"published: {row.text('published')}" if row.text("published") else ""
        found.append((row.text("estimate") or "no value", f"{row.title}: {lowered(row.label)}", published))
    return tuple(found)


def lowered(label: str) -> str:
    """A label inside a sentence: its first letter small, unless it is one of a name such as CD34+ or M-protein."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def byline(study: Any, result: Any) -> str:
    """One line: what was simulated, in how many, from which seed."""
    arms = len(result.arms)
    return (
        f"{study.name}: {count(result.n)} virtual patients in {'each of ' if arms > 1 else ''}{arms} "
        f"arm{'s' if arms > 1 else ''}, model '{study.model.name}', seed {result.provenance.get('seed', 'unknown')}."
    )
