"""A calibration as plain text for a terminal: every stage's parameters and rows, then how the posterior was reached."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from unmoor.calibration.estimate import Estimate, Outcome
from unmoor.calibration.run import Calibration
from unmoor.calibration.study_fit import StudyFit
from unmoor.calibration.tables import written


def summary(whole: Calibration) -> str:
    """Parameters with their intervals and rows with their residuals, stage by stage."""
    lines = []
    intervals = _intervals(whole)
    for stage in whole.fit.stages:
        lines += [f"{stage.stage.name}: {stage.stage.about}"]
        for rows in (_estimate_rows(stage.estimates, intervals), _outcome_rows(stage.outcomes)):
            lines += ["  " + "  ".join(cells).rstrip() for cells in _padded(rows)] if len(rows) > 1 else []
        agreeing = f", {stage.agreeing} of {stage.starts} starts agree" if stage.starts > 1 else ""
        lines += [f"  misfit {stage.misfit:.3g} over {len(stage.outcomes)} rows{agreeing}", ""]
    lines += _posterior_lines(whole)
    for each in whole.sensitivities:
        top = sorted(zip(each.total, each.first, each.parameters, strict=True), key=lambda row: -row[0])[:5]
        lines += [f"{each.endpoint.label}: " + ", ".join(f"{one.key} {total:.2f}" for total, _, one in top)]
    return "\n".join(lines)


def study_summary(fit: StudyFit) -> str:
    """A fit to studies: its parameters with their errors, and every row that was met."""
    rows = [["study", "endpoint", "arm", "n", "published", "at the start", "fitted", "unit", "residual"]]
    for row in fit.rows.itertuples():
        n = "" if row.n is None or str(row.n) == "<NA>" else str(row.n)
        numbers = [f"{value:.3g}" for value in (row.published, row.start, row.fitted)]
        rows.append([row.study, row.endpoint, row.arm, n, *numbers, row.unit, f"{row.residual:+.2f}"])
    lines = [fit.plan.title]
    for part in (_estimate_rows(fit.estimates, {}), rows):
        lines += ["  " + "  ".join(cells).rstrip() for cells in _padded(part)]
    what = f"{fit.evaluations} simulations of {fit.plan.people} virtual patients an arm"
    return "\n".join([*lines, f"  misfit {fit.misfit:.3g} over {len(fit.rows)} rows; {what}"])


def _intervals(whole: Calibration) -> dict[str, tuple[float, float, float]]:
    if whole.sample is None:
        return {}
    low, middle, high = np.quantile(whole.sample.values, (0.05, 0.5, 0.95), axis=0)
    parameters = enumerate(whole.sample.parameters)
    return {each.heading: (float(middle[k]), float(low[k]), float(high[k])) for k, each in parameters}


def _posterior_lines(whole: Calibration) -> list[str]:
    sample = whole.sample
    if sample is None:
        return []
    lines = [
        f"posterior: {len(sample.logarithms)} draws; {sample.walkers} walkers, {sample.steps} steps after burning in,"
        f" {100 * sample.accepted:.0f}% of moves accepted",
        f"  largest R-hat {np.nanmax(sample.rhat):.3f}, fewest effective draws {np.nanmin(sample.size):,.0f},"
        f" longest memory {np.nanmax(sample.time):.0f} steps",
    ]
    if any(each.stage.people for each in whole.fit.stages):
        lines += [f"  rows about people left {sample.weighed:.0f} effective of {sample.candidates} candidates"]
    return [*lines, ""]


def _estimate_rows(
    estimates: Iterable[Estimate], intervals: dict[str, tuple[float, float, float]]
) -> list[list[str]]:
    rows = [["parameter", "value", "error", "median", "90% interval", "prior", "kept in"]]
    for each in estimates:
        parameter = each.parameter
        prior = "" if parameter.prior is None else f"{parameter.prior:g}"
        error = "on its bound" if each.on_bound else ("" if math.isnan(each.error) else f"{each.error:.2f}")
        middle, low, high = intervals.get(parameter.heading, (math.nan,) * 3)
        drawn = ["", ""] if math.isnan(middle) else [f"{middle:.3g}", f"{low:.3g} to {high:.3g}"]
        rows.append([parameter.key, written(each.value), error, *drawn, prior, parameter.file or "reported only"])
    return rows


def _outcome_rows(outcomes: Iterable[Outcome]) -> list[list[str]]:
    rows = [["row", "scenario", "what", "published", "fitted to", "model", "unit", "residual"]]
    for each in outcomes:
        target = each.target
        rows.append(
            [
                target.id, target.scenario, target.what, f"{target.published:g}", f"{target.typical:.3g}",
                f"{each.predicted:.3g}", target.unit, f"{each.residual:+.2f}",
            ]
        )  # fmt: skip
    return rows


def _padded(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
