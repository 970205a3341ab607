"""Small multiples: one panel a quantity, every arm in it as a median line over a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.curves import Bands, shade_windows, value_axis
from unmoor.reporting.figures.drawing import WIDE, Drawing, draw, time_axis
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity: its title, with its unit, and every arm's bands."""

    title: str
    arms: tuple[Bands, ...]


def overlays(
    name: str, title: str, caption: str, panels: Sequence[Panel], windows: Sequence[tuple[float, float]] = ()
) -> Drawing:
    """A grid of `panels`; `windows` are (start, stop) in hours of apheresis, drawn as grey columns."""
    return draw(name, title, caption, lambda width: _paint(width, list(panels), list(windows)))


def _paint(width: float, panels: list[Panel], windows: list[tuple[float, float]]) -> Any:
    from matplotlib.lines import Line2D

    wide = width >= WIDE
    columns = min(2, len(panels)) if wide else 1
    rows = -(-len(panels) // columns)
    top = legend_height(1 if wide else len(panels[0].arms))
    figure, grid = sheet(width, [1.7] * rows, columns, left=0.5, top=top)
    for axes, panel in zip(grid, panels, strict=False):
        _panel(axes, panel, windows)
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    arms = panels[0].arms
    handles = [Line2D([], [], color=a.colour, linewidth=1.5, linestyle=a.dash, label=a.arm) for a in arms]
    legend(figure, handles, len(arms) if wide else 1)
    return figure


def _panel(axes: Any, panel: Panel, windows: list[tuple[float, float]]) -> None:
    shade_windows(axes, windows)
    value_axis(axes, panel.arms)
    for arm in panel.arms:
        lower, upper = arm.pairs()[0]
        axes.fill_between(
            arm.time, arm.quantiles[lower], arm.quantiles[upper], color=arm.colour, alpha=0.16, linewidth=0
        )
    for arm in panel.arms:
        axes.plot(arm.time, arm.quantiles[0.5], color=arm.colour, linewidth=1.4, linestyle=arm.dash)
    start, stop = float(panel.arms[0].time[0]), float(panel.arms[0].time[-1])
    word = time_axis(axes, start, stop)
    axes.set_title(panel.title)
    axes.set_xlabel(word)
