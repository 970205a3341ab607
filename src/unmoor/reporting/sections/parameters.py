"""Parameters: every number of the model with its unit, spread, source and evidence, and how many are measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unmoor.base.sources import KINDS, nature
from unmoor.reporting.content import Paragraph, Section, Shares, section
from unmoor.reporting.table import Cell, Table, exact, pretty, table, unit

NUMBERS = ("constant", "covariate", "switch")
LABELS = {
    "cited": "from a cited study", "derived": "derived from studies", "fitted": "fitted by calibration",
    "assumed": "assumed", "none": "without a source",
}  # fmt: skip


def parameters(study: Any) -> Section:
    """The section on the parameters of `study.model`."""
    rows = numbers(study.model)
    counts = {kind: sum(nature(row.source) == kind for row in rows) for kind in KINDS}
    text = (
        f"The model '{study.model.name}' has {len(rows)} numbers. A value that was assumed, derived or fitted is "
        "marked in the table: read every result with them in mind."
    )
    bar = Shares(tuple((LABELS[kind], count, kind) for kind, count in counts.items()))
    return section("parameters", "Parameters and their sources", [Paragraph(text), bar, _table(study.model, rows)])


def numbers(model: Any) -> list[Any]:
    """Rows that hold a number of the model, in the order of its tables."""
    return [row for row in model.rows.values() if row.kind in NUMBERS and row.value is not None]


def _table(model: Any, rows: Iterable[Any]) -> Table:
    parts: dict[str, list[tuple[str, Any]]] = {}
    for row in rows:
        part = owner(row.name, model.instances)
        symbol = row.name.removeprefix(f"{part}_") if part else row.name
        parts.setdefault(part, []).append((symbol, row))
    cells: list[tuple[Cell, ...]] = []
    groups: dict[int, str] = {}
    for part, members in sorted(parts.items(), key=lambda item: item[0] != ""):
        groups[len(cells)] = f"{part}, an instance of {model.instances[part]}" if part else f"{model.name}, the whole"
        cells += [_row(symbol, row) for symbol, row in members]
    titles = ("Symbol", "Value", "Unit", "Between patients", "Source and evidence")
    return table(
        titles, cells, numbers=(1,), groups=groups, caption="All parameters, in the units they are declared in."
    )


def owner(name: str, instances: Mapping[str, str]) -> str:
    """The instance whose prefix a flattened name carries, the longest that fits; '' for the model's own symbols."""
    fitting = [instance for instance in instances if name.startswith(f"{instance}_")]
    return max(fitting, key=len, default="")


def _row(symbol: str, row: Any) -> tuple[Cell, ...]:
    kind = nature(row.source)
    mark = kind if kind in ("assumed", "derived", "fitted") else ""
    return (
        Cell(symbol, small=pretty(row.note), mark="name"),
        Cell(exact(row.value)),
        Cell(unit(row.unit), mark="tight"),
        Cell(spread(row), mark="tight"),
        Cell(row.source or "none", small="" if row.evidence == kind else row.evidence, mark=f"prose {mark}".strip()),
    )


def spread(row: Any) -> str:
    """How a parameter differs between patients, in words; '' where it does not."""
    if not row.distribution:
        return ""
    bounds = f"{exact(row.lower)} to {exact(row.upper)}" if None not in (row.lower, row.upper) else ""
    if row.distribution == "uniform":
        return f"uniform {bounds}".strip()
    size = f"CV {exact(row.spread)}%" if row.distribution == "lognormal" else f"SD {exact(row.spread)}"
    return f"{row.distribution}, {size}" + (f", {bounds}" if bounds else "")
