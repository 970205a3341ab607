"""Swimmer plot: a bar for each patient of one trial, as long as they were followed, with marks for events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.figures.drawing import INK, PAPER, SOFT, Drawing, draw
from unmoor.reporting.figures.sheet import fitting, legend, legend_height, sheet

ROW = 0.165  # inches of a patient
BAR = 0.7  # how opaque a bar is, so that marks stand out on it
SIZE = {"*": 9.5, "X": 6.8}  # points of markers that look smaller than a circle


@dataclass(frozen=True, slots=True)
class Sign:
    """How one kind of event is marked: its words in the legend, a marker of matplotlib, a colour.

    Kinds that share their words share one line of the legend, in ink.
    """

    label: str
    marker: str
    colour: str


@dataclass(frozen=True, slots=True)
class Swimmer:
    """One patient: treated until `treated`, followed until `stop`, `events` as (time, kind), in the axis' unit.

    `category` gives the bar its colour; `ongoing` is True where the patient was still followed when the study ended.
    """

    label: str
    category: str
    treated: float
    stop: float
    ongoing: bool
    events: tuple[tuple[float, str], ...] = ()


def swimmers(
    name: str, title: str, caption: str, patients: Sequence[Swimmer], colours: Mapping[str, str],
    signs: Mapping[str, Sign], axis: str,
) -> Drawing:  # fmt: skip
    """A bar a patient in the order given; `colours` by category, `signs` by kind of event, `axis` names the time."""
    return draw(name, title, caption, lambda width: _paint(width, list(patients), colours, signs, axis))


def _paint(
    width: float, patients: list[Swimmer], colours: Mapping[str, str], signs: Mapping[str, Sign], axis: str
) -> Any:
    from matplotlib.ticker import MaxNLocator

    handles = _handles(patients, colours, signs)
    columns = fitting(width, handles)
    top = legend_height(-(-len(handles) // columns)) - 0.25
    longest = max(len(patient.label) for patient in patients)
    figure, (axes,) = sheet(
        width, [0.15 + ROW * len(patients)], left=0.25 + 0.062 * longest, right=0.3, top=top, bottom=0.5
    )
    for place, patient in enumerate(patients):
        _bar(axes, place, patient, colours[patient.category])
        for time, kind in patient.events:
            sign = signs[kind]
            axes.plot(
                [time], [place], sign.marker, color=sign.colour, markersize=SIZE.get(sign.marker, 5.8),
                markeredgecolor=INK if sign.marker == "o" else PAPER, markeredgewidth=0.6, clip_on=False, zorder=4,
            )  # fmt: skip
    axes.set_ylim(len(patients) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 2, 3, 6, 10]))
    axes.set_xlim(0, 1.02 * (max(patient.stop for patient in patients) or 1.0))
    axes.set_yticks(range(len(patients)), [patient.label for patient in patients], fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(axis, loc="left")
    legend(figure, handles, columns)
    return figure


def _bar(axes: Any, place: int, patient: Swimmer, colour: str) -> None:
    """Thick while treated, thin while followed only; an arrow where the end of the study cut it off."""
    if patient.stop > patient.treated:
        rest = patient.stop - patient.treated
        axes.barh(place, rest, 0.22, patient.treated, color=colour, alpha=BAR, linewidth=0, zorder=2)
    axes.barh(place, patient.treated, 0.68, color=colour, alpha=BAR, linewidth=0, zorder=2)
    if patient.ongoing:
        axes.plot([patient.stop], [place], ">", color=colour, markersize=4.5, clip_on=False, zorder=3)


def _handles(patients: list[Swimmer], colours: Mapping[str, str], signs: Mapping[str, Sign]) -> list[Any]:
    """What the figure shows and nothing else: categories that occur, kinds of event that happened, kinds of bar."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    categories = {patient.category for patient in patients}
    happened = {kind for patient in patients for _, kind in patient.events}
    handles: list[Any] = [
        Patch(color=colour, alpha=BAR, linewidth=0, label=name)
        for name, colour in colours.items()
        if name in categories
    ]
    shared = [sign.label for sign in signs.values()]
    for sign in {sign.label: sign for kind, sign in signs.items() if kind in happened}.values():
        colour = sign.colour if shared.count(sign.label) == 1 else INK
        size = SIZE.get(sign.marker, 5.8)
        handles.append(
            Line2D(
                [],
                [],
                color=colour,
                marker=sign.marker,
                markersize=size,
                markeredgewidth=0,
                linewidth=0,
                label=sign.label,
            )
        )
    handles.append(Line2D([], [], color=SOFT, linewidth=6, alpha=0.6, label="treated"))
    handles.append(Line2D([], [], color=SOFT, linewidth=2, alpha=0.6, label="followed"))
    if any(patient.ongoing for patient in patients):
        handles.append(Line2D([], [], color=INK, marker=">", markersize=4.5, linewidth=0, label="ongoing at the end"))
    return handles
