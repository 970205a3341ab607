"""What was asked: the question, the arms in words, who and how many, the decisions taken on the way."""

from __future__ import annotations

import re
from typing import Any

from unmoor.base.sources import bibliography
from unmoor.reporting.content import Block, Facts, Heading, Items, Paragraph, Section, section
from unmoor.reporting.table import Cell, count, pretty, table

MONTH = 730.5  # h
BEGIN = "\N{BULLET}"  # stands for the days; no dose holds it
FROM = re.compile(r" from day (\d+)(?= |$)")


def asked(study: Any, result: Any) -> Section:
    """The section on what was simulated."""
    facts = [
        ("Study", f"{study.name}, {duration(study.duration)}"),
        ("Patients", f"{count(result.n)} virtual patients{_shared(study)}"),
        ("Population", study.population.name),
        ("Model", f"{study.model.name}: {len(study.model.states)} states, {len(study.model.rows)} symbols"),
        ("Seed", str(result.provenance.get("seed", ""))),
    ]
    for procedure in study.procedures:
        facts.append(
            (procedure.name.replace("_", " ").capitalize(), f"{procedure.schedule}, {hours(procedure.duration)} each")
        )
    if study.rules:
        facts.append(("Decisions", "\n".join(pretty(rule.text) for rule in study.rules)))
    if study.visits:
        facts.append(("Visits", "; ".join(clock(time) for _, time in study.visits)))
    if study.reference:
        known = bibliography()
        texts = [known[key].text if key in known else key for key in study.reference]
        facts.append(("Published in", "\n".join(texts)))
    blocks: list[Block] = [Paragraph(pretty(study.question)), _arms(study), Facts(tuple(facts))]
    if study.notes:
        blocks += [Heading("Notes"), Items(tuple(("", pretty(note), "") for note in study.notes), ordered=False)]
    return section("asked", "What was asked", blocks)


def _arms(study: Any) -> Any:
    """The arms in words; a column that says nothing is left out."""
    rows = [
        (
            Cell(arm.title, small=f"among those with {pretty(arm.among.text)}" if arm.among else ""),
            Cell(_lines(arm.regimen) or "no drug", mark="prose"),
            Cell(_lines(arm.placebo), mark="prose"),
            count(arm.n) if arm.n else "",
        )
        for arm in study.arms
    ]
    titles = ("Arm", "Doses", "Placebo on the schedule of", "Patients, published")
    keep = [i for i in range(4) if i < 2 or any(str(getattr(row[i], "text", row[i])) for row in rows)]
    numbers = [keep.index(3)] if 3 in keep else []
    return table([titles[i] for i in keep], [[row[i] for i in keep] for row in rows], numbers=numbers)


def _shared(study: Any) -> str:
    """How arms share patients, as the end of a sentence."""
    if any(arm.among for arm in study.arms):
        return ", each in the arms that admit them"
    return " in each arm, the same in all arms"


def _lines(regimen: Any) -> str:
    """The canonical text of a regimen, a dose a line; '' where nothing is given."""
    return merged(pretty(regimen)) if regimen is not None and regimen.doses else ""


def merged(text: str) -> str:
    """Lines that differ in the day they begin on only, as one: cycles with several doses are written a dose a line."""
    days: dict[str, list[str]] = {}
    forms: dict[str, str] = {}
    for line in text.splitlines():
        found = FROM.search(line)
        plain = FROM.sub("", line, count=1)
        days.setdefault(plain, []).append(found[1] if found else "1")
        forms[plain] = FROM.sub(f" from {BEGIN}", line, count=1) if found else forms.get(plain, line)
    lines = []
    for plain, some in days.items():
        if plain == forms[plain]:
            lines += [plain] * len(some)
        else:
            lines.append(forms[plain].replace(BEGIN, f"day{'s' if len(some) > 1 else ''} {', '.join(some)}"))
    return "\n".join(lines)


def hours(value: float) -> str:
    """A length of time given in hours, as people say it."""
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:g} hour{'' if value == 1 else 's'}"


def duration(value: float) -> str:
    """A long length of time given in hours, in days where it is whole days, in months where it is whole months."""
    months = value / MONTH
    if months >= 2 and abs(months - round(months)) < 1e-6 and value % 24:
        return f"{months:.0f} months"
    return f"{value / 24:g} days" if value >= 48 and value % 24 == 0 else hours(value)


def clock(value: float) -> str:
    """An hour from day 1 00:00 as day and time: day 4, 22:00."""
    minutes = round(value * 60)
    return f"day {minutes // 1440 + 1}, {minutes % 1440 // 60:02d}:{minutes % 60:02d}"
