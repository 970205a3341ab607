"""Curves over time: median and percentile bands of patients, one panel an arm, the other arms' medians behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.reporting.figures.drawing import INK, PAPER, RULE, SOFT, WIDE, Drawing, amount, draw, time_axis
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Bands:
    """One arm's curve: `quantiles` maps a fraction to values of shape (time,); `time` is in hours.

    `points` are published values, (hour, value).
    """

    arm: str
    colour: str
    dash: Any
    time: NDArray[np.float64]
    quantiles: dict[float, NDArray[np.float64]]
    points: tuple[tuple[float, float], ...] = ()

    def pairs(self) -> list[tuple[float, float]]:
        """The symmetric pairs of fractions, outermost first: (0.05, 0.95), (0.25, 0.75)."""
        low = sorted(fraction for fraction in self.quantiles if fraction < 0.5)
        pairs = [(fraction, round(1 - fraction, 6)) for fraction in low]
        return [pair for pair in pairs if pair[1] in self.quantiles]


def curves(
    name: str, title: str, caption: str, unit: str, arms: Sequence[Bands], windows: Sequence[tuple[float, float]] = ()
) -> Drawing:
    """A panel for each arm in `arms`; `windows` are (start, stop) in hours of apheresis, drawn as grey columns."""
    return draw(name, title, caption, lambda width: paint(width, unit, list(arms), list(windows)))


def paint(width: float, unit: str, arms: list[Bands], windows: list[tuple[float, float]]) -> Any:
    """The matplotlib figure of `curves` at one width (inches)."""
    wide = width >= WIDE
    columns = 1 if not wide else len(arms) if len(arms) <= 3 else 2
    rows = -(-len(arms) // columns)
    top = legend_height(1 if wide else 3)
    figure, panels = sheet(width, [2.6 if wide else 2.1] * rows, columns, left=0.5, top=top, across=0.3, between=0.5)
    for axes in panels[len(arms) :]:
        axes.set_visible(False)
    for i, (axes, arm) in enumerate(zip(panels, arms, strict=False)):
        shade_windows(axes, windows)
        value_axis(axes, arms)
        _arm(axes, arm, [other for other in arms if other is not arm])
        word = time_axis(axes, float(arm.time[0]), float(arm.time[-1]))
        axes.tick_params(labelleft=i % columns == 0)
        if i + columns >= len(arms):
            axes.set_xlabel(word)
    _legend(figure, arms, bool(windows), unit)
    return figure


def _arm(axes: Any, arm: Bands, others: Sequence[Bands]) -> None:
    for other in others:
        axes.plot(other.time, other.quantiles[0.5], color=SOFT, linewidth=0.8, linestyle=other.dash, alpha=0.8)
    for shade, (lower, upper) in zip((0.16, 0.26, 0.3), arm.pairs(), strict=False):
        below, above = arm.quantiles[lower], arm.quantiles[upper]
        axes.fill_between(arm.time, below, above, color=arm.colour, alpha=shade, linewidth=0)
    if arm.points:
        axes.plot(*zip(*arm.points, strict=True), "D", color=INK, markersize=4.8, markerfacecolor="white", zorder=4)
    axes.plot(arm.time, arm.quantiles[0.5], color=PAPER, linewidth=3.2, alpha=0.6)
    axes.plot(arm.time, arm.quantiles[0.5], color=arm.colour, linewidth=1.6)
    axes.set_title(arm.arm, color=arm.colour)


def shade_windows(axes: Any, windows: Sequence[tuple[float, float]]) -> None:
    """Grey columns from start to stop (hours)."""
    for begin, end in windows:
        axes.axvspan(begin, end, color=RULE, alpha=0.7, linewidth=0)


def value_axis(axes: Any, arms: Sequence[Bands]) -> None:
    """The scale of an axis that holds all of `arms`: logarithmic where nothing is zero and the values span much."""
    published = [np.array([value for _, value in arm.points]) for arm in arms]
    everything = np.concatenate([*(values for arm in arms for values in arm.quantiles.values()), *published])
    everything = everything[np.isfinite(everything)]
    if not everything.size or float(np.abs(everything).max()) == 0:
        axes.set_ylim(0, 1)
        return
    low, top = float(everything.min()), float(everything.max())
    # a log axis shows ratios, and only a quantity that is never zero has them
    if low <= 0 or top / low <= 8:
        axes.set_ylim(min(0.0, 1.08 * low), max(0.0, 1.08 * top))
        return
    low, top = max(low, top / 1000) / 1.25, top * 1.4
    axes.set_yscale("log")
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(top))) + 1)
    steps = (1, 2, 5) if top / low < 400 else (1, 3)
    ticks = [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= top]
    axes.set_yticks(ticks, [amount(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(low, top)


def _legend(figure: Any, arms: list[Bands], windows: bool, unit: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [Line2D([], [], color="#444b50", linewidth=1.6, label="median")]
    for shade, (lower, upper) in reversed(list(zip((0.2, 0.45, 0.6), arms[0].pairs(), strict=False))):
        handles.append(Patch(color="#444b50", alpha=shade, linewidth=0, label=f"{upper - lower:.0%} of patients"))
    if len(arms) > 1:
        handles.append(Line2D([], [], color=SOFT, linewidth=0.8, linestyle=arms[0].dash, label="other arm, median"))
    if windows:
        handles.append(Patch(color=RULE, alpha=0.7, linewidth=0, label="apheresis"))
    if any(arm.points for arm in arms):
        point = Line2D([], [], color=INK, label="published", marker="D", markersize=4.5, linewidth=0)
        point.set_markerfacecolor("white")
        handles.append(point)
    columns = len(handles) if figure.get_figwidth() >= WIDE else 2
    figure.text(0.08 / figure.get_figwidth(), 1 - 0.16 / figure.get_figheight(), unit, va="center", color=SOFT)
    legend(figure, handles, columns, right=True)
