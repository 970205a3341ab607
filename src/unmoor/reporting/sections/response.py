"""Response: one trial patient by patient (swimmer and waterfall), and how many patients had which best response."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from unmoor.reporting.content import Block, Heading, Paragraph, Section, section
from unmoor.reporting.endpoint_rows import endpoint_rows
from unmoor.reporting.figures import (
    Change,
    Drawing,
    Sign,
    Swimmer,
    Threshold,
    response_colours,
    swimmers,
    waterfall,
)
from unmoor.reporting.figures.drawing import COLOURS, INK
from unmoor.reporting.sections.figure_arms import arm_titles
from unmoor.reporting.sections.headline import lowered
from unmoor.reporting.table import MISSING, Cell, Table, count, number, pretty, table

MONTH = 730.5  # h
UNITS = ((120 * 24.0, MONTH, "months"), (28 * 24.0, 168.0, "weeks"), (-1.0, 24.0, "days"))
SIGNS = {
    "ended": Sign("relapse or progression", "X", COLOURS[1]),
    "dlt": Sign("DLT", "*", INK),
    "severe": Sign("first grade 3 or worse", "v", COLOURS[3]),
}


def response(study: Any, displays: Any, rows: Any) -> Section | None:
    """The section of the study's responses, or None when it assesses none."""
    blocks: list[Block] = []
    for plan in study.responses:
        if len(study.responses) > 1:
            blocks.append(Heading(plan.name))
        patients = displays.patients(plan.name)
        blocks.append(Paragraph(_how(study, plan)))
        if patients:
            blocks += [_swimmer(study, plan, patients), *_waterfall(displays, plan, patients)]
        blocks.append(_table(study, displays, plan, rows))
    return section("response", "Response", blocks) if blocks else None


def _how(study: Any, plan: Any) -> str:
    """By which criterion, from what, when, and which trial is shown."""
    read = ", ".join(f"{name.replace('_', ' ')} ({reading.output})" for name, reading in plan.readings.items())
    times = next(iter(plan.times.values()))
    days = [time / 24 + 1 for time in times]
    when = f"{len(times)} times between day {days[0]:.0f} and day {days[-1]:.0f}"
    borne = " Each response is borne out by the next assessment." if plan.confirmed else ""
    conduct = f" Conduct: {', '.join(study.conduct.words)}." if study.conduct is not None else ""
    return (
        f"Response is assessed {when} by {plan.criterion.version} ({plan.criterion.source}), "
        f"reading {read}.{borne}{conduct} "
        f"The first two figures show the patients of one drawn trial: trials differ, and the table says by how much."
    )


def _swimmer(study: Any, plan: Any, patients: Sequence[Any]) -> Drawing:
    longest = max(patient.end for patient in patients)
    unit, word = next((hours, name) for least, hours, name in UNITS if longest > least)
    colours = response_colours(plan.criterion.order)
    signs = {name: Sign("new best response", "o", colours[name]) for name in plan.criterion.order} | SIGNS
    order = {name: place for place, name in enumerate(plan.criterion.order)}
    several = len({patient.arm for patient in patients}) > 1
    last = (
        max(patient.end for patient in patients if not patient.ended)
        if any(not patient.ended for patient in patients)
        else math.inf
    )
    drawn = []
    for patient in sorted(patients, key=lambda each: (order[each.best], -each.end)):
        events = [(time / unit, name) for time, name in patient.onsets]
        events += [(patient.severe / unit, "severe")] if patient.severe <= patient.end else []
        events += [(patient.dlt / unit, "dlt")] if patient.dlt <= patient.end else []
        events += [(patient.end / unit, "ended")] if patient.ended else []
        label = f"{patient.patient} · {patient.arm}" if several else patient.patient
        ongoing = not patient.ended and patient.end >= last
        drawn.append(Swimmer(label, patient.best, patient.treated / unit, patient.end / unit, ongoing, tuple(events)))
    caption = (
        "Each bar is a patient, coloured by best response, until relapse, progression or the last assessment. "
        "Numbers are those of the virtual patients."
    )
    if any(patient.end == 0 for patient in patients):
        caption += " Who has no bar was never assessed."
    title = f"{len(patients)} patients of one simulated trial."
    return swimmers(f"swimmer-{plan.name}", title, caption, drawn, colours, signs, f"{word} from day 1")


def _waterfall(displays: Any, plan: Any, patients: Sequence[Any]) -> list[Drawing]:
    reading = plan.readings[plan.criterion.required[0]]
    label = pretty(displays.result.outputs[reading.output].get("long_name", reading.output))
    changes = [
        Change(patient.patient, patient.change, patient.best) for patient in patients if math.isfinite(patient.change)
    ]
    if not changes:
        return []
    lines = [Threshold(value, words) for value, words in displays.thresholds(plan.name)]
    caption = (
        "Lowest value at an assessment up to relapse or progression, against baseline; colour: best response. Dashed: "
        "the fall a response asks for, beside its other conditions."
    )
    title = f"Best change of {lowered(label)}."
    colours = response_colours(plan.criterion.order)
    return [waterfall(f"waterfall-{plan.name}", title, caption, changes, colours, lines, "change from baseline")]


def _table(study: Any, displays: Any, plan: Any, rows: Any) -> Table:
    """A row for each arm, a column for each response; the published arm first, with range and published shares."""
    titles, every = arm_titles(study), displays.best(plan.name)
    first = displays.trial(plan.name).arm
    every = sorted(every, key=lambda each: each.arm != first)
    published = _published(study, plan, first, rows)
    order = every[0].order
    kept = [k for k, word in enumerate(order) if word in published or any(each.shares[k].value > 0 for each in every)]
    cells: list[list[Cell | str]] = []
    for each in every:
        shares = [each.shares[k] for k in kept]
        found = [Cell(_percent(one.value), small=f"{_percent(one.lower)} to {_percent(one.upper)}") for one in shares]
        cells.append([Cell(titles[each.arm], mark="prose"), *found, count(each.shares[0].n)])
        if each.arm == first:
            if each.predicted:
                spans = [" to ".join(_percent(bound) for bound in each.predicted[k]) for k in kept]
                cells.append(["90% of trials of that size", *spans, count(each.size)])
            if published:
                cells.append(["Published", *(published.get(order[k], MISSING) for k in kept), ""])
    columns = ("Arm", *(order[k] for k in kept), "n")
    caption = "Patients by best response, % of patients; in small: 95% interval."
    return table(columns, cells, numbers=range(1, len(columns)), caption=caption)


def _published(study: Any, plan: Any, arm: str, rows: Any) -> dict[str, str]:
    """Response -> its published share, from endpoints that count this one response alone."""
    texts = {row.endpoint: number(row.values["published"]) for row in endpoint_rows(study, rows) if row.arm == arm}
    found = {}
    for endpoint in (each for each in study.endpoints if each.type == "response"):
        counted: Any = endpoint.options.counts or ()
        if endpoint.options.response == plan.name and len(counted) == 1:
            found[counted[0]] = texts.get(endpoint.name, MISSING)
    return found


def _percent(share: float) -> str:
    return MISSING if math.isnan(share) else f"{100 * share:.1f}"
