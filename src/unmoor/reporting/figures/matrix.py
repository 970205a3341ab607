"""A correlation matrix as coloured squares, its names at the left and, by number, above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.reporting.figures.drawing import COLOURS, PAPER, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import sheet


def matrix(name: str, title: str, caption: str, names: Sequence[str], values: NDArray[np.float64]) -> Drawing:
    """Squares for `values` (row, column) between -1 and 1: blue where two rise together, red where one falls."""
    return draw(name, title, caption, lambda width: _paint(width, list(names), values))


def _paint(width: float, names: list[str], values: NDArray[np.float64]) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    wide = width >= WIDE
    left = 3.3 if wide else 1.7
    side = min(width - left - 0.9, 0.235 * len(names) + 0.4)
    figure, panels = sheet(width, [side], left=left, right=width - left - side, top=0.35, bottom=0.15)
    axes = panels[0]
    colours = LinearSegmentedColormap.from_list("signed", [COLOURS[1], PAPER, COLOURS[0]])
    drawn = axes.pcolormesh(values, cmap=colours, vmin=-1, vmax=1, edgecolors=PAPER, linewidth=0.6)
    count = len(names)
    axes.set_ylim(count, 0)
    room = 46 if wide else 24
    labels = [f"{text if len(text) <= room else text[: room - 1] + '…'}  {k + 1}" for k, text in enumerate(names)]
    axes.set_yticks(np.arange(count) + 0.5, labels, fontsize=7)
    axes.set_xticks(np.arange(count) + 0.5, [str(k + 1) for k in range(count)], fontsize=6.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if wide:
        box = figure.add_axes(((left + side + 0.2) / width, 0.25, 0.12 / width, 0.5))
        bar = figure.colorbar(drawn, cax=box)
        bar.outline.set_visible(False)
    return figure
