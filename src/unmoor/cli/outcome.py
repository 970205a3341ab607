"""What a run prints: endpoints simulated beside published, and how many patients failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unmoor.cli.console import grid, heading, out

# narrow terminals go without what stands in the report anyway
BESIDE = ("", "Simulated", "95% interval", "Predicted 90%", "Published", "which is", "n")
OTHERS = ("", "Simulated", "95% interval", "Predicted 90%", "n")
SPARE = ("n", "95% interval")


def print_outcome(study: Any, result: Any, rows: Any) -> None:
    """Print the table of `evaluate` for people: first what was published, then the rest."""
    from unmoor.reporting import endpoint_rows

    every = endpoint_rows(study, rows)
    known = {row.endpoint for row in every if row.text("published")}
    heading(study.title)
    _print(BESIDE, [row for row in every if row.endpoint in known])
    _print(OTHERS, [row for row in every if row.endpoint not in known])
    out().print(
        "Predicted: 90% of trials of the published size, drawn from the virtual patients.\n"
        "The published value is inside that range, lower or higher.",
        soft_wrap=True,
    )
    failed = len(result.failed)
    if failed:
        out().print(f"{failed:,} of {result.n * len(result.arms):,} courses failed; the report says which and why.")


def _print(heads: Sequence[str], rows: Sequence[Any]) -> None:
    groups: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        cells = {
            "": row.title,
            "Simulated": row.text("estimate"),
            "95% interval": row.span("estimate"),
            "Predicted 90%": row.span("predicted"),
            "Published": row.text("published"),
            "which is": row.verdict.removeprefix("published is ") + (" *" if row.use == "calibration" else ""),
            "n": f"{row.n} ({row.failed} failed)" if row.failed else row.n,
        }
        title = row.label + (" (primary)" if row.primary else "")
        groups.setdefault(title, []).append(tuple(cells[head] for head in heads))
    if groups:
        grid(heads, groups, left=("", "which is"), spare=SPARE)
    if any(row.use == "calibration" for row in rows):
        out().print("  * used in fitting")
    out().print("")
