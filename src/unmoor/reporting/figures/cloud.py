"""Published against simulated, both on logarithmic axes: on the diagonal the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import PAPER, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Point:
    """One row: published with its interval, simulated with its own; `hollow` where it was not used."""

    published: float
    low: float
    high: float
    simulated: float
    lower: float
    upper: float
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Cloud:
    """The rows of one stage."""

    title: str
    colour: str
    points: tuple[Point, ...]


def cloud(name: str, title: str, caption: str, clouds: Sequence[Cloud]) -> Drawing:
    """One square panel of all `clouds`, each row in its own unit."""
    return draw(name, title, caption, lambda width: _paint(width, list(clouds)))


def _paint(width: float, clouds: list[Cloud]) -> Any:
    from matplotlib.lines import Line2D

    wide = width >= WIDE
    side = min(5.2, width - 0.8)
    columns = 3 if wide else 1
    top = legend_height(-(-len(clouds) // columns)) + 0.1
    figure, panels = sheet(width, [side], left=0.7, right=max(0.14, width - 0.7 - side), top=top, bottom=0.5)
    axes = panels[0]
    axes.set_xscale("log")
    axes.set_yscale("log")
    values = [v for cloud in clouds for p in cloud.points for v in (p.published, p.simulated) if v > 0]
    low, high = min(values, default=0.5) / 2, max(values, default=2.0) * 2
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.minorticks_off()
    axes.plot([low, high], [low, high], color=SOFT, linewidth=0.9)
    for factor in (0.5, 2):
        axes.plot([low, high], [factor * low, factor * high], color=SOFT, linewidth=0.6, linestyle=(0, (3, 2)))
    for cloud in clouds:
        for point in cloud.points:
            _point(axes, point, cloud.colour)
    axes.set_xlabel("published", loc="left")
    axes.set_ylabel("simulated")
    handles = [
        Line2D([], [], color=each.colour, marker="o", markersize=4.5, linestyle="", label=each.title) for each in clouds
    ]
    legend(figure, handles, columns)
    return figure


def _point(axes: Any, point: Point, colour: str) -> None:
    axes.plot([point.low, point.high], [point.simulated] * 2, color=colour, linewidth=0.7, alpha=0.55)
    axes.plot([point.published] * 2, [point.lower, point.upper], color=colour, linewidth=0.7, alpha=0.55)
    face = PAPER if point.hollow else colour
    axes.plot([point.published], [point.simulated], "o", color=colour, markersize=4.2, markerfacecolor=face, zorder=3)
