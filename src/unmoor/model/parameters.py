"""Parameter tables: one row a symbol, with its kind, value, unit, spread, bounds and source."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.units import parse
from unmoor.model.model import Row

COLUMNS = tuple("name kind value unit distribution spread lower upper source evidence note".split())
KINDS = ("state", "constant", "covariate", "input", "output", "switch")
VALUED = ("constant", "covariate", "switch")
DISTRIBUTIONS = ("lognormal", "normal", "logitnormal", "uniform")
EVIDENCE = ("human in vivo", "human ex vivo", "in vitro", "animal", "fitted", "derived", "assumed")
#: what the value cell of a state says that starts where it no longer moves
STEADY = "steady"
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")


def read_table(path: Path, problems: list[UnmoorError]) -> tuple[Row, ...]:
    """The rows of one parameter CSV; every fault is appended to `problems` with file and line, and its row left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        problems.append(BadInput(f"cannot read this table: {problem}", where=str(path), todo="save it as UTF-8 text"))
        return ()
    reader = csv.reader(io.StringIO(text))
    header = [cell.strip() for cell in next(reader, [])]
    if not _header(header, path, problems):
        return ()
    rows: dict[str, Row] = {}
    try:
        for cells in reader:
            where = f"{path.name}:{reader.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                problems.append(
                    BadInput(f"{len(cells)} cells for {len(header)} columns", where=where, todo='quote cells with ","')
                )
                continue
            named = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            row = row_of(named, problems, file=path.name, line=reader.line_num)
            if row is not None and row.name in rows:
                first = f"the first is in line {rows[row.name].line}"
                problems.append(BadInput(f"'{row.name}' has two rows", where=where, todo=first))
            elif row is not None:
                rows[row.name] = row
    except csv.Error as problem:
        problems.append(BadInput(f"not a CSV table: {problem}", where=f"{path.name}:{reader.line_num}"))
    return tuple(rows.values())


def _header(header: list[str], path: Path, problems: list[UnmoorError]) -> bool:
    where, before = f"{path.name}:1", len(problems)
    for column in header:
        if column not in COLUMNS:
            problems.append(unknown("column", column, COLUMNS, where=where))
    missing = [column for column in COLUMNS if column not in header]
    if missing or len(set(header)) != len(header):
        todo = f"the first line is: {','.join(COLUMNS)}"
        what = f"the table lacks column {', '.join(missing)}" if missing else "a column stands twice"
        problems.append(BadInput(what, where=where, todo=todo))
    return len(problems) == before


def row_of(cells: dict[str, str], problems: list[UnmoorError], *, file: str = "", line: int = 0) -> Row | None:
    """One checked row from its cells, or None with the faults appended to `problems`."""
    where, before = f"{file}:{line}" if file else "", len(problems)
    name = cells["name"]

    def bad(what: str, todo: str = "") -> None:
        problems.append(BadInput(f"'{name}': {what}" if name else what, where=where, todo=todo))

    numbers: dict[str, float | None] = {}
    steady = cells["value"].casefold() == STEADY
    if steady and cells["kind"] != "state":
        bad(f"only a state starts '{STEADY}'", "give a number" if cells["kind"] in VALUED else "leave the cell empty")
    for column in ("value", "spread", "lower", "upper"):
        numbers[column] = None if steady and column == "value" else _number(cells[column], column, bad)
    if not _NAME.match(name):
        bad(f"'{name}' is not a name" if name else "a row without a name", "names are letters, digits and _")
    for column, known in (("kind", KINDS), ("distribution", DISTRIBUTIONS), ("evidence", EVIDENCE)):
        if (cells[column] or column == "kind") and cells[column] not in known:
            problems.append(unknown(f"{column} of '{name}':", cells[column], known, where=where))
    if not cells["unit"]:
        bad("the unit is missing", "write 1 for a dimensionless number")
    else:
        try:
            parse(cells["unit"], where=where)
        except UnmoorError as problem:
            problems.append(problem)
    row = Row(
        name=name,
        kind=cells["kind"],
        unit=cells["unit"],
        distribution=cells["distribution"],
        source=cells["source"],
        evidence=cells["evidence"],
        note=cells["note"],
        file=file,
        line=line,
        steady=steady,
        **numbers,
    )
    if len(problems) == before:
        _value(row, bad)
        _spread(row, bad)
    return row if len(problems) == before else None


Complain = Callable[..., None]


def _number(cell: str, column: str, bad: Complain) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        bad(f"{column} '{cell}' is not a number", "write a plain decimal number such as 0.24 or 1e-3")
        return None
    return value


def _value(row: Row, bad: Complain) -> None:
    """A value needs a source and its evidence; a port and a computed quantity have none."""
    if row.value is None:
        if row.kind in ("covariate", "switch"):
            bad(f"a {row.kind} needs a value", "give its reference value")
        return
    if row.kind in ("input", "output"):
        bad(f"an {row.kind} takes no value", "wire it, or make it a constant")
    if not row.source:
        bad("the source is missing", "give a key of references.bib, 'derived: ...', 'fitted:...' or 'assumed'")
    if not row.evidence:
        bad("the evidence is missing", f"one of: {', '.join(EVIDENCE)}")
    if (row.lower is not None and row.value < row.lower) or (row.upper is not None and row.value > row.upper):
        bad(f"value {row.value:g} is outside its bounds", f"lower {row.lower}, upper {row.upper}")


def _spread(row: Row, bad: Complain) -> None:
    if row.lower is not None and row.upper is not None and row.lower >= row.upper:
        bad(f"lower {row.lower:g} is not below upper {row.upper:g}")
    if not row.distribution:
        if row.spread is not None:
            bad("a spread without a distribution", f"one of: {', '.join(DISTRIBUTIONS)}")
        return
    if row.kind not in VALUED:
        bad(f"an {row.kind} has no distribution" if row.kind[0] in "io" else f"a {row.kind} has no distribution")
    if row.distribution == "uniform":
        if row.lower is None or row.upper is None:
            bad("a uniform distribution needs lower and upper")
    elif row.spread is None or row.spread < 0:
        bad(f"a {row.distribution} distribution needs a spread of zero or more", "CV% for lognormal, SD otherwise")
    if row.distribution == "lognormal" and row.value is not None and row.value <= 0:
        bad("a lognormal value must be above zero")
    if row.distribution == "logitnormal":
        lower, upper = (row.lower if row.lower is not None else 0.0), (row.upper if row.upper is not None else 1.0)
        if row.value is not None and not lower < row.value < upper:
            bad("a logitnormal value must lie strictly between its bounds", "bounds are 0 and 1 unless given")


def rows_from(table: Any, problems: list[UnmoorError]) -> tuple[Row, ...]:
    """Rows of an overlay: a CSV path, or an iterable of Row."""
    if isinstance(table, str | Path):
        path = Path(table)
        if not path.is_file():
            raise BadInput(f"no file '{path}'", where="overlay", todo="give the path of a parameter CSV")
        return read_table(path, problems)
    rows = tuple(table)
    for row in rows:
        if not isinstance(row, Row):
            raise BadInput(
                f"an overlay holds {type(row).__name__}", todo="give the path of a parameter CSV or Row objects"
            )
    return rows
