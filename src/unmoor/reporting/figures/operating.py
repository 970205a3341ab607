"""Operating characteristics: how often each dose level is picked and how many patients it gets, a colour a design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, SOFT, WIDE, Drawing, draw
from unmoor.reporting.figures.sheet import legend, legend_height, sheet


@dataclass(frozen=True, slots=True)
class Shares:
    """A design's shares, fractions of 1: `selected`, shape (level + 1,), the first for none, and `treated`, (level,).

    `levels` are what the levels are called, `rates` their true DLT rates.
    """

    design: str
    levels: Sequence[str]
    rates: Sequence[float]
    selected: Sequence[float]
    treated: Sequence[float]


def operating(name: str, title: str, caption: str, designs: Sequence[Shares], target: float) -> Drawing:
    """A figure of the designs side by side, all over the same levels and true rates."""
    return draw(name, title, caption, lambda width: paint_operating(width, designs, target))


def paint_operating(width: float, designs: Sequence[Shares], target: float) -> Any:
    """The matplotlib Figure of that, `width` inches wide: selection above or left, patients beside it."""
    from matplotlib.patches import Patch

    wide = width >= WIDE
    rows = legend_height(-(-len(designs) // (4 if wide else 2)))
    figure, panels = sheet(width, [2.3] if wide else [2.1, 2.1], 2 if wide else 1, left=0.55, top=rows + 0.15,
    bottom=0.62,
                           between=1.0)  # fmt: skip
    first = designs[0]
    none = ["none", *(f"{level}\n{100 * rate:.3g}%" for level, rate in zip(first.levels, first.rates, strict=True))]
    _panel(panels[0], "Recommended", "% of trials", none, [one.selected for one in designs])
    _panel(panels[1], "Treated", "% of patients", none[1:], [one.treated for one in designs])
    near = min(range(len(first.rates)), key=lambda i: (abs(first.rates[i] - target), -i))
    for panel, at in ((panels[0], near + 1), (panels[1], near)):
        panel.axvspan(at - 0.48, at + 0.48, color=SOFT, alpha=0.13, linewidth=0, zorder=0)
        panel.set_xlabel(f"level and true DLT rate; shaded: nearest {100 * target:.3g}%", loc="left")
    handles = [Patch(color=COLOURS[i % len(COLOURS)], label=one.design) for i, one in enumerate(designs)]
    legend(figure, handles, 4 if wide else 2)
    return figure


def _panel(axes: Any, title: str, unit: str, labels: Sequence[str], shares: Sequence[Sequence[float]]) -> None:
    thick = 0.8 / len(shares)
    for i, values in enumerate(shares):
        places = [at - 0.4 + (i + 0.5) * thick for at in range(len(labels))]
        bars = axes.bar(places, [100 * value for value in values], thick * 0.94, color=COLOURS[i % len(COLOURS)])
        if len(shares) == 1:
            axes.bar_label(bars, [f"{100 * value:.1f}" for value in values], fontsize=8, color=INK, padding=1)
    axes.set_title(title)
    axes.set_ylabel(unit)
    axes.set_xticks(range(len(labels)), labels)
    axes.grid(visible=False, axis="x")
    axes.margins(y=0.12)
