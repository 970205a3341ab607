"""Time to target: the share of patients who have reached a target by each session, with its interval, per arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.reporting.figures.drawing import WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Steps:
    """One arm's cumulative incidence of one target by session; shapes (session,), fractions from 0 to 1."""

    target: str
    arm: str
    colour: str
    dash: Any
    session: NDArray[np.float64]
    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def incidence(name: str, title: str, caption: str, lines: Sequence[Steps]) -> Drawing:
    """A panel for each target, a stepped line for each arm, its interval shaded."""
    return draw(name, title, caption, lambda width: _paint(width, list(lines)))


def _paint(width: float, lines: list[Steps]) -> Any:
    targets = list(dict.fromkeys(line.target for line in lines))
    wide = width >= WIDE
    columns = min(len(targets), 3) if wide else 1
    rows = -(-len(targets) // columns)
    top = legend_height(1 if wide else len({line.arm for line in lines}))
    figure, panels = sheet(width, [2.3 if wide else 1.9] * rows, columns, left=0.55, right=0.45, top=top, across=0.85)
    for axes, target in zip(panels, targets, strict=False):
        chosen = [line for line in lines if line.target == target]
        for line, place in zip(chosen, _places(chosen), strict=True):
            _step(axes, line)
            last = float(line.value[-1])
            axes.annotate(
                f"{last:.0%}", (line.session[-1] + 0.5, place), xytext=(3, 0), textcoords="offset points",
                va="center", color=line.colour, fontweight="bold", annotation_clip=False,
            )  # fmt: skip
        axes.set_title(target)
        axes.set_ylim(0, 1.02)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        sessions = sorted({float(k) for line in chosen for k in line.session})
        axes.set_xticks(sessions, [f"{k:.0f}" for k in sessions])
        axes.set_xlim(0.3, sessions[-1] + 0.5)
        axes.set_xlabel("apheresis session")
        axes.grid(visible=False, axis="x")
    for axes in panels[len(targets) :]:
        axes.set_visible(False)
    _legend(figure, lines)
    return figure


def _step(axes: Any, line: Steps) -> None:
    """Each session is a stretch of the axis, so that the value of a session stands over its number."""
    edges = np.concatenate([[0.3], line.session - 0.5, [line.session[-1] + 0.5]])
    edges = np.maximum.accumulate(np.where(edges < 0.3, 0.3, edges))

    def over(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([[0.0], values, [values[-1]]])

    axes.fill_between(edges, over(line.lower), over(line.upper), step="post", color=line.colour, alpha=0.22, lw=0)
    axes.plot(
        edges, over(line.value), drawstyle="steps-post", color=line.colour, linewidth=1.5, linestyle=line.dash
    )  # fmt: skip


def _places(lines: Sequence[Steps], gap: float = 0.07) -> list[float]:
    """Heights for the end labels, pushed apart where two lines end close together."""
    order = sorted(range(len(lines)), key=lambda i: float(lines[i].value[-1]))
    places = [float(line.value[-1]) for line in lines]
    for before, after in pairwise(order):
        places[after] = max(places[after], places[before] + gap)
    return places


def _legend(figure: Any, lines: Sequence[Steps]) -> None:
    from matplotlib.lines import Line2D

    seen = {line.arm: line for line in lines}
    handles = [Line2D([], [], color=v.colour, linewidth=1.5, linestyle=v.dash, label=arm) for arm, v in seen.items()]
    columns = len(handles) if figure.get_figwidth() >= WIDE else 1
    legend(figure, handles, columns)
