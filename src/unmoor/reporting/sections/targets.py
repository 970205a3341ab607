"""Time to target: the share of patients at or above a target by each session."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from unmoor.reporting.content import Section, section
from unmoor.reporting.endpoint_rows import EndpointRow, endpoint_rows
from unmoor.reporting.figures import DASHES, Drawing, Steps, arm_colours, incidence
from unmoor.reporting.table import Cell, Table, pretty, table

CAPTION = "Cumulative incidence by session; shaded: 95% interval. Who stops before the target never reaches it."


def targets(study: Any, rows: Any) -> Section | None:
    """The section of the rows of `evaluate` that carry a session, or None when there is none."""
    chosen = [row for row in endpoint_rows(study, rows) if row.session is not None and not row.compares]
    if not chosen:
        return None
    return section("targets", "Time to target", [_figure(study, chosen), _table(chosen)])


def _figure(study: Any, rows: list[EndpointRow]) -> Drawing:
    names = [arm.name for arm in study.arms]
    colours = arm_colours(names)
    labels = {endpoint.name: pretty(endpoint.label) for endpoint in study.endpoints}
    lines = []
    for (endpoint, arm), part in groupby(rows, key=lambda row: (row.endpoint, row.arm)):
        steps = sorted(part, key=lambda row: row.session or 0)
        session = np.array([float(row.session or 0) for row in steps])
        shares = [np.array([row.values[name] / 100 for row in steps]) for name in ("estimate", "lower", "upper")]
        dash = DASHES[names.index(arm) % len(DASHES)]
        lines.append(Steps(labels[endpoint], steps[0].title, colours[arm], dash, session, *shares))
    return incidence("targets", "Share of patients at target.", CAPTION, lines)


def _table(rows: list[EndpointRow]) -> Table:
    """A row for each target and arm, a column for each session."""
    sessions = sorted({row.session for row in rows if row.session is not None})
    cells: list[list[Cell | str]] = []
    groups: dict[int, str] = {}
    last = ""
    for (endpoint, title), part in groupby(rows, key=lambda row: (row.endpoint, row.title)):
        steps = {row.session: row for row in part}
        first = next(iter(steps.values()))
        if endpoint != last:
            groups[len(cells)] = first.label.rpartition(" by session ")[0] or first.label
        last = endpoint
        found = [
            Cell(steps[k].text("estimate"), small=steps[k].span("estimate")) if k in steps else "" for k in sessions
        ]
        cells.append([title, *found, Cell(first.n, small=f"{first.failed} failed")])
    titles = ("Arm", *(f"By session {k}" for k in sessions), "n")
    return table(titles, cells, numbers=range(1, len(titles)), groups=groups, caption="With 95% intervals.")
