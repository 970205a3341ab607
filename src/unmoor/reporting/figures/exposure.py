"""A drug over time: concentration with published points on it, its effect, and published beside simulated numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.reporting.figures.drawing import COLOURS, DASHES, INK, RULE, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import legend, sheet

MARKS = {"fitted": "s", "derived": "o", "held": "D"}
NOTHING = "no published concentration could be read: every value of the kinetics is assumed"
SAID = {"fitted": "fitted to", "derived": "derived from", "held": "not used"}


@dataclass(frozen=True, slots=True)
class Dot:
    """A published concentration: time in h, value and its range (nan where there is none), and what it was used for."""

    time: float
    value: float
    low: float
    high: float
    use: str


@dataclass(frozen=True, slots=True)
class Course:
    """One regimen: its words, times (time,) in h, concentration and effect (time,), and published dots on it."""

    regimen: str
    times: NDArray[np.float64]
    concentration: NDArray[np.float64]
    effect: NDArray[np.float64] | None = None
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """A published number: its words, simulated over published, the range of the publication over it, and its use."""

    text: str
    ratio: float
    low: float
    high: float
    use: str


@dataclass(frozen=True, slots=True)
class Exposures:
    """What the picture of a drug shows: courses (the label's first), units, the name of the effect, and ratios."""

    drug: str
    unit: str
    effect: str
    courses: tuple[Course, ...]
    ratios: tuple[Ratio, ...]


def exposure(name: str, title: str, caption: str, shown: Exposures) -> Drawing:
    """The picture of a drug for a page."""
    return draw(name, title, caption, lambda width: paint(width, shown))


def paint(width: float, shown: Exposures) -> Any:
    """The matplotlib figure, `width` inches wide."""
    first = shown.courses[0]
    kinds = ["concentration", *(["effect"] if first.effect is not None else []), *(["ratios"] if shown.ratios else [])]
    heights = {"concentration": 2.3, "effect": 1.2, "ratios": 0.25 + 0.19 * len(shown.ratios)}
    uses = list(dict.fromkeys(use for use in MARKS if use in _uses(shown)))
    rows = -(-(len(shown.courses) + len(uses)) // (2 if width >= WIDE else 1))
    figure, panels = sheet(
        width, [heights[kind] for kind in kinds], left=0.62, top=0.4 + 0.2 * rows, right=0.25, between=0.62
    )
    for kind, axes in zip(kinds, panels, strict=True):
        {"concentration": _concentration, "effect": _effect, "ratios": _ratios}[kind](axes, shown, width)
    legend(figure, _handles(shown, uses), 2 if width >= WIDE else 1)
    return figure


def _uses(shown: Exposures) -> set[str]:
    return {ratio.use for ratio in shown.ratios} | {dot.use for course in shown.courses for dot in course.dots}


def _handles(shown: Exposures, uses: Sequence[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=COLOURS[k], linestyle=DASHES[k], linewidth=1.5, label=_short(course.regimen))
        for k, course in enumerate(shown.courses)
    ]
    return lines + [
        Line2D([], [], color=INK, marker=MARKS[use], markersize=4.5, markerfacecolor="white", linewidth=0.8,
               label=f"published, {SAID[use]}")
        for use in uses
    ]  # fmt: skip


def _short(text: str) -> str:
    return text.split(", but ")[0].split(", max ")[0]


def _time(axes: Any, shown: Exposures) -> float:
    """Hours per unit of the time axis, whose label and limits are set."""
    hours = float(shown.courses[0].times[-1])
    scale = 24.0 if hours > 120 else 1.0
    axes.set_xlim(0, hours / scale)
    axes.set_xlabel("days" if scale > 1 else "hours", loc="right", labelpad=1)
    return scale


def _concentration(axes: Any, shown: Exposures, width: float) -> None:
    scale = _time(axes, shown)
    for k, course in enumerate(shown.courses):
        axes.plot(course.times / scale, course.concentration, color=COLOURS[k], linestyle=DASHES[k], linewidth=1.5)
        for dot in course.dots:
            if math.isfinite(dot.low) and math.isfinite(dot.high):
                axes.plot([dot.time / scale] * 2, [dot.low, dot.high], color=INK, linewidth=0.8)
            axes.plot([dot.time / scale], [dot.value], MARKS[dot.use], color=INK, markersize=4.8,
                      markerfacecolor="white", markeredgecolor=COLOURS[k], zorder=3)  # fmt: skip
    if not any(course.dots for course in shown.courses):
        axes.text(0.98, 0.93, NOTHING, transform=axes.transAxes, ha="right", va="top", color=SOFT)
    seen = [course.concentration.max() for course in shown.courses]
    seen += [value for course in shown.courses for dot in course.dots for value in (dot.value, dot.high) if value > 0]
    top = float(max(seen))
    lowest = min((dot.value for course in shown.courses for dot in course.dots), default=top)
    bottom = min(top / 1000, lowest / 3)
    axes.set_yscale("log")
    axes.set_ylim(bottom, top * 1.6)
    axes.set_title(f"{shown.drug} in plasma or serum, {shown.unit}")


def _effect(axes: Any, shown: Exposures, width: float) -> None:
    scale = _time(axes, shown)
    for k, course in enumerate(shown.courses):
        if course.effect is not None:
            axes.plot(course.times / scale, course.effect, color=COLOURS[k], linestyle=DASHES[k], linewidth=1.5)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
    axes.set_title(shown.effect)


def _ratios(axes: Any, shown: Exposures, width: float) -> None:
    values = [value for ratio in shown.ratios for value in (ratio.ratio, ratio.low, ratio.high) if value > 0]
    reach = max(2.2, max(max(value, 1 / value) for value in values) * 1.15)
    axes.set_xscale("log")
    axes.set_xlim(1 / reach, reach ** (2 / (0.45 if width >= WIDE else 0.33) - 1))  # the words stand right of the dots
    axes.axvspan(0.5, 2, color=RULE, alpha=0.5, linewidth=0)
    axes.axvline(1, color=SOFT, linewidth=0.8)
    for place, ratio in enumerate(shown.ratios):
        if math.isfinite(ratio.low) and math.isfinite(ratio.high):
            axes.plot([ratio.low, ratio.high], [place, place], color=SOFT, linewidth=0.9)
        far = not 0.5 <= ratio.ratio <= 2
        axes.plot([ratio.ratio], [place], MARKS[ratio.use], color=COLOURS[1] if far else COLOURS[0], markersize=4.8,
                  markerfacecolor="white", zorder=3)  # fmt: skip
        axes.text(reach**1.1, place, ratio.text, va="center", fontsize=7.5 if width >= WIDE else 6.5)
    ticks = [tick for tick in (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if 1 / reach <= tick <= reach]
    axes.minorticks_off()
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([])
    axes.set_ylim(len(shown.ratios) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_title("simulated over published; bar: the publication's range or SD; grey: within twofold")
