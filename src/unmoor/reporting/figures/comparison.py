"""Simulated beside published: a row for each endpoint and arm, an axis for each unit."""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import INK, WIDE, Drawing, amount, draw, row_labels
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Pair:
    """One endpoint in one arm, all numbers in `unit`, NaN where there is none.

    Simulated with its interval, the range predicted for a trial of the published size, and the published value.
    """

    endpoint: str
    arm: str
    colour: str
    unit: str
    estimate: float
    lower: float
    upper: float
    predicted_lower: float
    predicted_upper: float
    published: float
    published_lower: float
    published_upper: float


def comparison(name: str, title: str, caption: str, pairs: Sequence[Pair]) -> Drawing:
    """A figure of `pairs` in their order, grouped by unit."""
    return draw(name, title, caption, lambda width: _paint(width, list(pairs)))


def _paint(width: float, pairs: list[Pair]) -> Any:
    from matplotlib.lines import Line2D

    wide = width >= WIDE
    units = list(dict.fromkeys(pair.unit for pair in pairs))
    groups = [[pair for pair in pairs if pair.unit == unit] for unit in units]
    arms = {pair.arm: pair.colour for pair in pairs}
    heights = [0.1 + _slots(group, wide) * 0.145 for group in groups]
    columns = 1 if not wide else len(arms) + 1 if len(arms) <= 3 else 2
    top = legend_height(-(-(len(arms) + 1) // columns)) - 0.15
    figure, panels = sheet(width, heights, left=2.25 if wide else 0.2, right=0.25, top=top, between=0.55)
    for axes, group in zip(panels, groups, strict=True):
        _panel(axes, group, wide)
    handles = [
        Line2D([], [], color=colour, marker="o", markersize=5, linewidth=1.4, label=f"{arm}, simulated")
        for arm, colour in arms.items()
    ]
    handles.append(_published_handle())
    legend(figure, handles, columns)
    return figure


def _published_handle() -> Any:
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], color=INK, marker="D", markersize=4.5, markerfacecolor="white", linewidth=0.8, label="published"
    )  # fmt: skip


def _slots(group: list[Pair], wide: bool) -> float:
    endpoints = len({pair.endpoint for pair in group})
    return len(group) * 2.3 + endpoints * (0.8 if wide else 3.2)


def _panel(axes: Any, group: list[Pair], wide: bool) -> None:
    place, labels = 0.0, []
    for endpoint in dict.fromkeys(pair.endpoint for pair in group):
        chosen = [pair for pair in group if pair.endpoint == endpoint]
        lines = textwrap.wrap(endpoint, 34 if wide else 58)
        if not wide:
            place += 0.4 + 1.3 * len(lines)
        top = place
        for pair in chosen:
            _row(axes, pair, place)
            place += 2.3
        labels.append((lines, (top + place - 2.3) / 2 + 0.4 if wide else top - 1.3))
        place += 0.8
    axes.set_ylim(place - 0.8, -1.0 if wide else -0.8)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    _scale(axes, group)
    if wide:
        row_labels(axes, [(at, [(line, INK) for line in lines]) for lines, at in labels])
    else:
        axes.set_yticks([])
        for lines, at in labels:
            for i, line in enumerate(reversed(lines)):
                axes.text(0, at - 1.3 * i, line, transform=axes.get_yaxis_transform(), va="center")


def _row(axes: Any, pair: Pair, place: float) -> None:
    if math.isfinite(pair.predicted_lower) and math.isfinite(pair.predicted_upper):
        width = pair.predicted_upper - pair.predicted_lower
        axes.barh(place, width, 1.1, pair.predicted_lower, color=pair.colour, alpha=0.25, linewidth=0)
    if math.isfinite(pair.lower) and math.isfinite(pair.upper):
        axes.plot([pair.lower, pair.upper], [place, place], color=pair.colour, linewidth=1.8, solid_capstyle="butt")
    if math.isfinite(pair.estimate):
        axes.plot([pair.estimate], [place], "o", color=pair.colour, markersize=5.5, zorder=3)
    below = place + 0.95
    if math.isfinite(pair.published_lower) and math.isfinite(pair.published_upper):
        axes.plot([pair.published_lower, pair.published_upper], [below, below], color=INK, linewidth=0.9)
    if math.isfinite(pair.published):
        axes.plot([pair.published], [below], "D", color=INK, markersize=4.8, markerfacecolor="white", zorder=3)


def _scale(axes: Any, group: list[Pair]) -> None:
    fields = [field.name for field in dataclasses.fields(Pair) if field.type == "float"]
    values = [value for pair in group for value in (getattr(pair, field) for field in fields) if math.isfinite(value)]
    unit = group[0].unit
    axes.set_xlabel({"%": "% of patients", "1": "", "": ""}.get(unit, unit), loc="left")
    if not values:
        return
    if unit == "%":
        axes.set_xlim(0, 100)
        axes.set_xticks(range(0, 101, 20))
    elif min(values) > 0 and max(values) / min(values) > 8:
        axes.set_xscale("log")
        low, high = min(values) / 1.3, max(values) * 1.3
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [step * 10.0**k for k in decades for step in (1, 2, 5) if low <= step * 10.0**k <= high]
        axes.set_xlim(low, high)
        axes.minorticks_off()
        axes.set_xticks(ticks, [amount(tick) for tick in ticks])
    else:
        axes.set_xlim(min(0.0, *values), max(values) * 1.08)
