"""What a run prints: endpoints simulated beside published, and how many patients failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unmoor.cli.console import grid, heading, out, table

# narrow terminals go without what stands in the report anyway
BESIDE = ("", "Simulated", "95% interval", "Predicted (90%)", "Published", "which is", "n")
OTHERS = ("", "Simulated", "95% interval", "Predicted (90%)", "n")
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
        "Predicted: median and 90% of trials of the published size, drawn from the virtual patients.\n"
        "The published value is inside that range, lower or higher.",
        soft_wrap=True,
    )
    largest = rows["predicted_n"].fillna(0).max()
    if largest > result.n:
        out().print(
            f"Trials of up to {largest} patients were drawn from {result.n}: ranges and verdicts tell of these few; "
            "simulate more with --patients.",
            soft_wrap=True,
        )
    if study.escalation is not None:
        _print_escalation(study, result)
    failed = len(result.failed)
    if failed:
        out().print(f"{failed:,} of {result.n * len(result.arms):,} courses failed; the report says which and why.")


def _print_escalation(study: Any, result: Any) -> None:
    """Print how often the study's dose-finding design recommends each level."""
    from unmoor.trial import escalate

    run = escalate(study, result)
    rows = []
    for row in run.table().itertuples():
        means = ("", "", "")
        if row.level != "none":
            known = f"{100 * row.rate:.3g} ({100 * row.rate_lower:.3g} to {100 * row.rate_upper:.3g})"
            means = (known, f"{row.all_patients:.1f}", f"{row.all_dlts:.2f}")
        share = f"{100 * row.selected:.1f} ({100 * row.lower:.1f} to {100 * row.upper:.1f})"
        rows.append((row.level, means[0], share, *means[1:]))
    out().print("")
    heading(f"Dose finding by {run.design.name}: {run.trials:,} trials of {run.plan.patients} patients")
    heads = ("level", "DLT rate % (95%)", "recommended, % of trials (95%)", "patients", "DLTs")
    table(heads, rows, right=range(1, 5))
    out().print(
        f"Rates as {len(run.toxicity.who):,} virtual patients know them; recommended as {run.trials:,} trials of\n"
        "these patients do; patients and DLTs: means of whole trials, those after the design has ended included.",
        soft_wrap=True,
    )


def _print(heads: Sequence[str], rows: Sequence[Any]) -> None:
    groups: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        cells = {
            "": row.title,
            "Simulated": row.text("estimate"),
            "95% interval": row.span("estimate"),
            "Predicted (90%)": row.predicted,
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
