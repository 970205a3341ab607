"""A decision table to pin to a wall: a column for each number of patients, a row for each number of DLTs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, SOFT, Drawing, draw

CELL = 0.23  # inches
WORDS = {"E": "escalate", "S": "stay", "D": "de-escalate", "X": "eliminate", "W": "wait", ".": "stop"}
# green, blue, vermilion, ink: told apart by the letter too
SHADES = {"E": COLOURS[2], "S": COLOURS[0], "D": COLOURS[1], "X": INK, "W": SOFT, ".": INK}


def decision_grid(name: str, title: str, caption: str, letters: Mapping[tuple[int, int], str]) -> Drawing:
    """A figure of `letters` by (patients, DLTs): E escalate, S stay, D de-escalate, X eliminate, W wait, . stop."""
    return draw(name, title, caption, lambda width: paint_decision_grid(width, letters))


def paint_decision_grid(width: float, letters: Mapping[tuple[int, int], str]) -> Any:
    """The matplotlib Figure of that, `width` inches wide."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, Rectangle

    patients = sorted({n for n, _ in letters})
    most = max(dlt for _, dlt in letters)
    tall = CELL * (most + 1) + 1.15
    figure = Figure(figsize=(width, tall))
    axes = figure.add_axes((0.55 / width, 0.5 / tall, (width - 0.7) / width, CELL * (most + 1) / tall))
    for (n, dlt), letter in letters.items():
        x = patients.index(n)
        axes.add_patch(Rectangle((x - 0.48, dlt - 0.46), 0.96, 0.92, color=SHADES[letter], linewidth=0))
        axes.text(x, dlt, letter, color="white", ha="center", va="center_baseline", fontsize=7.5)
    axes.set_xlim(-0.5, len(patients) - 0.5)
    axes.set_ylim(-0.5, most + 0.5)
    axes.set_xticks(range(len(patients)), [str(n) for n in patients])
    axes.set_yticks(range(most + 1))
    axes.grid(visible=False)
    axes.set_xlabel("patients at the level", loc="left")
    axes.set_ylabel("with DLT", loc="bottom")
    used = [letter for letter in WORDS if letter in letters.values()]
    handles = [Patch(color=SHADES[letter], label=f"{letter} {WORDS[letter]}") for letter in used]
    figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.5 / width, 1 - 0.38 / tall), ncols=len(used),
                  fontsize=8, borderpad=0, handlelength=1.2)  # fmt: skip
    return figure
