"""The arms as drawn by a protocol: a lane for each drug and for apheresis, a mark for each dose, decisions as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import COLOURS, INK, PAPER, RULE, SOFT, WIDE, Drawing, day_axis, draw, row_labels
from unmoor.reporting.figures.sheet import sheet

THINNEST = 1 / 500  # of the axis, so that a dose of a long study is seen
WHOLE = 0.995  # a share from here on is everyone
REPEATED = 5  # rooms of a label until the same one is written again


@dataclass(frozen=True, slots=True)
class Mark:
    """Something given at `time` (hours): `share` of the arm's patients had it; a dose has no duration."""

    time: float
    share: float
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Lane:
    """One drug or procedure in one arm; `label` says how much, `given` is drug or procedure."""

    name: str
    label: str
    marks: tuple[Mark, ...]
    procedure: bool = False


@dataclass(frozen=True, slots=True)
class ArmLanes:
    """One arm's lanes and the hours at which a rule decides."""

    arm: str
    colour: str
    lanes: tuple[Lane, ...]
    decisions: tuple[float, ...] = ()


def timeline(name: str, title: str, caption: str, arms: Sequence[ArmLanes], stop: float) -> Drawing:
    """A panel for each arm from hour 0 to `stop` (hours)."""
    return draw(name, title, caption, lambda width: _paint(width, list(arms), stop))


def _paint(width: float, arms: list[ArmLanes], stop: float) -> Any:
    wide = width >= WIDE
    heights = [0.1 + len(arm.lanes) * (0.5 if wide else 0.6) for arm in arms]
    names = list(dict.fromkeys(lane.name for arm in arms for lane in arm.lanes if not lane.procedure))
    colours = {name: COLOURS[(i + 2) % len(COLOURS)] for i, name in enumerate(names)}
    longest = max((len(text) for arm in arms for lane in arm.lanes for text in (lane.name, lane.label)), default=0)
    left = max(0.8, 0.066 * longest + 0.2) if wide else 0.2
    figure, panels = sheet(width, heights, left=left, top=0.3, between=0.42)
    for axes, arm in zip(panels, arms, strict=True):
        _arm(axes, arm, colours, stop, wide)
        day_axis(axes, 0, stop)
        axes.tick_params(labelbottom=axes is panels[-1])
        axes.set_title(arm.arm, color=arm.colour)
    panels[-1].set_xlabel("day (each begins at 00:00)", loc="left")
    return figure


def _arm(axes: Any, arm: ArmLanes, colours: dict[str, str], stop: float, wide: bool) -> None:
    for hour in arm.decisions:
        axes.axvline(hour, color=SOFT, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    for row, lane in enumerate(arm.lanes):
        base = len(arm.lanes) - 1 - row
        axes.axhline(base, color=RULE, linewidth=0.8, zorder=1)
        colour = INK if lane.procedure else colours[lane.name]
        told = labelled(lane.marks, stop, wide)
        for place, mark in enumerate(lane.marks):
            _mark(axes, mark, base, colour, max(3.0 if wide else 4.0, THINNEST * stop), place in told)
        if not wide:
            text = f"{lane.name}  {lane.label}".strip()
            axes.text(0.005, base + 0.78, text, transform=axes.get_yaxis_transform(), fontsize=7.8, color=colour)
    axes.set_ylim(-0.25, len(arm.lanes) - (0.1 if wide else -0.05))
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    if wide:
        lanes = list(reversed(arm.lanes))
        row_labels(axes, [(i + 0.31, _words(lane, colours.get(lane.name, INK))) for i, lane in enumerate(lanes)])
    else:
        axes.set_yticks([])


def _words(lane: Lane, colour: str) -> list[tuple[str, str]]:
    return [(lane.name, colour), *([(lane.label, SOFT)] if lane.label else [])]


def labelled(marks: Sequence[Mark], stop: float, wide: bool) -> set[int]:
    """Places of the marks whose share is written: where it fits, and not again and again where it stays the same."""
    room, found = (0.05 if wide else 0.11) * stop, set()
    last, share = float("-inf"), ""
    for place, mark in enumerate(marks):
        written, away = _written(mark), mark.time - last
        if 0 < mark.share < WHOLE and away >= (room if written != share else REPEATED * room):
            found.add(place)
            last, share = mark.time, written
    return found


def _written(mark: Mark) -> str:
    return f"{mark.share:.0%}" if mark.share >= 0.005 else "<1%"


def _mark(axes: Any, mark: Mark, base: float, colour: str, thin: float, told: bool) -> None:
    """Height is the share of the arm's patients who had it; the outline is the whole arm."""
    tall, breadth = (0.62, max(mark.duration, thin))
    left = mark.time if mark.duration else mark.time - breadth / 2
    axes.bar(left, tall, breadth, base, align="edge", color=colour, alpha=0.14, linewidth=0, zorder=2)
    axes.bar(left, tall * mark.share, breadth, base, align="edge", color=colour, linewidth=0, zorder=3)
    if told:
        axes.annotate(
            _written(mark), (left + breadth, base + tall / 2), xytext=(2, 0), textcoords="offset points",
            va="center", fontsize=7.5, color=INK, bbox={"facecolor": PAPER, "linewidth": 0, "pad": 0.8}, zorder=4,
        )  # fmt: skip
