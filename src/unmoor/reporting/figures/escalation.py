"""Dose escalation: the way of trials through the levels, patient by patient, and what many trials choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, PAPER, RULE, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import diamond, fitting, legend, legend_height, sheet

FREE, TOXIC = COLOURS[0], COLOURS[1]


@dataclass(frozen=True, slots=True)
class Path:
    """One trial: each patient's place among the levels and whether a DLT was seen, in order of entry.

    Patients from `design` on were treated after the design had ended; `chosen` is the place of the recommended level,
    None where no level was tolerable.
    """

    title: str
    level: tuple[int, ...]
    toxic: tuple[bool, ...]
    design: int
    chosen: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Shares of trials that choose each level, lowest first, and `none` of them; places of the published choice."""

    share: tuple[float, ...]
    none: float
    trials: int
    published: tuple[int, ...] = ()


def escalation(
    name: str, title: str, caption: str, levels: Sequence[str], paths: Sequence[Path], chosen: Chosen
) -> Drawing:
    """A panel for each of `paths`, and one of the levels chosen over all trials; `levels` lowest first."""
    return draw(name, title, caption, lambda width: _paint(width, list(levels), list(paths), chosen))


def _paint(width: float, levels: list[str], paths: list[Path], chosen: Chosen) -> Any:
    wide = width >= WIDE
    handles = _handles(paths, chosen)
    columns = fitting(width, handles)
    top = legend_height(-(-len(handles) // columns)) + 0.1
    left = 0.3 + 0.068 * max(len(level) for level in [*levels, "none"])
    row = 0.27
    tall = row * (len(levels) + 1) + 0.1
    if wide:
        figure, panels = sheet(width, [tall] * len(paths), left=left, right=2.75, top=top, between=0.62)
        first = panels[0].get_position()  # the shares stand beside the first path and have its levels
        shares = figure.add_axes((1 - 2.45 / width, first.y0, 2.1 / width, first.height))
    else:
        figure, panels = sheet(width, [tall] * (len(paths) + 1), left=left, right=0.3, top=top, between=0.8)
        shares = panels.pop()
    longest = max(len(path.level) for path in paths)
    for axes, path in zip(panels, paths, strict=True):
        _path(axes, path, longest)
        _levels(axes, levels)
        axes.set_title(path.title)
    panels[-1].set_xlabel("patient, in order of entry", loc="left")
    _shares(shares, chosen)
    _levels(shares, levels, labelled=not wide)
    shares.set_title(f"Chosen in {chosen.trials:,} trials")
    legend(figure, handles, columns)
    return figure


def _levels(axes: Any, levels: list[str], *, labelled: bool = True) -> None:
    """Levels from the bottom up; below the lowest a row for none."""
    axes.set_ylim(-1.55, len(levels) - 0.45)
    axes.set_yticks(range(-1, len(levels)), ["none", *levels] if labelled else [""] * (len(levels) + 1))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _path(axes: Any, path: Path, longest: int) -> None:
    places = range(1, len(path.level) + 1)
    axes.plot(places, path.level, color=SOFT, linewidth=0.8, drawstyle="steps-mid", zorder=2)
    if path.design < len(path.level):
        axes.axvspan(path.design + 0.5, len(path.level) + 0.5, color=RULE, alpha=0.45, linewidth=0, zorder=0)
    size = 5.6 if longest <= 40 else 4.2
    for place, level, toxic in zip(places, path.level, path.toxic, strict=True):
        face, marker = (TOXIC, "X") if toxic else (PAPER, "o")
        edge = PAPER if toxic else FREE
        grown = size + 1.8 if toxic else size
        axes.plot([place], [level], marker, color=face, markeredgecolor=edge, markersize=grown, zorder=3,
                  markeredgewidth=0.7 if toxic else 1.2)  # fmt: skip
    end = -1 if path.chosen is None else path.chosen
    axes.plot([longest + 1.2], [end], "<", color=INK, markersize=5.5, clip_on=False, zorder=3)
    axes.set_xlim(0.3, longest + 1.2)
    every = 5 if longest > 12 else 1
    axes.set_xticks(range(every, longest + 1, every))
    axes.grid(visible=False, axis="x")


def _shares(axes: Any, chosen: Chosen) -> None:
    values = [chosen.none, *chosen.share]
    for place, value in enumerate(values, -1):
        axes.barh(place, value, 0.62, color=FREE if place >= 0 else TOXIC, linewidth=0)
        axes.annotate(
            f"{value:.0%}", (value, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    end = 1.3 * max(0.25, *values)
    for place in chosen.published:
        at = chosen.share[place] + 0.2 * end
        axes.plot([at], [place], "D", color=INK, markersize=5.5, markerfacecolor=PAPER, zorder=4)
    axes.set_xlim(0, end)
    step = 0.1 if end < 0.6 else 0.25
    ticks = [step * k for k in range(11) if step * k <= min(end, 1.0)]
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.grid(visible=False, axis="y")


def _handles(paths: list[Path], chosen: Chosen) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Line2D([], [], color=FREE, marker="o", markersize=5.6, markerfacecolor=PAPER, linewidth=0, label="no DLT"),
        Line2D([], [], color=TOXIC, marker="X", markersize=7, markeredgecolor=PAPER, linewidth=0, label="DLT"),
        Line2D([], [], color=INK, marker="<", markersize=5.5, linewidth=0, label="level recommended"),
    ]
    if any(path.design < len(path.level) for path in paths):
        handles.append(Patch(color=RULE, alpha=0.45, linewidth=0, label="after the design has ended"))
    if chosen.published:
        handles.append(diamond("published choice"))
    return handles
