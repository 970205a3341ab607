"""Rows of parameter tables as people read them: value, unit, spread, source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unmoor.cli.console import table


def print_rows(title: str, rows: Iterable[Any]) -> None:
    """Print rows that hold a number."""
    kept = [row for row in rows if row.value is not None]
    if kept:
        cells = [(row.name, f"{row.value:g}", row.unit, spread(row), origin(row)) for row in kept]
        table(
            (title, "value", "unit", "between patients", "source; evidence; note"), cells, right=(1,), whole=(0, 1, 2)
        )


def origin(row: Any) -> str:
    """Source, evidence and note of a row, each once."""
    parts = (row.source, row.evidence, " ".join(row.note.split()))
    return "; ".join(dict.fromkeys(part for part in parts if part))


def spread(row: Any) -> str:
    """How a value differs between patients, such as lognormal CV 30%; '' where it does not."""
    if not row.distribution:
        return ""
    bounds = f", {row.lower:g} to {row.upper:g}" if None not in (row.lower, row.upper) else ""
    if row.spread is None:
        return f"{row.distribution}{bounds}"
    size = f"CV {row.spread:g}%" if row.distribution == "lognormal" else f"SD {row.spread:g}"
    return f"{row.distribution} {size}{bounds}"
