"""A forest of ratios: rows with a point, its interval and a pale band behind, on a logarithmic axis around 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import INK, PAPER, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet

TICKS = (1e-3, 1e-2, 0.05, 0.1, 0.2, 0.33, 0.5, 0.7, 1, 1.4, 2, 3, 5, 10, 20, 100, 1e3)
WIDEST = 30.0  # ratios beyond are drawn at the edge, by an arrow


@dataclass(frozen=True, slots=True)
class Span:
    """One row: `point` with `lower` to `upper`, and the band from `low` to `high`; NaN where there is none.

    A `hollow` point stands for what was not used.
    """

    label: str
    point: float
    lower: float
    upper: float
    low: float
    high: float
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading, in one colour."""

    title: str
    colour: str
    spans: tuple[Span, ...]


def forest(name: str, title: str, caption: str, groups: Sequence[Group], axis: str, legends: Sequence[str]) -> Drawing:
    """A panel for each of `groups`; `axis` says what the ratio is, `legends` what point, hollow point and band are."""
    return draw(name, title, caption, lambda width: _paint(width, list(groups), axis, list(legends)))


def _paint(width: float, groups: list[Group], axis: str, legends: list[str]) -> Any:
    wide = width >= WIDE
    low, high = _limits(groups)
    heights = [0.12 + 0.165 * len(group.spans) for group in groups]
    top = legend_height(1 if wide else len(legends)) + 0.05
    figure, panels = sheet(width, heights, left=3.3 if wide else 1.7, right=0.2, top=top, between=0.5)
    for axes, group in zip(panels, groups, strict=True):
        _panel(axes, group, low, high, 52 if wide else 26)
    panels[-1].set_xlabel(axis, loc="left")
    legend(figure, _handles(groups, legends), len(legends) if wide else 1)
    return figure


def _panel(axes: Any, group: Group, low: float, high: float, room: int) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.minorticks_off()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_ylim(len(group.spans) - 0.3, -0.7)
    axes.set_yticks(range(len(group.spans)), [_short(span.label, room) for span in group.spans], fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=SOFT, linewidth=0.8)
    axes.set_title(group.title, color=group.colour)
    for place, span in enumerate(group.spans):
        _row(axes, span, place, group.colour, low, high)


def _row(axes: Any, span: Span, place: int, colour: str, low: float, high: float) -> None:
    if math.isfinite(span.low) and math.isfinite(span.high):
        axes.barh(place, span.high - span.low, 0.62, span.low, color=SOFT, alpha=0.22, linewidth=0)
    if math.isfinite(span.lower) and math.isfinite(span.upper):
        axes.plot([span.lower, span.upper], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
    if not math.isfinite(span.point):
        return
    if not low <= span.point <= high:
        edge, mark = (low, "<") if span.point < low else (high, ">")
        axes.plot([edge], [place], mark, color=colour, markersize=5, clip_on=False)
        return
    face = PAPER if span.hollow else colour
    axes.plot([span.point], [place], "o", color=colour, markersize=4.2, markerfacecolor=face, zorder=3)


def _limits(groups: list[Group]) -> tuple[float, float]:
    values = [
        value
        for group in groups
        for span in group.spans
        for value in (span.point, span.lower, span.upper, span.low, span.high)
        if math.isfinite(value) and value > 0
    ]
    far = max([2.0, *(max(value, 1 / value) for value in values)])
    far = min(far * 1.1, WIDEST)
    return 1 / far, far


def _short(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _handles(groups: list[Group], legends: list[str]) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    kinds = [
        Line2D([], [], color=INK, marker="o", markersize=4.2, linewidth=1.6),
        Line2D([], [], color=INK, marker="o", markersize=4.2, markerfacecolor=PAPER, linewidth=1.6),
        Patch(color=SOFT, alpha=0.22, linewidth=0),
    ]
    handles = []
    for kind, label in zip(kinds, legends, strict=False):
        if label:
            kind.set_label(label)
            handles.append(kind)
    return handles
