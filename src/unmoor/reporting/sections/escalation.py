"""Dose escalation: which toxicities limit the dose, the way of a trial through the levels, the levels trials choose."""

from __future__ import annotations

import math
from typing import Any

from unmoor.reporting.content import Block, Facts, Heading, Paragraph, Section, section
from unmoor.reporting.figures import Chosen, Drawing, Path, escalation
from unmoor.reporting.table import MISSING, Cell, Table, count, number, pretty, table, unit

TEXT = (
    "The same virtual patients go through the design again and again, each at the level it has reached when they "
    "enter. Patients who enter after the design has ended are treated at the level it recommends."
)
TIGHT = 24  # letters of a title that stand on one line
OTHERS = (
    "Each design decides in the same trials: the same patients in the same order, coming at the same times. The true "
    "MTD is the level whose DLT rate among the virtual patients is nearest the design's target."
)
CAPTION = (
    "A trial of those that recommend what most trials recommend, one of those that recommend what comes next, and how "
    "often each level is recommended in all."
)


def dose_escalation(study: Any, displays: Any) -> Section | None:
    """The section of the study's dose-finding trial, or None when it is none."""
    if displays.whole is None:
        return None
    run = displays.whole.escalation
    blocks: list[Block] = [Paragraph(TEXT), _facts(study, run), _figure(displays, run), _table(study, run)]
    if displays.designs is not None:
        blocks += [Heading("What other designs would have done"), Paragraph(OTHERS), _designs(displays.designs)]
    return section("escalation", "Dose escalation", blocks)


def _facts(study: Any, run: Any) -> Facts:
    plan = run.plan
    limits = "; ".join(_limit(study, limit) for limit in plan.limits)
    pairs = [
        ("Design", run.design.name),
        ("Patients", f"up to {plan.patients} in the whole trial, {run.design.design.n} while the design decides"),
        ("Dose-limiting toxicity", f"{limits}, within {plan.window / 24:g} days of the first dose"),
        ("Published choice", _published(study, run)),
    ]
    return Facts(tuple(pairs))


def _limit(study: Any, limit: Any) -> str:
    return pretty(limit.prose(unit(study.unit(limit.output)))).replace("_", " ")


def _published(study: Any, run: Any) -> str:
    """The published level, where it was read, and how many of the trials recommend it."""
    published = run.plan.published
    if published is None:
        return "not given"
    places = run.plan.published_places
    share = sum(int(level) in places for level in run.recommended) / run.trials
    words = " or ".join(_level(study, run.plan, place) for place in places)
    note = f"; {pretty(published.note)}" if published.note else ""
    return f"{words} ({published.evidence}, {published.source}){note}. Recommended in {share:.0%} of the trials."


def _level(study: Any, plan: Any, level: int) -> str:
    return pretty(study.arm(plan.levels[level - 1]).title)


def _figure(displays: Any, run: Any) -> Drawing:
    recommended = [int(level) for level in run.recommended]
    often = sorted(set(recommended), key=lambda level: (-recommended.count(level), level))
    paths = []
    for level in often[:2]:
        found = displays.path(level)
        share = recommended.count(level) / len(recommended)
        paths.append(
            Path(
                f"One of the {share:.0%} of trials that recommend {_short(run, level)}",
                tuple(int(place) - 1 for place in found["level"]), tuple(bool(dlt) for dlt in found["dlt"]),
                int((~found["expansion"]).sum()), None if level == 0 else level - 1,
            )
        )  # fmt: skip
    shares = [recommended.count(level) / len(recommended) for level in range(len(run.plan.levels) + 1)]
    published = tuple(place - 1 for place in run.plan.published_places)
    chosen = Chosen(tuple(shares[1:]), shares[0], len(recommended), published)
    return escalation("escalation", "The way through the levels.", CAPTION, list(run.plan.levels), paths, chosen)


def _short(run: Any, level: int) -> str:
    return "no level" if level == 0 else str(run.plan.levels[level - 1])


def _table(study: Any, run: Any) -> Table:
    """A row for each level and none: what is true of it, how often it is chosen, who is treated there."""
    cells: list[list[Cell | str]] = []
    for place, row in enumerate(run.table().to_dict("records")):
        title = "No level" if place == 0 else _level(study, run.plan, place)
        name = Cell(title, mark="tight" if len(title) <= TIGHT else "prose")
        low, high = row["lower"], row["upper"]
        cells.append([
            name, _percent(row["rate"]),
            Cell(_percent(row["selected"]), small=f"{_percent(low)} to {_percent(high)}"),
            number(row["patients"]), number(row["dlts"]), number(row["all_patients"]), number(row["all_dlts"]),
        ])  # fmt: skip
    titles = ("Level", "DLT rate, %", "Recommended, %", "Patients", "DLTs", "Patients in all", "DLTs in all")
    caption = (
        f"The DLT rate of the virtual patients at each level; over {count(run.trials)} trials how often it is "
        "recommended, with the 95% interval of that share, and mean patients and DLTs, "
        "while the design decides and in all."
    )
    return table(titles, cells, numbers=range(1, 7), caption=caption)


def _designs(comparison: Any) -> Table:
    """A row for each design: how often it recommends each level, what that costs patients, how long it takes."""
    cells: list[list[Cell | str]] = []
    levels = comparison.runs[0].plan.levels
    for run, totals in zip(comparison.runs, comparison.totals().to_dict("records"), strict=True):
        shares = [_percent(share) for share in run.table()["selected"]]
        cells.append([
            run.design.name, *shares, number(totals["patients"]), number(totals["dlts"]),
            _percent(totals["above_mtd_patients"]), number(totals["months"]), _percent(totals["as_published"]),
        ])  # fmt: skip
    costs = ("Patients", "DLTs", "Above MTD, %", "Months", "As published, %")
    titles = ("Design", "None, %", *(f"{level}, %" for level in levels), *costs)
    first = comparison.totals().iloc[0]
    caption = (
        f"Level recommended, % of trials; means of patients, DLTs and months; patients above the true MTD, which is "
        f"{first['true_mtd']}; trials that recommend what the published one did."
    )
    return table(titles, cells, numbers=range(1, len(titles)), caption=caption)


def _percent(share: float) -> str:
    return MISSING if math.isnan(share) else f"{100 * share:.1f}"
