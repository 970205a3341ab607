"""Kaplan-Meier curves with confidence bands, censor marks, numbers at risk, and a published median on the 50% line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.reporting.figures.drawing import INK, PAPER, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import diamond, fitting, legend, legend_height, sheet

BESIDE = 34  # letters of an arm's name that stand beside its numbers
MOST_CENSORED = 60  # marks a curve; more stand on each other


@dataclass(frozen=True, slots=True)
class Survival:
    """One arm's curve: `survival` with its bounds from each `time` on (step,), `censored` times of patients.

    `at_risk` are patients at risk at the times of the figure's ticks. Bounds that are NaN draw no band.
    """

    arm: str
    colour: str
    dash: Any
    time: NDArray[np.float64]
    survival: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    censored: NDArray[np.float64]
    at_risk: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Median:
    """Medians of one arm, NaN where there is none: simulated, its range over trials, published with interval."""

    colour: str
    estimate: float
    predicted_lower: float
    predicted_upper: float
    published: float
    published_lower: float
    published_upper: float


def survival(
    name: str, title: str, caption: str, curves: Sequence[Survival], medians: Sequence[Median],
    ticks: Sequence[float], axis: str,
) -> Drawing:  # fmt: skip
    """A curve an arm over `ticks` of time, whose numbers at risk stand below; `axis` names time and unit."""
    return draw(name, title, caption, lambda width: _paint(width, list(curves), list(medians), list(ticks), axis))


def _paint(width: float, curves: list[Survival], medians: list[Median], ticks: list[float], axis: str) -> Any:
    wide = width >= WIDE
    handles = _handles(curves, medians)
    columns = fitting(width, handles)
    longest = max(len(curve.arm) for curve in curves)
    beside = wide and longest <= BESIDE
    below = 0.62 + (0.17 if beside else 0.32) * len(curves)
    left = max(0.7, 0.5 + 0.068 * longest) if beside else 0.6
    top = legend_height(-(-len(handles) // columns)) - 0.22
    figure, (axes,) = sheet(width, [3.0 if wide else 2.6], left=left, right=0.25, top=top, bottom=below)
    for curve in curves:
        _curve(axes, curve)
    axes.axhline(0.5, color=SOFT, linewidth=0.7, zorder=1)
    for median in medians:
        _median(axes, median)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_xlim(0, ticks[-1])
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xlabel(axis, loc="left")
    axes.grid(visible=False, axis="x")
    _risk_table(axes, curves, ticks, beside)
    legend(figure, handles, columns)
    return figure


def _curve(axes: Any, curve: Survival) -> None:
    time = np.concatenate([[0.0], curve.time])
    values = [np.concatenate([[1.0], part]) for part in (curve.survival, curve.lower, curve.upper)]
    # a bound that does not exist (everybody has had the event) leaves the band where it was
    low, high = (_held(part) for part in values[1:])
    if not np.isnan(curve.lower).all():
        axes.fill_between(time, low, high, step="post", color=curve.colour, alpha=0.15, linewidth=0)
    axes.plot(time, values[0], drawstyle="steps-post", color=curve.colour, linestyle=curve.dash, linewidth=1.5)
    marks = np.unique(curve.censored)
    if len(marks) > MOST_CENSORED:
        marks = marks[np.unique(np.linspace(0, len(marks) - 1, MOST_CENSORED).round().astype(int))]
    heights = values[0][np.searchsorted(time, marks, side="right") - 1]
    axes.plot(marks, heights, "|", color=curve.colour, markersize=6, markeredgewidth=0.9, clip_on=False)


def _held(values: NDArray[np.float64]) -> NDArray[np.float64]:
    places = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    return values[places]


def _median(axes: Any, median: Median) -> None:
    """On the line at one half: pale bar, dot and diamond, as in the comparison of endpoints."""
    if math.isfinite(median.predicted_lower) and math.isfinite(median.predicted_upper):
        width = median.predicted_upper - median.predicted_lower
        axes.barh(0.5, width, 0.035, median.predicted_lower, color=median.colour, alpha=0.3, linewidth=0)
    if math.isfinite(median.published_lower) and math.isfinite(median.published_upper):
        axes.plot([median.published_lower, median.published_upper], [0.46, 0.46], color=INK, linewidth=0.9)
    if math.isfinite(median.published):
        axes.plot([median.published], [0.46], "D", color=INK, markersize=5, markerfacecolor=PAPER, zorder=4)
    if math.isfinite(median.estimate):
        axes.plot([median.estimate], [0.5], "o", color=median.colour, markersize=5, zorder=4)


def _risk_table(axes: Any, curves: list[Survival], ticks: list[float], beside: bool) -> None:
    """Numbers under their ticks: beside the arm's name where there is room, else under it."""
    step, line = (12.2, 0.0) if beside else (23.0, 10.5)
    name = -22 if beside else 0
    start = -38.0
    place = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
    across = axes.get_xaxis_transform()
    side = {"xycoords": axes.transAxes, "fontsize": 8, "ha": "right" if beside else "left"}
    axes.annotate("At risk", (0, 0), xytext=(name, start), color=SOFT, **side, **place)
    for row, curve in enumerate(curves):
        height = start - 12.2 - row * step
        axes.annotate(curve.arm, (0, 0), xytext=(name, height), color=curve.colour, **side, **place)
        for tick, count in zip(ticks, curve.at_risk, strict=True):
            axes.annotate(f"{count:,}", (tick, 0), xycoords=across, xytext=(0, height - line), fontsize=7.5,
                          color=INK, ha="center", **place)  # fmt: skip


def _handles(curves: list[Survival], medians: list[Median]) -> list[Any]:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=curve.colour, linewidth=1.5, linestyle=curve.dash, label=curve.arm) for curve in curves
    ]
    if any(len(curve.censored) for curve in curves):
        handles.append(Line2D([], [], color=INK, marker="|", markersize=6, linewidth=0, label="censored"))
    if any(math.isfinite(median.published) for median in medians):
        handles.append(diamond("published median"))
    return handles
