"""What was measured and what may follow: bands before and after a decision, a panel an option, and chances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.curves import Bands, shade_windows, value_axis
from unmoor.reporting.figures.drawing import COLOURS, INK, NEUTRAL, SOFT, WIDE, Drawing, day_axis, draw, row_labels
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Course:
    """One option's panel: its title, the band before now and after it, and (start, stop) of its sessions in hours."""

    title: str
    past: Bands
    future: Bands
    sessions: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A measured value at a time (h), with the middle 90% of what the true value may be."""

    time: float
    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Chance:
    """The chances of an option: (target as printed, chance, lower, upper) each."""

    title: str
    targets: tuple[tuple[str, float, float, float], ...]


def forecast(name: str, title: str, caption: str, courses: Sequence[Course], points: Sequence[Point]) -> Drawing:
    """A panel for each of `courses`, with the measured `points` in all of them."""
    return draw(name, title, caption, lambda width: _curves(width, list(courses), list(points)))


def chances(name: str, title: str, caption: str, options: Sequence[Chance]) -> Drawing:
    """A row for each option, a dot with its interval for each target."""
    return draw(name, title, caption, lambda width: _chances(width, list(options)))


def _curves(width: float, courses: list[Course], points: list[Point]) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    wide = width >= WIDE
    columns = min(2, len(courses)) if wide else 1
    figure, panels = sheet(
        width, [2.1] * -(-len(courses) // columns), columns, left=0.5, top=legend_height(1 if wide else 3), across=0.4
    )
    every = [bands for course in courses for bands in (course.past, course.future)]
    for axes, course in zip(panels, courses, strict=False):
        shade_windows(axes, course.sessions)
        value_axis(axes, every)
        for bands in (course.past, course.future):
            for shade, (lower, upper) in zip((0.16, 0.28), bands.pairs(), strict=False):
                axes.fill_between(
                    bands.time, bands.quantiles[lower], bands.quantiles[upper],
                    color=bands.colour, alpha=shade, linewidth=0,
                )  # fmt: skip
            axes.plot(bands.time, bands.quantiles[0.5], color=bands.colour, linewidth=1.5)
        axes.axvline(float(course.future.time[0]), color=SOFT, linewidth=0.8, linestyle=(0, (3, 2)))
        for point in points:
            axes.plot([point.time] * 2, [point.lower, point.upper], color=INK, linewidth=1.1)
            axes.plot([point.time], [point.value], "D", color=INK, markersize=4.5, markerfacecolor="white", zorder=4)
        start, stop = float(course.past.time[0]), max(float(each.future.time[-1]) for each in courses)
        day_axis(axes, start, stop)
        axes.set_title(course.title)
        axes.set_xlabel("day")
    for axes in panels[len(courses) :]:
        axes.set_visible(False)
    grey = "#444b50"
    handles: list[Any] = [
        Line2D([], [], color=grey, linewidth=1.5, label="median"),
        Patch(color=grey, alpha=0.45, linewidth=0, label="50%"),
        Patch(color=grey, alpha=0.2, linewidth=0, label="90% of patients like this one"),
        Line2D([], [], color=INK, marker="D", markersize=4.5, markerfacecolor="white", linewidth=1.1, label="measured"),
        Patch(color="#d9dde0", linewidth=0, label="apheresis"),
    ]
    legend(figure, handles, len(handles) if wide else 2)
    return figure


def _chances(width: float, options: list[Chance]) -> Any:
    from matplotlib.lines import Line2D

    wide = width >= WIDE
    colours = dict(zip([target for target, *_ in options[0].targets], COLOURS, strict=False)) if options else {}
    height = (0.34 if wide else 0.52) * len(options) + 0.1
    figure, (axes,) = sheet(width, [height], left=3.4 if wide else 0.2, right=0.25, top=legend_height(1) - 0.15)
    labels: list[tuple[float, list[tuple[str, str]]]] = []
    step = 0.24
    for row, option in enumerate(options):
        place = float(row)
        for k, (target, value, lower, upper) in enumerate(option.targets):
            at = place + step * (k - (len(option.targets) - 1) / 2)
            colour = colours.get(target, NEUTRAL)
            axes.plot([100 * lower, 100 * upper], [at, at], color=colour, linewidth=1.8, solid_capstyle="butt")
            axes.plot([100 * value], [at], "o", color=colour, markersize=5, zorder=3)
        labels.append((place, [(option.title, INK)]))
    axes.set_xlim(-2, 102)
    axes.set_xticks(range(0, 101, 20))
    axes.set_ylim(len(options) - 0.4, -0.75 if not wide else -0.5)
    axes.set_xlabel("chance, %", loc="left")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    if wide:
        row_labels(axes, labels)
    else:
        axes.set_yticks([])
        for place, lines in labels:
            axes.text(0, place - 0.32, lines[0][0], transform=axes.get_yaxis_transform(), va="center", fontsize=7.5)
    handles = [Line2D([], [], color=c, marker="o", markersize=5, linewidth=1.5, label=f"≥ {t} × 10⁶/kg")
               for t, c in colours.items()]  # fmt: skip
    legend(figure, handles, len(handles), right=wide)
    return figure
