"""Fitted values into the library's parameter tables: one cell changes, all else stays as it stands."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from unmoor.base.errors import UnmoorError, unknown
from unmoor.base.files import LIBRARY, write_whole
from unmoor.calibration.estimate import Fit
from unmoor.calibration.study_fit import StudyFit
from unmoor.model.posterior import DRAW, Posterior

DIGITS = 4  # more would pretend to know; the errors are tens of percent


def written(value: float) -> str:
    """A fitted value as tables keep it."""
    return f"{value:.{DIGITS}g}"


def source_of(fit: Fit | StudyFit) -> str:
    """What the source column says of a value this calibration gave."""
    return f"fitted:{fit.plan.name}"


def write_tables(fit: Fit | StudyFit, library: Path = LIBRARY) -> tuple[Path, ...]:
    """Write every estimate that has a file into the tables below `library`; the changed files, each written whole.

    A value goes to `value` with source and evidence "fitted"; a CV goes to `spread`, and the row keeps its source.
    Raises UnknownName when a table lacks the row.
    """
    changed: dict[Path, list[dict[str, str]]] = {}
    for estimate in fit.estimates:
        parameter = estimate.parameter
        if not parameter.file:
            continue
        path = library / parameter.file
        rows = changed.setdefault(path, _read(path))
        for symbol in (parameter.symbol, *parameter.also):
            row = _row(rows, symbol, path)
            row[parameter.part or "value"] = written(estimate.value)
            if parameter.part != "spread":
                row.update(source=source_of(fit), evidence="fitted")
    for path, rows in changed.items():
        stream = io.StringIO()
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_whole(path, stream.getvalue())
    return tuple(changed)


def write_posterior(posterior: Posterior, library: Path = LIBRARY) -> Path:
    """Write the draws to posteriors/<name>.csv below `library`, to five digits."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([DRAW, *(each.heading for each in posterior.columns)])
    for number, row in enumerate(posterior.values):
        writer.writerow([number, *(f"{value:.5g}" for value in row)])
    return write_whole(library / "posteriors" / f"{posterior.name}.csv", stream.getvalue())


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
    flat = symbol.replace(".", "_")
    found = [row for row in rows if f"_{flat}".endswith(f"_{row['name'].replace('.', '_')}")]
    if not found:
        raise unknown("symbol", symbol, [row["name"] for row in rows], where=str(path))
    return max(found, key=lambda row: len(row["name"]))
