"""What was fitted, to which rows, and how far off each row is: the calibration as a Markdown page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from unmoor.calibration.estimate import Fit, Outcome, StageFit
from unmoor.calibration.tables import written

MARK = "<!-- written by hand from here on -->"


def page(fit: Fit, before: str = "") -> str:
    """The whole page; what follows the line MARK in `before`, an older page, was written by hand and stays."""
    plan = fit.plan
    parts = [
        f"# Calibration: {plan.name}",
        f"{plan.title}.",
        f"Written by `python -m unmoor.calibration {plan.name} --write`; running it again gives the same numbers.",
        METHOD.strip(),
        "\n".join(f"- {note}" for note in plan.notes),
        *(_stage(stage) for stage in fit.stages),
    ]
    kept = before.partition(MARK)[2].strip()
    return "\n\n".join(part for part in [*parts, f"{MARK}\n\n{kept}" if kept else ""] if part) + "\n"


def summary(fit: Fit) -> str:
    """Parameters and rows of every stage as plain text for a terminal."""
    lines = []
    for stage in fit.stages:
        lines += [f"{stage.stage.name}: {stage.stage.about}"]
        for rows in (_parameter_rows(stage), _outcome_rows(stage.outcomes)):
            lines += ["  " + "  ".join(cells).rstrip() for cells in _padded(rows)] if len(rows) > 1 else []
        lines += [f"  misfit {stage.misfit:.3g} over {len(stage.outcomes)} rows", ""]
    return "\n".join(lines)


METHOD = """
Each stage is a least-squares problem on logarithms. A row's residual is log(model / published) over its error: the
table's own `error` (differences between studies, our judgement) joined with the sampling error that n and SD tell,
doubled for a number recalled and not read again in its source, and widened by sqrt(share) where `share` rows tell the
same. A mean of a skewed quantity is turned into a median by 1/sqrt(1 + CV^2). Residuals beyond 2 are misses.

The error of a parameter is the SD of its logarithm from the slopes at the optimum; near 1 or above it, the rows and
the prior say little about the value. A stage of people fits how much people differ: its values are coefficients of
variation in %.
"""


def _stage(fit: StageFit) -> str:
    parts = [
        f"## Stage {fit.stage.name}",
        fit.stage.about[0].upper() + fit.stage.about[1:] + ".",
        _table(_parameter_rows(fit)) if fit.estimates else "",
        f"Misfit {fit.misfit:.3g} over {len(fit.outcomes)} rows (half the sum of squares).",
        _table(_outcome_rows(fit.outcomes)),
    ]
    return "\n\n".join(part for part in parts if part)


def _parameter_rows(fit: StageFit) -> list[list[str]]:
    rows = [["parameter", "value", "error", "prior", "kept in"]]
    for each in fit.estimates:
        parameter = each.parameter
        names = ", ".join((parameter.key, *parameter.also))
        prior = "" if parameter.prior is None else f"{parameter.prior:g} ({parameter.prior_source})"
        error = "on its bound" if each.on_bound else ("" if math.isnan(each.error) else f"{each.error:.2f}")
        rows.append([names, written(each.value), error, prior, parameter.file or "reported only"])
    return rows


def _outcome_rows(outcomes: Iterable[Outcome]) -> list[list[str]]:
    rows = [["row", "scenario", "what", "published", "fitted to", "model", "unit", "residual", "note"]]
    for each in outcomes:
        target = each.target
        recalled = "recalled; " if target.provenance == "recalled" else ""
        rows.append(
            [
                target.id, target.scenario, target.what, f"{target.published:g}", f"{target.typical:.3g}",
                f"{each.predicted:.3g}", target.unit, f"{each.residual:+.2f}", f"{recalled}{target.note}".strip("; "),
            ]
        )  # fmt: skip
    return rows


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def _padded(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
