"""Dose-transition pathways as a tree: from left to right the outcome of each cohort and the level that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, RULE, SOFT, Drawing, draw

ROW = 0.23  # inches of a leaf


@dataclass(frozen=True, slots=True)
class Branch:
    """A point of the tree: its `parent` (its place in the list, -1 at the root), the cohort's `outcome`, what follows.

    `follows` is a level's label, "stop" or "wait"; `chance` the probability of getting there, if rates are given.
    """

    parent: int
    depth: int
    outcome: str
    follows: str
    chance: float | None = None


def pathway_tree(name: str, title: str, caption: str, branches: Sequence[Branch]) -> Drawing:
    """A figure of the tree; parents stand before their children."""
    return draw(name, title, caption, lambda width: paint_pathways(width, branches))


def paint_pathways(width: float, branches: Sequence[Branch]) -> Any:
    """The matplotlib Figure of the tree, `width` inches wide and as tall as its leaves ask."""
    from matplotlib.figure import Figure

    places = _places(branches)
    leaves = max(places) + 1
    depth = max(branch.depth for branch in branches)
    tall = 0.75 + ROW * leaves
    figure = Figure(figsize=(width, tall))
    axes = figure.add_axes((0.02, 0.02, 0.96, 1 - 0.02 - 0.45 / tall))
    axes.axis("off")
    axes.set_xlim(-0.15, depth + 0.45)
    axes.set_ylim(leaves - 0.4, -0.9)
    ends = set(range(len(branches))) - {branch.parent for branch in branches}
    colours = {label: COLOURS[i % len(COLOURS)] for i, label in enumerate(_levels(branches))}
    for number, branch in enumerate(branches):
        x, y = branch.depth, places[number]
        if branch.parent >= 0:
            axes.plot([x - 0.93, x - 0.5, x - 0.16], [places[branch.parent], y, y], color=RULE, linewidth=1, zorder=1)
            axes.text(x - 0.17, y, branch.outcome, ha="right", va="bottom", color=SOFT, fontsize=7.5)
        colour = colours.get(branch.follows, INK)
        axes.text(
            x, y, branch.follows, ha="center", va="center", fontsize=8.5, color="white", zorder=3,
            bbox={"boxstyle": "round,pad=0.22", "facecolor": colour, "edgecolor": "none"},
        )  # fmt: skip
        if branch.chance is not None and number in ends:
            axes.text(x + 0.2, y, f"{100 * branch.chance:.1f}%", va="center", fontsize=7.5, color=SOFT)
    for column in range(depth + 1):
        head = "now" if column == 0 else f"after cohort {column}"
        axes.text(column, -0.85, head, ha="center", va="bottom", color=INK, fontweight="bold", fontsize=8.5)
    figure.text(
        0.02, 0.99, "DLTs / patients of the cohort, then the level of the next", va="top", color=SOFT, fontsize=8
    )
    return figure


def _places(branches: Sequence[Branch]) -> list[float]:
    """The height of each point: leaves in order, a parent in the middle of its children."""
    children: dict[int, list[int]] = {}
    for number, branch in enumerate(branches[1:], 1):
        children.setdefault(branch.parent, []).append(number)
    places = [0.0] * len(branches)
    row, stack = 0, [(0, False)]
    while stack:
        number, seen = stack.pop()
        below = children.get(number, [])
        if not below:
            places[number] = float(row)
            row += 1
        elif seen:
            places[number] = sum(places[child] for child in below) / len(below)
        else:
            stack += [(number, True), *((child, False) for child in reversed(below))]
    return places


def _levels(branches: Sequence[Branch]) -> list[str]:
    found = {branch.follows for branch in branches} - {"stop", "wait"}
    return sorted(found, key=lambda label: (len(label), label))
