"""Sobol indices as bars: for each endpoint the parameters that move it most, alone and with all their interactions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Share:
    """One parameter's indices: `first` alone, `total` with interactions, and the half-widths of their intervals."""

    label: str
    first: float
    first_error: float
    total: float
    total_error: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """One endpoint's parameters, the most telling first."""

    title: str
    shares: tuple[Share, ...]


def indices(name: str, title: str, caption: str, rankings: Sequence[Ranking]) -> Drawing:
    """A panel for each of `rankings`."""
    return draw(name, title, caption, lambda width: _paint(width, list(rankings)))


def _paint(width: float, rankings: list[Ranking]) -> Any:
    from matplotlib.patches import Patch

    wide = width >= WIDE
    columns = 2 if wide and len(rankings) > 1 else 1
    rows = -(-len(rankings) // columns)
    height = 0.15 + 0.2 * max(len(each.shares) for each in rankings)
    left, across = (1.95, 2.2) if columns == 2 else (1.95, 0.5)
    figure, panels = sheet(
        width, [height] * rows, columns, left=left, top=legend_height(1) + 0.3, across=across, between=0.85
    )
    for axes, ranking in zip(panels, rankings, strict=False):
        for place, share in enumerate(ranking.shares):
            axes.barh(place, max(share.total, 0), 0.7, color=COLOURS[0], alpha=0.28, linewidth=0)
            axes.barh(place, max(share.first, 0), 0.42, color=COLOURS[0], linewidth=0)
            span = (max(share.total - share.total_error, 0), share.total + share.total_error)
            axes.plot(span, [place, place], color=INK, linewidth=0.7)
        axes.set_ylim(len(ranking.shares) - 0.4, -0.6)
        labels = [share.label if len(share.label) <= 32 else f"{share.label[:31]}…" for share in ranking.shares]
        axes.set_yticks(range(len(labels)), labels, fontsize=7)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        most = max(share.total + share.total_error for share in ranking.shares)
        axes.set_xlim(0, max(most * 1.05, 0.1))
        axes.set_title("\n".join(textwrap.wrap(ranking.title, 44)), fontsize=8)
    for axes in panels[len(rankings) :]:
        axes.set_visible(False)
    handles = [
        Patch(color=COLOURS[0], linewidth=0, label="alone (first order)"),
        Patch(color=COLOURS[0], alpha=0.28, linewidth=0, label="with interactions (total), 95% interval"),
    ]
    legend(figure, handles, 2 if wide else 1)
    return figure
