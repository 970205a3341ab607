"""Waterfall plot: the best change of one quantity in each patient of a trial, worst on the left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import INK, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import fitting, legend, legend_height, sheet

MOST = 100.0  # % of growth; what is beyond is cut and its number written


@dataclass(frozen=True, slots=True)
class Change:
    """One patient's best change from baseline in %, and the category that colours the bar."""

    label: str
    value: float
    category: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line at `value` % with its words."""

    value: float
    label: str


def waterfall(
    name: str, title: str, caption: str, changes: Sequence[Change], colours: Mapping[str, str],
    thresholds: Sequence[Threshold], axis: str,
) -> Drawing:  # fmt: skip
    """A bar a patient, sorted by its value; `colours` by category, `axis` says what changes."""
    ordered = sorted(changes, key=lambda change: -change.value)
    return draw(name, title, caption, lambda width: _paint(width, ordered, colours, list(thresholds), axis))


def _paint(
    width: float, changes: list[Change], colours: Mapping[str, str], thresholds: list[Threshold], axis: str
) -> Any:
    from matplotlib.patches import Patch

    wide = width >= WIDE
    shown = {change.category for change in changes}
    handles = [Patch(color=colour, linewidth=0, label=name) for name, colour in colours.items() if name in shown]
    columns = fitting(width, handles, 8)
    top = legend_height(-(-len(handles) // columns)) - 0.05
    figure, (axes,) = sheet(width, [2.9 if wide else 2.5], left=0.6, right=0.75, top=top, bottom=0.32)
    for place, change in enumerate(changes):
        _bar(axes, place, change, colours[change.category], written=wide)
    for threshold in thresholds:
        axes.axhline(threshold.value, color=INK, linewidth=0.8, dashes=(4, 3), zorder=3)
        axes.annotate(
            threshold.label, (1, threshold.value), xycoords=axes.get_yaxis_transform(), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=7.5, color=INK,
        )  # fmt: skip
    axes.axhline(0, color=SOFT, linewidth=0.8)
    highest = max([10.0, *(min(change.value, MOST) for change in changes)])
    axes.set_ylim(-104, 1.12 * highest)
    axes.set_xlim(-0.8, len(changes) - 0.2)
    ticks = [tick for tick in range(-100, 101, 25 if highest <= 60 else 50) if tick <= highest]
    axes.set_yticks(ticks, [f"{tick:+d}%".replace("-", "−") if tick else "0" for tick in ticks])
    axes.set_xticks([])
    axes.grid(visible=False, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(f"{len(changes)} patients, from worst to best", loc="left")
    axes.set_title(axis, fontweight="normal", fontsize=8.5, color=SOFT)
    legend(figure, handles, columns)
    return figure


def _bar(axes: Any, place: int, change: Change, colour: str, *, written: bool) -> None:
    """A bar; one that does not change is a stub, so that the patient is seen, one cut off carries its number."""
    height = min(change.value, MOST)
    axes.bar(place, height if abs(height) > 0.8 else 0.8, 0.8, color=colour, linewidth=0, zorder=2)
    if change.value > MOST and written:
        axes.annotate(
            f"{change.value:+.0f}", (place, MOST), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom",
            fontsize=6, color=colour, rotation=90 if change.value >= 1000 else 0,
        )  # fmt: skip
