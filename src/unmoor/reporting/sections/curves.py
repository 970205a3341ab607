"""Curves over time: median and percentile bands of every output the study keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmoor.base.curves_summary import curves_summary
from unmoor.reporting.content import Block, Paragraph, Section, section
from unmoor.reporting.figures import DASHES, Bands, Panel, arm_colours, curves, overlays
from unmoor.reporting.table import pretty, unit

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
POINTS = 400
TEXT = (
    "The line is the median patient at each hour, the bands hold the middle 50% and 90% of patients. A band is not one "
    "patient's course: a patient may stand high on one day and low on another."
)


def course(study: Any, result: Any) -> Section:
    """The section of curves: the study's first output large, an arm a panel; the others small, all arms in one."""
    outputs = {str(name): part for name, part in curves_summary(result, QUANTILES).groupby("output", sort=False)}
    windows = sessions_of(study)
    what = _who(study, result) + ("; grey columns: apheresis is planned." if windows else ".")
    (first, large), *others = outputs.items()
    blocks: list[Block] = [Paragraph(TEXT)]
    unit_text = unit(large["unit"].iloc[0]) or "no unit"
    bands = bands_of(study, result, large)
    marks = " Diamonds: published means or medians." if any(each.points for each in bands) else ""
    blocks.append(curves(f"curve-{first}", f"{_title(large)}.", what + marks, unit_text, bands, windows))
    if others:
        panels = [Panel(_with_unit(part), tuple(bands_of(study, result, part))) for _, part in others]
        caption = f"Lines: medians; bands: 90% of patients. {what}"
        blocks.append(overlays("curves", "The other quantities of the study.", caption, panels, windows))
    return section("curves", "Course over time", blocks)


def _who(study: Any, result: Any) -> str:
    if any(arm.among for arm in study.arms):
        return f"{result.n:,} patients, each in the arms that admit them"
    return f"{result.n:,} patients in each arm"


def published_points(study: Any, output: str, arm: Any) -> tuple[tuple[float, float], ...]:
    """(hour, value) of every published mean or median of an output in an arm at one known moment."""
    found = []
    for part in study.published:
        endpoint = study.endpoint(part.endpoint)
        if part.arm != arm.name or part.value is None or getattr(endpoint.options, "statistic", "") == "sd":
            continue
        if endpoint.type == "value_at" and endpoint.options.output == output:
            found.append((study.span(endpoint.options.at, None, arm, endpoint.where)[0], float(part.value)))
        elif endpoint.type == "pre_apheresis_count" and study.outputs[output] == study.procedures[0].count:
            found.append((study.procedures[0].starts[endpoint.options.session - 1], float(part.value)))
    return tuple(found)


def bands_of(study: Any, result: Any, summary: Any) -> list[Bands]:
    """Every arm's bands of one output, `summary` being its part of `curves_summary`."""
    output = str(summary["output"].iloc[0])
    colours, titles = arm_colours(list(result.arms)), {arm.name: arm.title for arm in study.arms}
    drawn = []
    for i, arm in enumerate(result.arms):
        part = summary[summary["arm"] == arm]
        keep = thinned(len(part))
        bands = {q: np.asarray(part[f"p{100 * q:g}"], dtype=float)[keep] for q in QUANTILES}
        time = np.asarray(part["time"], dtype=float)[keep]
        points = published_points(study, output, study.arm(arm))
        drawn.append(Bands(titles[arm], colours[arm], DASHES[i % len(DASHES)], time, bands, points))
    return drawn


def _title(summary: Any) -> str:
    words = pretty(summary["label"].iloc[0]).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _with_unit(summary: Any) -> str:
    declared = unit(summary["unit"].iloc[0])
    return f"{_title(summary)}, {declared}" if declared else _title(summary)


def sessions_of(study: Any) -> list[tuple[float, float]]:
    """(start, stop) in hours of every planned session of the study's procedures."""
    return [(start, start + each.duration) for each in study.procedures for start in each.starts]


def thinned(points: int) -> Any:
    """Indices of about 400 points, the first and the last among them: more cannot be seen."""
    return np.unique(np.linspace(0, points - 1, min(points, POINTS)).round().astype(int))
