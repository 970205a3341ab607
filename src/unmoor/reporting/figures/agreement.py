"""Published against simulated: all values on logarithmic axes, and each published value in or beside its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, RULE, SOFT, WIDE, Drawing, amount, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet

USES = {"calibration": ("used in fitting", COLOURS[0], "o"), "predicted": ("predicted", COLOURS[1], "D")}
MOST = 8.0  # how many times beside the simulated value the axis of ratios reaches


@dataclass(frozen=True, slots=True)
class Value:
    """One published value beside the simulated one and its interval, all in one unit; `group` is the study."""

    group: str
    label: str
    use: str
    inside: bool | None
    published: float
    simulated: float
    lower: float
    upper: float
    wide_lower: float = math.nan
    wide_upper: float = math.nan


def agreement(name: str, title: str, caption: str, values: Sequence[Value]) -> Drawing:
    """A point for each value that is above zero, published across and simulated upwards, with its interval."""
    shown = [each for each in values if each.published > 0 and each.simulated > 0]
    return draw(name, title, caption, lambda width: scatter(width, shown))


def ratios(name: str, title: str, caption: str, values: Sequence[Value]) -> Drawing:
    """A line for each value: its interval and the published value, both over the simulated value."""
    shown = [each for each in values if each.published > 0 and each.simulated > 0]
    return draw(name, title, caption, lambda width: _forest(width, shown))


def scatter(width: float, values: Sequence[Value]) -> Any:
    """The matplotlib figure of `agreement`."""
    side = min(width - 0.9, 5.6)
    figure, (axes,) = sheet(width, [side], left=0.7, right=max(0.14, width - side - 0.7), top=legend_height(1) + 0.1)
    everything = [each for value in values for each in (value.published, value.simulated)]
    low, high = (min(everything) / 2, max(everything) * 2) if everything else (0.1, 10.0)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for factor, style in ((1.0, "solid"), (2.0, (0, (4, 3))), (0.5, (0, (4, 3)))):
        axes.plot([low, high], [factor * low, factor * high], color=SOFT, linewidth=0.7, linestyle=style, zorder=1)
    for each in values:
        _, colour, mark = USES[each.use]
        if math.isfinite(each.lower) and math.isfinite(each.upper):
            ends = [max(each.lower, low), min(max(each.upper, low), high)]
            axes.plot([each.published] * 2, ends, color=colour, linewidth=0.9, alpha=0.5, zorder=2)
        axes.plot([each.published], [each.simulated], mark, color=colour, markersize=4, alpha=0.85, zorder=3)
    ticks = [10.0**k for k in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ticks, [amount(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_xlabel("published, in its own unit")
    axes.set_ylabel("simulated, in the same unit")
    legend(figure, _handles(values), 2)
    return figure


def _handles(values: Sequence[Value]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=colour, marker=mark, markersize=5, linewidth=0.9, label=label)
        for use, (label, colour, mark) in USES.items()
        if any(each.use == use for each in values)
    ]


def _forest(width: float, values: Sequence[Value]) -> Any:
    wide = width >= WIDE
    groups = list(dict.fromkeys(each.group for each in values))
    slots = len(values) * (1.0 if wide else 2.0) + len(groups) * 1.4
    left = 4.3 if wide else 0.2
    figure, (axes,) = sheet(width, [max(1.0, 0.155 * slots)], left=left, right=0.2, top=legend_height(1) + 0.05)
    place = 0.0
    for group in groups:
        place += 1.4
        _line(axes, group, place, wide, bold=True)
        for each in (each for each in values if each.group == group):
            place += 1.0 if wide else 2.0
            _ratio(axes, each, place)
            _line(axes, each.label, place if wide else place - 0.9, wide)
    axes.axvline(1, color=SOFT, linewidth=0.7)
    axes.set_xscale("log")
    ticks = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]
    axes.set_xticks(ticks, ["1/8", "1/4", "1/2", "1", "2", "4", "8"])
    axes.minorticks_off()
    axes.set_xlim(1 / MOST, MOST)
    axes.set_ylim(place + 1.2, 0)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("over the simulated value", loc="left")
    legend(figure, _handles(values), 2)
    return figure


def _ratio(axes: Any, each: Value, place: float) -> None:
    colour, mark = USES[each.use][1:]
    if math.isfinite(each.lower) and math.isfinite(each.upper):
        low, high = max(each.lower / each.simulated, 1 / MOST), min(each.upper / each.simulated, MOST)
        axes.plot(
            [low, high], [place, place], color=RULE if each.inside else SOFT, linewidth=3.4, solid_capstyle="butt"
        )
    if math.isfinite(each.wide_lower) and math.isfinite(each.wide_upper):
        low, high = max(each.wide_lower / each.simulated, 1 / MOST), min(each.wide_upper / each.simulated, MOST)
        axes.plot([low, high], [place, place], color=SOFT, linewidth=0.6, zorder=1)
    where = min(max(each.published / each.simulated, 1 / MOST), MOST)
    axes.plot([where], [place], mark, color=colour, markersize=4.4, markerfacecolor=colour if each.inside else "white",
              zorder=3, clip_on=False)  # fmt: skip


def _line(axes: Any, text: str, place: float, wide: bool, bold: bool = False) -> None:
    axes.annotate(
        text if len(text) < 76 else text[:74] + "...", (0, place), xycoords=axes.get_yaxis_transform(),
        textcoords="offset points", xytext=(-8, 0) if wide else (0, 0), ha="right" if wide else "left", va="center",
        color=INK, fontsize=7, fontweight="bold" if bold else "normal", annotation_clip=False,
    )  # fmt: skip
