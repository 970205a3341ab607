"""Endpoints: what was simulated beside what was published, as tables and as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unmoor.reporting.content import Block, Heading, Paragraph, Section, section
from unmoor.reporting.endpoint_rows import EndpointRow, endpoint_rows
from unmoor.reporting.figures import NEUTRAL, Drawing, Pair, arm_colours, comparison
from unmoor.reporting.sections.figure_arms import arm_titles
from unmoor.reporting.table import MISSING, Cell, Table, table

TEXT = (
    "Three intervals, not to be mixed. The simulated estimate has a 95% interval that only says how well so many "
    "virtual patients know it. A trial of the published size, drawn from the virtual patients, falls inside the "
    "predicted range in 90% of cases: the luck of the draw, not the doubt in the parameters. The published value has "
    "its own 95% interval. The verdict says where the published value lies: inside the predicted range, or above or "
    "below it."
)
OF_TRIALS = "share of"  # a statistic of trials: one published trial is a yes or a no, and no point on an axis
FEW = 3  # arms that stand side by side in a table
USES = {"predicted": "not used in fitting", "calibration": "used in fitting"}
FIGURE = (
    "Dot: simulated estimate, with its 95% interval; pale bar: 90% of trials of the published size; diamond: published "
    "value, with its 95% interval where it is known."
)


def endpoints(study: Any, rows: Any) -> Section:
    """The section of the table that `evaluate` gave; times to a target have their own section."""
    every = [row for row in endpoint_rows(study, rows) if row.session is None]
    known = {row.endpoint for row in every if row.text("published")}
    many = len(study.arms) > FEW
    beside = [row for row in every if row.endpoint in known and (row.text("published") or not many)]
    others = [row for row in every if row not in beside]
    blocks: list[Block | None] = []
    if beside:
        blocks += [Paragraph(TEXT), *_beside(beside, many), figure(study, beside)]
    if others:
        title = "Arms and endpoints without a published value" if many else "Endpoints without a published value"
        blocks += [
            Heading(title if beside else "All endpoints"),
            *(_grid(study, others) if many else [_by_arm(others)]),
        ]
    return section("endpoints", "Endpoints: simulated beside published", blocks)


def _beside(rows: Sequence[EndpointRow], many: bool) -> list[Block]:
    """A row for each endpoint and arm; of many arms those that were published, with the endpoint in the row itself."""
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    letters = {note: "abcdefghijklmnopqrstuvwxyz"[i % 26] for i, note in enumerate(notes)}
    cells = [
        (
            _first(row, f"note {letters[row.note]}" if row.note else "", many),
            _simulated(row),
            _predicted(row),
            Cell(row.text("published") or MISSING, small=_lines(row.span("published"), _n(row.published_n))),
            _verdict(row),
            Cell(row.n, small=f"{row.failed} failed"),
            Cell(row.evidence or MISSING, small=row.source, link=f"#ref-{row.source}" if row.evidence else ""),
        )
        for row in rows
    ]
    first = "Endpoint" if many else "Arm"
    titles = (first, "Simulated (95%)", "Predicted (90%)", "Published (95%)", "Verdict", "n", "Evidence")
    groups = {} if many else _groups(rows)
    drawn = table(titles, cells, numbers=(1, 2, 3, 5), groups=groups, caption="Simulated beside published.")
    said = " ".join(f"({letter}) {note.rstrip('.')}." for note, letter in letters.items())
    return [drawn, *([Paragraph(f"Notes: {said}", small=True)] if said else [])]


def _first(row: EndpointRow, note: str, many: bool) -> Cell:
    if not many:
        return Cell(row.title, small=note)
    return Cell(_label(row), small=f"{row.title}, {note}" if note else row.title, mark="prose")


def _label(row: EndpointRow) -> str:
    return row.label + (" (primary)" if row.primary else "")


def _by_arm(rows: Sequence[EndpointRow]) -> Table:
    """A row for each endpoint, a column for each arm."""
    titles = list(dict.fromkeys(row.title for row in rows))
    cells = []
    for endpoint in dict.fromkeys(row.endpoint for row in rows):
        found = {row.title: row for row in rows if row.endpoint == endpoint}
        first = next(iter(found.values()))
        values = [
            Cell(
                found[title].text("estimate") or MISSING,
                small=_lines(
                    found[title].span("estimate"),
                    f"predicted {found[title].span('predicted')}" if found[title].span("predicted") else "",
                    f"n = {found[title].n}, {found[title].failed} failed",
                ),
            )
            if title in found
            else Cell("")
            for title in titles
        ]
        cells.append((Cell(first.label, small=first.statistic, mark="prose"), *values))
    return table(("Endpoint", *titles), cells, numbers=range(1, len(titles) + 1))


def _grid(study: Any, rows: Sequence[EndpointRow]) -> list[Block]:
    """A row for each endpoint, a narrow column for each of many arms, called by its name; comparisons by themselves."""
    titles = arm_titles(study)
    mine = [row for row in rows if not row.compares]
    names = [name for name in titles if any(row.arm == name for row in mine)]
    counts = [row.n for row in mine]
    most, cells = max(counts, key=counts.count, default=""), []
    for label in dict.fromkeys(row.label for row in mine):
        found = {row.arm: row for row in mine if row.label == label}
        values = [_number(found[name], most) if name in found else Cell("") for name in names]
        cells.append((Cell(label, mark="prose"), *values))
    words = "; ".join(f"{name}: {titles[name]}" for name in names)
    caption = f"Simulated, in small the 95% interval; n = {most} where no other stands. {words}."
    blocks: list[Block] = [table(("Endpoint", *names), cells, numbers=range(1, len(names) + 1), caption=caption)]
    compared = [row for row in rows if row.compares]
    return [*blocks, _by_row(compared)] if compared else blocks


def _number(row: EndpointRow, most: str) -> Cell:
    failed = f"{row.failed} failed" if row.failed else ""
    n = f"n = {row.n}" if row.n != most else ""
    return Cell(row.text("estimate") or MISSING, small=_lines(row.span("estimate"), n, failed))


def _by_row(rows: Sequence[EndpointRow]) -> Table:
    """A row for each endpoint and arm."""
    cells = [
        (
            Cell(row.title, mark="prose"),
            _simulated(row),
            _predicted(row),
            Cell(row.n, small=f"{row.failed} failed"),
            row.statistic,
        )
        for row in rows
    ]
    titles = ("Arm", "Simulated (95%)", "Predicted (90%)", "n", "Statistic")
    return table(titles, cells, numbers=(1, 2, 3), groups=_groups(rows))


def _simulated(row: EndpointRow) -> Cell:
    return Cell(row.text("estimate") or MISSING, small=row.span("estimate"))


def _predicted(row: EndpointRow) -> Cell:
    return Cell(row.text("predicted_median") or MISSING, small=_lines(row.span("predicted"), _n(row.predicted_n)))


def _n(count: str) -> str:
    return f"n = {count}" if count else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _groups(rows: Sequence[EndpointRow]) -> dict[int, str]:
    """The endpoint's label above its first row."""
    found: dict[int, str] = {}
    for i, row in enumerate(rows):
        if i == 0 or rows[i - 1].endpoint != row.endpoint:
            found[i] = _label(row)
    return found


def _verdict(row: EndpointRow) -> Cell:
    use = USES.get(row.use, row.use)
    if row.inside is None:
        return Cell(MISSING, small=use)
    return Cell(row.verdict, small=use, mark="inside" if row.inside else "outside")


def figure(study: Any, rows: Sequence[EndpointRow]) -> Drawing | None:
    """Every row of an arm that has a published value, or None when none has."""
    colours = arm_colours([arm.name for arm in study.arms])
    pairs = [
        Pair(row.label, row.title, colours.get(row.arm, NEUTRAL), row.unit, **_drawn(row))
        for row in rows
        if row.text("published") and not row.compares and not row.statistic.startswith(OF_TRIALS)
    ]
    return comparison("comparison", "Simulated beside published.", FIGURE, pairs) if pairs else None


def _drawn(row: EndpointRow) -> dict[str, float]:
    """What the figure draws of a row; a median would hide the estimate."""
    return {name: value for name, value in row.values.items() if name != "predicted_median"}
