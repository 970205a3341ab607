"""The page of one patient's plan: options in a table, chances and curves as figures, and how far to trust them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.content import Block, Facts, Items, Notice, Paragraph, section
from unmoor.reporting.document import NOTICE, page
from unmoor.reporting.figures.curves import Bands
from unmoor.reporting.figures.drawing import COLOURS, NEUTRAL
from unmoor.reporting.figures.forecast import Chance, Course, Point, chances, forecast
from unmoor.reporting.table import MISSING, Cell, Table, number, pretty, table

SHOWN = ("today", "tomorrow", "plerixafor", "today-plerixafor", "wait", "wait-plerixafor")
MOST_PANELS = 4
HOW = (
    "Virtual patients with this patient's covariates were drawn from the population and given the same doses and "
    "sessions; each weighs as much as it is likely to have shown the measured values. A chance is the weighted share "
    "that reaches the target with the sessions allowed; its interval is the 95% interval of the simulation, not of the "
    "model. Other intervals hold 90% of the weighted patients. Sessions end when the highest target is reached; "
    "sessions, doses and cost count from the decision on."
)


def plan_report(plan: Any, to: str | os.PathLike[str]) -> Path:
    """Write the page of a plan as one self-contained HTML file and return its path; nothing is computed here.

    Raises BadInput for a file that is no HTML file, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"a plan is written as HTML, not as '{target.name}'", todo="name a file that ends in .html")
    if target.is_dir():
        raise BadInput(f"'{target}' is a folder", todo="name a file that ends in .html")
    return write_whole(target, plan_page(plan))


def plan_page(plan: Any) -> str:
    """The HTML text of a plan's page."""
    content = plan.to_dict()
    head: list[Block] = [NOTICE]
    if plan.cautions:
        head.append(Notice("Read with care.", " ".join(plan.cautions)))
    options = [_chance_table(plan), _chances(plan), _effort_table(plan), Paragraph(HOW, small=True)]
    told: list[Block] = [Facts(_told(content["patient"])), *_history(content["patient"])]
    parts = [
        section("options", "What each option would lead to", options),
        section("course", "CD34+ cells in blood, measured and expected", [plan_curves(plan)]),
        section("patient", "The patient as told", told),
        section("trust", "How far to trust it", [Facts(_trust(plan))]),
    ]
    byline = f"Decision on {content['now']}; population '{plan.population}', seed {plan.seed}."
    return page("Collection plan for one patient", byline, head, parts)


def _chance_table(plan: Any) -> Table:
    targets = list(plan.options[0].chance)
    titles = ["Option", "First session", *(f"≥ {t} × 10⁶/kg" for t in targets)]
    titles += [f"≥ {t} in the first session" for t in targets]
    rows = []
    for option, title in zip(plan.options, _titles(plan), strict=True):
        cells: list[Cell | str] = [Cell(title, mark="prose"), option.first_session or MISSING]
        cells += [_chance(option.chance[t]) for t in targets]
        first = [_chance(option.chance_first[t]) if option.first_session else Cell(MISSING) for t in targets]
        rows.append([*cells, *first])
    return table(titles, rows, numbers=range(2, len(titles)), caption="Chances (95% interval of the simulation).")


def _effort_table(plan: Any) -> Table:
    priced = any(option.cost is not None for option in plan.options)
    currency = plan.patient.prices.currency
    titles = ["Option", "CD34+/µL before", "First, 10⁶/kg", "In all, 10⁶/kg", "Sessions", "Doses"]
    titles += [f"Cost, {currency}" if currency else "Cost"] if priced else []
    rows = []
    for option, title in zip(plan.options, _titles(plan), strict=True):
        cells: list[Cell | str] = [Cell(title, mark="prose")]
        cells += [_spread(each) for each in (option.first_count, option.first_yield, option.total)]
        hours = f"{option.session_hours:g} h, {number(option.session_volume)} L" if option.first_session else ""
        cells += [Cell(number(option.sessions, 2), small=hours), _doses(option)]
        if priced:
            left = f"without {', '.join(option.unpriced)}" if option.unpriced else _span(option.cost)
            cells.append(Cell(number(option.cost.value), small=left))
        rows.append(cells)
    caption = "What it would take (90% of patients like this one; sessions, doses and cost as expected)."
    return table(titles, rows, numbers=[k for k in range(1, len(titles)) if titles[k] != "Doses"], caption=caption)


def _doses(option: Any) -> Cell:
    lines = [f"{number(option.doses[drug], 2)} {drug} of {number(option.dose_mg[drug])} mg" for drug in option.doses]
    return Cell("", small=", ".join(lines), mark="prose") if lines else Cell(MISSING)


def _percent(value: float) -> str:
    """A chance as a whole percentage that is 0 or 100 only where it is exactly so."""
    if 0 < value < 0.005:
        return "<1%"
    return ">99%" if 0.995 < value < 1 else f"{value:.0%}"


def _chance(estimate: Any) -> Cell:
    return Cell(_percent(estimate.value), small=f"{_percent(estimate.lower)} to {_percent(estimate.upper)}")


def _span(estimate: Any) -> str:
    return f"{number(estimate.lower)} to {number(estimate.upper)}"


def _spread(estimate: Any) -> Cell:
    return Cell(MISSING) if estimate is None else Cell(number(estimate.value), small=_span(estimate))


def _chances(plan: Any) -> Any:
    rows = [
        Chance(title, tuple((t, each.value, each.lower, each.upper) for t, each in option.chance.items()))
        for option, title in zip(plan.options, _titles(plan), strict=True)
    ]
    caption = "Dot: chance with all sessions allowed; line: 95% interval of the simulation."
    return chances("chances", "Chance to reach the target.", caption, rows)


def _titles(plan: Any) -> list[str]:
    """Titles that lean on the row above ("The same, ...") say what they are the same as."""
    found: list[str] = []
    for option in plan.options:
        title = option.title
        if title.startswith("The same, ") and found:
            kind = "plerixafor tonight" if "lerixafor" in found[-1] else "from tomorrow"
            title = f"{title.removeprefix('The same, ').capitalize()}, {kind}"
        found.append(title)
    return found


def plan_curves(plan: Any) -> Any:
    """A drawing of the measured counts and the expected course under up to four options."""
    options = {option.name: option for option in plan.options}
    names = [name for name in SHOWN if name in options][:MOST_PANELS] or list(options)[:1]
    past = plan.bands["past"]
    courses = []
    for k, name in enumerate(names):
        band, colour = plan.bands[name], COLOURS[k % len(COLOURS)]
        courses.append(
            Course(
                options[name].title,
                Bands("past", NEUTRAL, "solid", past.time, past.quantiles),
                Bands(name, colour, "solid", band.time, band.quantiles),
                plan.sessions_of(name),
            )
        )
    points = [Point(time, value, low, high) for time, value, low, high in plan.points]
    caption = "CD34+ cells/µL; lines through measured values hold 90% of what the true value may be."
    return forecast("course", "CD34+ in blood.", caption, courses, points)


WORDS = {
    "weight": "kg", "age": "years", "creatinine_clearance": "mL/min", "serum_creatinine": "mg/dL",
}  # fmt: skip


def _told(patient: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    skip = ("counts", "sessions", "doses", "clinic", "prices", "targets", "now", "population")
    pairs = []
    for name, value in patient.items():
        if name not in skip:
            said = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            pairs.append((name.replace("_", " "), f"{said} {WORDS.get(name, '')}".strip()))
    pairs.append(("targets", ", ".join(f"{each:g}" for each in patient["targets"]) + " × 10⁶ CD34+/kg"))
    clinic = patient["clinic"]
    pairs.append(("sessions", f"{clinic['hours']:g} h, at most {clinic['most_sessions']}"))
    pairs.append(("CV of a CD34+ count", f"{clinic['count_cv']:g}%"))
    return tuple(pairs)


def _history(patient: dict[str, Any]) -> list[Block]:
    rows = []
    for count in patient["counts"]:
        parts = [f"CD34+ {count['cd34']:g}/µL"] if "cd34" in count else []
        parts += [f"white cells {count['wbc']:g} × 10⁹/L"] if "wbc" in count else []
        rows.append((f"{count['time']}:", ", ".join(parts), ""))
    for done in patient["sessions"]:
        parts = [f"session, {done['collected']:g} × 10⁶/kg" if "collected" in done else "session"]
        parts += [f"{done['volume']:g} L"] if "volume" in done else []
        rows.append((f"{done['start']}:", ", ".join(parts), ""))
    given = patient.get("doses")
    usual = f"{patient['clinic']['gcsf_dose'].removesuffix(' once')} every morning so far (the clinic's usual)"
    lines = list(given) if given else [usual if given is None else "no drug so far"]
    rows += [("given:", pretty(line), "") for line in lines]
    return [Items(tuple(rows), ordered=False)]


def _trust(plan: Any) -> tuple[tuple[str, str], ...]:
    steps = " → ".join(f"{each:.0f}" for each in plan.steps)
    failed = f"{plan.failed} of the last could not be computed" if plan.failed else "none failed"
    return (
        ("Virtual patients", f"{plan.tried:,} computed, {failed}"),
        ("Effective sample", f"{plan.ess:.0f} (after each proposal: {steps})"),
        ("Model", plan.doubt),
    )
