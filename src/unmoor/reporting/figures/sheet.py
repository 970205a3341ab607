"""Where panels stand on a figure, in inches: margins are stated, for measuring every text costs more than drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unmoor.reporting.figures.drawing import INK, PAPER


def sheet(
    width: float,
    heights: Sequence[float],
    columns: int = 1,
    *,
    left: float,
    top: float,
    right: float = 0.14,
    bottom: float = 0.42,
    across: float = 0.5,
    between: float = 0.68,
) -> tuple[Any, list[Any]]:
    """A figure of `width` and its panels, row by row: `heights` of the rows, margins and gaps, all in inches."""
    from matplotlib.figure import Figure

    tall = top + sum(heights) + between * (len(heights) - 1) + bottom
    figure = Figure(figsize=(width, tall))
    each = (width - left - right - across * (columns - 1)) / columns
    panels, y = [], tall - top
    for height in heights:
        y -= height
        for column in range(columns):
            x = left + column * (each + across)
            panels.append(figure.add_axes((x / width, y / tall, each / width, height / tall)))
        y -= between
    return figure, panels


def legend(figure: Any, handles: Sequence[Any], columns: int, *, x: float = 0.08, right: bool = False) -> None:
    """The legend in the figure's upper left or right corner, `x` inches from the edge."""
    width = figure.get_figwidth()
    place = 1 - x / width if right else x / width
    figure.legend(
        handles=handles, loc="upper right" if right else "upper left", bbox_to_anchor=(place, 1.0), ncols=columns,
        fontsize=8.5, borderaxespad=0.15, borderpad=0.2, handlelength=1.7, labelspacing=0.35,
    )  # fmt: skip


def diamond(label: str) -> Any:
    """The legend's entry of a published value."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=INK, marker="D", markersize=5, markerfacecolor=PAPER, linewidth=0, label=label)


def fitting(width: float, handles: Sequence[Any], most: int = 6) -> int:
    """How many columns a legend may have, so that its longest text fits into each of them."""
    longest = max(len(handle.get_label()) for handle in handles)
    return max(1, min(most, len(handles), int((width - 0.2) / (0.55 + 0.066 * longest))))


def legend_height(rows: int) -> float:
    """Inches that a legend of so many rows takes, the title of the first panel included."""
    return 0.2 * rows + 0.3
