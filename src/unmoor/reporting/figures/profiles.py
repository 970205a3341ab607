"""Profile likelihoods as small multiples: how much worse the fit gets away from the estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.reporting.figures.drawing import COLOURS, SOFT, WIDE, Drawing, amount, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Valley:
    """One parameter: `values` (point,) and the costs there, whole and of the rows alone; `estimate` is the minimum."""

    title: str
    values: NDArray[np.float64]
    whole: NDArray[np.float64]
    rows: NDArray[np.float64]
    estimate: float


def profiles(name: str, title: str, caption: str, valleys: Sequence[Valley], limit: float) -> Drawing:
    """A panel for each of `valleys`, a line across at `limit`."""
    return draw(name, title, caption, lambda width: _paint(width, list(valleys), limit))


def _paint(width: float, valleys: list[Valley], limit: float) -> Any:
    from matplotlib.lines import Line2D

    columns = 3 if width >= WIDE else 1
    rows = -(-len(valleys) // columns)
    figure, panels = sheet(width, [1.5] * rows, columns, left=0.45, top=legend_height(1) + 0.1, between=0.72)
    for axes, valley in zip(panels, valleys, strict=False):
        axes.set_xscale("log")
        axes.minorticks_off()
        low, high = float(valley.values[0]), float(valley.values[-1])
        ticks = np.geomspace(low, high, 4)
        axes.set_xticks(ticks, [amount(float(f"{tick:.2g}")) for tick in ticks])
        axes.axhline(limit, color=SOFT, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.axvline(valley.estimate, color=SOFT, linewidth=0.6)
        axes.plot(valley.values, valley.rows, color=COLOURS[1], linewidth=1.2, linestyle=(0, (4, 1.5)))
        axes.plot(valley.values, valley.whole, color=COLOURS[0], linewidth=1.5, marker="o", markersize=2.8)
        axes.set_ylim(min(0.0, float(valley.rows.min())) - 0.1, max(1.3 * limit, min(float(valley.whole.max()), 6.0)))
        axes.set_title(valley.title, fontsize=7.5)
    for axes in panels[len(valleys) :]:
        axes.set_visible(False)
    handles = [
        Line2D([], [], color=COLOURS[0], linewidth=1.5, marker="o", markersize=2.8, label="rows and priors"),
        Line2D([], [], color=COLOURS[1], linewidth=1.2, linestyle=(0, (4, 1.5)), label="rows alone"),
    ]
    legend(figure, handles, 2)
    return figure
