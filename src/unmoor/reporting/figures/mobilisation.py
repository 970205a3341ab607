"""Mobilisation by population: a row for each kind of cell, simulated and published, on a logarithmic axis."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import INK, PAPER, SOFT, WIDE, Drawing, amount, draw, row_labels
from unmoor.reporting.figures.sheet import diamond, fitting, legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Mobilised:
    """One population in one arm: the simulated value, its range over trials of the published size, the published value.

    All in the figure's unit, NaN where there is none.
    """

    population: str
    arm: str
    colour: str
    estimate: float
    predicted_lower: float
    predicted_upper: float
    published: float
    published_lower: float
    published_upper: float


def mobilisation(name: str, title: str, caption: str, rows: Sequence[Mobilised], axis: str) -> Drawing:
    """A row for each population in the order given, arms one below the other in it; `axis` says what is shown."""
    return draw(name, title, caption, lambda width: _paint(width, list(rows), axis))


def _paint(width: float, rows: list[Mobilised], axis: str) -> Any:
    wide = width >= WIDE
    populations = list(dict.fromkeys(row.population for row in rows))
    arms = {row.arm: row.colour for row in rows}
    each = 0.17
    names = {name: textwrap.wrap(name, 34 if wide else 20) for name in populations}
    bars = {name: len([row for row in rows if row.population == name]) for name in populations}
    heights = [max(bars[name] * each, 0.145 * len(names[name])) + 0.16 for name in populations]
    handles = _handles(rows, arms)
    columns = fitting(width, handles)
    top = legend_height(-(-len(handles) // columns)) - 0.22
    left = 0.35 + 0.068 * max(len(line) for lines in names.values() for line in lines)
    figure, (axes,) = sheet(width, [sum(heights)], left=left, right=0.25, top=top)
    place, labels = 0.0, []
    for name, height in zip(populations, heights, strict=True):
        chosen = [row for row in rows if row.population == name]
        for k, row in enumerate(chosen):
            _row(axes, row, place + height / 2 + each * (k + 0.5 - len(chosen) / 2), each)
        labels.append((place + height / 2, [(line, INK) for line in names[name]]))
        place += height
        axes.axhline(place, color=SOFT, linewidth=0.3, alpha=0.5)
    axes.set_ylim(place, 0)
    _scale(axes, rows)
    axes.set_xlabel(axis, loc="left")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    row_labels(axes, labels)
    legend(figure, handles, columns)
    return figure


def _row(axes: Any, row: Mobilised, place: float, each: float) -> None:
    if math.isfinite(row.predicted_lower) and math.isfinite(row.predicted_upper):
        width = row.predicted_upper - row.predicted_lower
        axes.barh(place, width, 0.6 * each, row.predicted_lower, color=row.colour, alpha=0.28, linewidth=0)
    if math.isfinite(row.published_lower) and math.isfinite(row.published_upper):
        axes.plot([row.published_lower, row.published_upper], [place, place], color=INK, linewidth=0.9)
    if math.isfinite(row.estimate):
        axes.plot([row.estimate], [place], "o", color=row.colour, markersize=5.5, zorder=3)
    if math.isfinite(row.published):
        axes.plot([row.published], [place], "D", color=INK, markersize=5, markerfacecolor=PAPER, zorder=4)


def _scale(axes: Any, rows: list[Mobilised]) -> None:
    """At least one decade, with 1 (no mobilisation) in sight where it is near."""
    fields = ("estimate", "predicted_lower", "predicted_upper", "published", "published_lower", "published_upper")
    values = [getattr(row, field) for row in rows for field in fields]
    values = [value for value in values if math.isfinite(value) and value > 0] or [1.0]
    low, high = min([*values, 1.0]) / 1.25, max([*values, 10.0]) * 1.25
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.minorticks_off()
    steps = (1, 2, 5) if high / low < 500 else (1,)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**k for k in decades for step in steps if low <= step * 10.0**k <= high]
    axes.set_xticks(ticks, [amount(tick) for tick in ticks])
    axes.axvline(1, color=SOFT, linewidth=0.8)


def _handles(rows: list[Mobilised], arms: dict[str, str]) -> list[Any]:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker="o", markersize=5, linewidth=0, label=arm) for arm, colour in arms.items()
    ]
    if any(math.isfinite(row.published) for row in rows):
        handles.append(diamond("published"))
    return handles
