"""Mobilisation by population: endpoints that are folds or peaks of one kind, side by side on a logarithmic axis."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Paragraph, Section, section
from unmoor.reporting.endpoint_rows import EndpointRow, endpoint_rows
from unmoor.reporting.figures import Drawing, Mobilised, mobilisation
from unmoor.reporting.sections.figure_arms import arm_lines, arm_titles, figure_arms
from unmoor.reporting.table import MISSING, Cell, Table, table

TYPES = ("peak", "fold_increase")
SHORTEST = 3  # letters of a label
LEAST = 3  # populations that make a figure
TEXT = "How far each kind of cell rises over the same window."
SKEWED = (
    " Folds are skewed: a mean over a few dozen patients moves with its few largest, which is why the range over "
    "trials of the published size is wide."
)
CAPTION = (
    "Dot: simulated; pale bar: 90% of trials of the published size; diamond: published. The line at 1 is no change."
)


def mobilised(study: Any, rows: Any) -> Section | None:
    """The section of endpoints of one type, unit, window and statistic, or None when fewer than three share them."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for endpoint in study.endpoints:
        if endpoint.type in TYPES:
            groups.setdefault(_kind(study, endpoint), []).append(endpoint.name)
    names = max(groups.values(), key=len, default=[])
    if len(names) < LEAST:
        return None
    known = [row for row in endpoint_rows(study, rows) if row.endpoint in names and not row.compares]
    short = short_labels({row.endpoint: row.label for row in known})
    text = TEXT + (SKEWED if known[0].statistic.startswith("mean") else "")
    drawn, listed = _figure(study, known, short), _table(study, known, short)
    return section("mobilisation", "Mobilisation by population", [Paragraph(text), drawn, listed])


def _kind(study: Any, endpoint: Any) -> tuple[str, ...]:
    given = endpoint.options
    parts = [getattr(given, name, "") for name in ("statistic", "start", "end", "at", "baseline")]
    return (endpoint.type, study.measure(endpoint).unit, *(str(part) for part in parts))


def short_labels(labels: dict[str, str]) -> dict[str, str]:
    """Labels without the words that all of them begin or end with; as they are where too little is left of one."""
    words = [label.split() for label in labels.values()]
    fewest = min(len(each) for each in words)
    front = next((k for k in range(fewest) if len({each[k] for each in words}) > 1), fewest)
    back = next((k for k in range(fewest) if len({each[-1 - k] for each in words}) > 1), fewest)
    cut = list(labels.values())
    # a word too many is taken back where it would leave a letter alone: T and B of T cells and B cells
    for left in range(back, -1, -1):
        cut = [" ".join(each[front : len(each) - left]).strip(" ,:;") for each in words]
        if min(map(len, cut)) >= SHORTEST:
            return dict(zip(labels, cut, strict=True))
    return labels


def _figure(study: Any, rows: list[EndpointRow], short: dict[str, str]) -> Drawing:
    lines, shown = arm_lines(study), figure_arms(study)
    fields = ("estimate", "predicted_lower", "predicted_upper", "published", "published_lower", "published_upper")
    drawn = [
        Mobilised(short[row.endpoint], row.title, lines[row.arm][0], *(row.values[name] for name in fields))
        for row in sorted(rows, key=lambda row: shown.index(row.arm) if row.arm in shown else -1)
        if row.arm in shown
    ]
    axis = f"{rows[0].statistic.partition(',')[0]}, {rows[0].unit or 'fold'}"
    return mobilisation("mobilisation", "Mobilisation by population.", CAPTION, drawn, axis)


def _table(study: Any, rows: list[EndpointRow], short: dict[str, str]) -> Table:
    """A row for each population, of the published arm, else of the first; others stand with the endpoints."""
    first = next((row.arm for row in rows if row.text("published")), figure_arms(study)[0])
    cells: list[list[Cell | str]] = []
    for row in (row for row in rows if row.arm == first):
        simulated = Cell(row.text("estimate") or MISSING, small=row.span("estimate"))
        verdict = Cell(row.verdict or MISSING, mark="" if row.inside is None else "inside" if row.inside else "outside")
        published = row.text("published") or MISSING
        cells.append([short[row.endpoint], simulated, row.span("predicted") or MISSING, published, verdict])
    columns = ("Population", "Simulated (95%)", "90% of trials", "Published", "Verdict")
    return table(columns, cells, numbers=(1, 2, 3), caption=f"{arm_titles(study)[first]}.")
