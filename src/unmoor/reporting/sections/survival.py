"""Time to event: Kaplan-Meier curves of every endpoint that is a time, with numbers at risk and published medians."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from unmoor.reporting.content import Block, Paragraph, Section, section
from unmoor.reporting.endpoint_rows import EndpointRow, endpoint_rows
from unmoor.reporting.figures import Drawing, Median, Survival, survival
from unmoor.reporting.sections.figure_arms import arm_lines, figure_arms
from unmoor.reporting.table import MISSING, Cell, Table, count, table

TEXT = (
    "Curves are Kaplan-Meier estimates over all virtual patients who count, with a 95% confidence band (log-log; where "
    "there are many curves, of the published arm only). A patient who has not had the event by the end of the study is "
    "censored there. Medians are read where a curve crosses one half."
)
CAPTION = (
    "Dot: simulated median; pale bar on the line of one half: 90% of trials of the published size; diamond: published "
    "median, with its 95% interval where it is known."
)
BANDS = 3  # curves whose bands can be told apart
STEPS = (0.1, 0.2, 0.5, 1, 2, 3, 6, 12, 24, 60, 120)


def times_to_event(study: Any, displays: Any, rows: Any) -> Section | None:
    """The section of endpoints that are times to an event, or None when the study has none with a patient."""
    blocks: list[Block] = []
    for endpoint in study.endpoints:
        curves = displays.survival(endpoint)
        if curves:
            mine = [row for row in endpoint_rows(study, rows) if row.endpoint == endpoint.name and not row.compares]
            blocks += [_figure(study, endpoint, curves, mine), _table(curves, mine)]
    return section("survival", "Time to event", [Paragraph(TEXT), *blocks]) if blocks else None


def _figure(study: Any, endpoint: Any, curves: Any, rows: Sequence[EndpointRow]) -> Drawing:
    lines, found = arm_lines(study), {row.arm: row for row in rows}
    shown = [curve for curve in curves if curve.arm in figure_arms(study)] or curves
    ticks = axis_ticks(max(float(curve.times.max()) for curve in shown))
    drawn, medians = [], []
    for curve in shown:
        colour, dash = lines[curve.arm]
        values = found[curve.arm].values
        known = math.isfinite(values["published"])
        banded = len(shown) <= BANDS or known
        bounds = (curve.lower, curve.upper) if banded else (curve.lower * math.nan,) * 2
        numbers = (curve.time, curve.survival, *bounds, curve.censored, curve.at_risk(ticks))
        drawn.append(Survival(found[curve.arm].title, colour, dash, *numbers))
        low, high = (values[f"predicted_{side}"] if known else math.nan for side in ("lower", "upper"))
        published = (values["published"], values["published_lower"], values["published_upper"])
        medians.append(Median(colour, values["estimate"], low, min(high, ticks[-1]), *published))
    title = f"{endpoint.label}."
    return survival(f"survival-{endpoint.name}", title, CAPTION, drawn, medians, ticks, rows[0].unit or "time")


def axis_ticks(last: float) -> list[float]:
    """From 0 to at least `last` in at most nine even steps of a length that a reader counts in."""
    step = next((step for step in STEPS if last / step <= 8), last / 8)
    return [step * k for k in range(math.ceil(last / step - 1e-9) + 1)]


def _table(curves: Any, rows: Sequence[EndpointRow]) -> Table:
    found = {row.arm: row for row in rows}
    cells: list[list[Cell | str]] = []
    for curve in curves:
        row = found[curve.arm]
        n, events = len(curve.times), int(curve.events.sum())
        cells.append([
            Cell(row.title, mark="prose"), count(n), Cell(count(events), small=f"{events / n:.0%}"),
            Cell(row.text("estimate") or MISSING, small=row.span("estimate")), Cell(row.text("published") or MISSING),
        ])  # fmt: skip
    titles = ("Arm", "Patients", "Events", "Median (95%)", "Published")
    return table(titles, cells, numbers=range(1, 5))
