"""Posterior samples: sets of fitted values that are plausible together, read from a table and laid over a model."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.files import LIBRARY, find
from unmoor.model.model import Model, Row
from unmoor.model.numbers import with_numbers
from unmoor.model.parameters import read_table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
PARTS = ("value", "spread")
DRAW = "draw"
_HEADING = re.compile(r"(?P<file>[\w./-]*):(?P<symbol>\w+)(?::(?P<part>\w+))?(?: \((?P<label>[^)]*)\))?\Z")


@dataclass(frozen=True)
class Fitted:
    """What one column holds: the symbol's value or its spread (a CV in %), and the library table that keeps it.

    `file` is relative to the library; "" means that the number was fitted and is kept nowhere. `label` tells two
    fits of one symbol apart.
    """

    file: str
    symbol: str
    part: str = "value"
    label: str = ""

    @property
    def heading(self) -> str:
        """The column's heading, as `drugs/x.csv:x_rate` or `cells/y.csv:y_pool:spread`."""
        part = f":{self.part}" if self.part != "value" else ""
        return f"{self.file}:{self.symbol}{part}" + (f" ({self.label})" if self.label else "")

    @classmethod
    def read(cls, heading: str, where: str = "") -> Fitted:
        """The column called `heading`; BadInput for a text that is no heading."""
        found = _HEADING.match(heading)
        if found is None or (found["part"] or "value") not in PARTS:
            raise BadInput(f"'{heading}' heads no column of a posterior", where=where, todo="file:symbol[:spread]")
        return cls(found["file"], found["symbol"], found["part"] or "value", found["label"] or "")


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of a calibration's posterior: `values` (draw, column) in the units that the library's tables declare.

    Draws weigh the same and stand in random order, so the first few are a sample too.
    """

    name: str
    columns: tuple[Fitted, ...]
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def first(self, draws: int) -> Posterior:
        """The first `draws` draws; BadInput when there are not so many."""
        if not 0 < draws <= len(self):
            what = f"{draws} draws asked of {len(self)} in posterior '{self.name}'"
            raise BadInput(what, todo=f"ask for 1 to {len(self)}, or run the calibration with more")
        return replace(self, values=self.values[:draws])

    def frame(self) -> pd.DataFrame:
        """One row a draw, one column a fitted number, under the headings of the file."""
        import pandas as pd

        headings = [each.heading for each in self.columns]
        return pd.DataFrame(self.values, columns=headings, index=pd.RangeIndex(len(self), name=DRAW))

    def acting(self, model: Model) -> dict[tuple[str, str], Floats]:
        """(id, "value" or "spread") -> draws (draw,), in declared units, of the columns that have a say in `model`.

        A number acts where its own table would: one of a population's table only in a model loaded with that table,
        one of a drug's or a module's table unless the model's, the population's or the study's own rows replace it.
        Raises BadInput when the table's value now comes from elsewhere than this calibration.
        """
        over = _overlays(model)
        found = {}
        for column, draws in zip(self.columns, self.values.T, strict=True):
            if not column.file or column.symbol not in model.names | model.aliases.keys():
                continue
            name = model.resolve(column.symbol)
            row = model.rows[name]
            if not _acts(column, row, over.get(name, {})):
                continue
            source = row.source if column.part == "value" and Path(row.file).name == Path(column.file).name else ""
            if source and source.replace(" ", "") != f"fitted:{self.name}":
                what = f"'{name}' is '{source}' in {row.where}; the draws are of '{self.name}'"
                raise BadInput(what, todo="use the posterior of that calibration, or write its values again")
            found[name, column.part] = draws
        return found

    def over(self, model: Model, draw: int) -> Model:
        """`model` with the values and spreads of one draw; covariates, bounds and sources stay.

        Raises BadInput for a draw that is not there or draws that do not belong to the model's tables.
        """
        if not 0 <= draw < len(self):
            raise BadInput(f"no draw {draw} in posterior '{self.name}'", todo=f"draws are 0 to {len(self) - 1}")
        return with_numbers(model, {key: float(draws[draw]) for key, draws in self.acting(model).items()})


def load_posterior(name: str | os.PathLike[str]) -> Posterior:
    """The posterior called `name`, that of the calibration of the same name, or one in a CSV file.

    Raises UnknownName for a name, a table or a symbol that the library has not, BadInput for cells that are no numbers.
    """
    path = find("posteriors", name, ".csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    if len(rows) < 2 or rows[0][0] != DRAW:
        raise BadInput("not a posterior", where=f"{path.name}:1", todo=f"the first column is '{DRAW}', then draws")
    columns = tuple(Fitted.read(heading, f"{path.name}:1") for heading in rows[0][1:])
    for column in columns:
        _known(column, f"{path.name}:1")
    try:
        values = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    except ValueError as problem:
        raise BadInput(f"a cell is no number, or a row is short: {problem}", where=path.name) from None
    if values.ndim != 2 or values.shape[1] != len(columns) or not np.all(values > 0) or not np.all(np.isfinite(values)):
        raise BadInput("every draw needs a positive number in every column", where=path.name)
    values.flags.writeable = False
    return Posterior(path.stem, columns, values)


def posterior_of(model: Model) -> Posterior | None:
    """The posterior of the calibration that most of the fitted values of `model` come from; None where none is kept."""
    sources = [row.source.removeprefix("fitted:").strip() for row in model.rows.values() if "fitted:" in row.source]
    for name in sorted(set(sources), key=lambda each: (-sources.count(each), each)):
        try:
            return load_posterior(name)
        except UnmoorError:
            if (LIBRARY / "posteriors" / f"{name}.csv").is_file():
                raise
    return None


def _overlays(model: Model) -> dict[str, dict[str, str]]:
    """id -> part -> the population table, relative to the library's folder, that gives it, for the model as loaded."""
    found: dict[str, dict[str, str]] = {}
    for file in model.files:
        path = Path(file)
        if path.parent.name != "populations":
            continue
        for row in read_table(path, []):
            name = model.resolve(row.name)
            # a row with a value brings its own spread, or takes the spread away
            given = PARTS if row.value is not None else ("spread",) if row.spread is not None else ()
            found.setdefault(name, {}).update(dict.fromkeys(given, f"{path.parent.name}/{path.name}"))
    return found


def _acts(column: Fitted, row: Row, over: Mapping[str, str]) -> bool:
    """Whether the table of `column` is the one that gives its number to the model."""
    if column.part in over:
        # a row that came later still, a study's own, bears another file name
        return over[column.part] == column.file and Path(row.file).name == Path(column.file).name
    if column.file.startswith("populations/"):
        return False
    tables = {column.file, *over.values()}
    return Path(row.file).name in {Path(table).name for table in tables}


def _known(column: Fitted, where: str) -> None:
    if not column.file:
        return
    path = LIBRARY / column.file
    if not path.is_file():
        tables = [each.relative_to(LIBRARY).as_posix() for each in LIBRARY.rglob("*.csv")]
        raise unknown("table", column.file, tables, where=where)
    names = [row.name for row in read_table(path, [])]
    if not any(column.symbol == name or column.symbol.endswith(f"_{name}") for name in names):
        raise unknown("symbol", column.symbol, names, where=f"{where}, {column.file}")
