"""Fitted values into the library's parameter tables: one cell changes, all else stays as it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from unmoor.base.errors import UnmoorError, unknown
from unmoor.base.files import LIBRARY, write_whole
from unmoor.calibration.estimate import Estimate, Fit, StageFit

DIGITS = 4  # more would pretend to know; the errors are tens of percent


def written(value: float) -> str:
    """A fitted value as tables keep it."""
    return f"{value:.{DIGITS}g}"


def source_of(fit: Fit) -> str:
    """What the source column says of a value this calibration gave."""
    return f"fitted:{fit.plan.name}"


def write_tables(fit: Fit, library: Path = LIBRARY) -> tuple[Path, ...]:
    """Write every estimate that has a file into the tables below `library`; the changed files, each written whole.

    A value goes to `value` with source and evidence "fitted"; a CV goes to `spread`, and the row keeps its source.
    Raises UnknownName when a table lacks the row.
    """
    changed: dict[Path, list[dict[str, str]]] = {}
    for stage, estimate, symbol in _kept(fit):
        path = library / str(estimate.parameter.file)
        rows = changed.setdefault(path, _read(path))
        row = _row(rows, symbol, path)
        if stage.stage.people:
            row["spread"] = written(estimate.value)
        else:
            row.update(value=written(estimate.value), source=source_of(fit), evidence="fitted")
    for path, rows in changed.items():
        stream = io.StringIO()
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_whole(path, stream.getvalue())
    return tuple(changed)


def _kept(fit: Fit) -> Iterator[tuple[StageFit, Estimate, str]]:
    for stage in fit.stages:
        for estimate in stage.estimates:
            if estimate.parameter.file:
                for symbol in (estimate.parameter.symbol, *estimate.parameter.also):
                    yield stage, estimate, symbol


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError as problem:
        raise UnmoorError(
            f"cannot read '{path}': {problem.strerror}", todo="check `file` in the calibration"
        ) from problem


def _row(rows: list[dict[str, str]], symbol: str, path: Path) -> dict[str, str]:
    """The row of a flattened symbol: its own name, or the name that ends it after the instance."""
    found = [row for row in rows if symbol == row["name"] or symbol.endswith(f"_{row['name']}")]
    if not found:
        raise unknown("symbol", symbol, [row["name"] for row in rows], where=str(path))
    return max(found, key=lambda row: len(row["name"]))
