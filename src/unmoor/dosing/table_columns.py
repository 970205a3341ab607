"""The columns of a NONMEM-style event table: read into arrays, blanks and patients sorted out, names understood."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput, UnmoorError, Unsupported, unknown
from unmoor.dosing.dose_parameters import DoseParameter, dose_parameter

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from unmoor.model.model import Model

#: numbers of a record; a blank is 0, as in NONMEM, but for TIME
NUMBERS = ("TIME", "EVID", "AMT", "RATE", "ADDL", "II", "SS", "MDV")
COLUMNS = ("ID", *NUMBERS, "CMT")
#: columns about the fit of observations, which change no curve
IGNORED = ("DV", "PCMT", "CENS", "LIMIT", "LLOQ", "BLQ", "DVID", "L2", "CALL")
NOT_READ = re.compile(r"DATE|DAT[123]|CONT|L1|XVID[1-5]|RPT_")
BLANK = ("", ".", "nan", "NaN", "NA", "None", "<NA>")


@dataclass(frozen=True, eq=False)
class Columns:
    """A table as read: columns of shape (record,), sorted by patient, in the order of the table within each.

    `labels` are the patients' IDs (None: nobody is named, one is meant), `patient` counts them from 0, `row` is the
    row in the table from 1; `compartment` is CMT as text, "" where it is blank. `constants` are columns named like
    constants of the model, in internal units, nan where blank; `doses` those of dose parameters that are none.
    """

    where: str
    labels: tuple[Any, ...] | None
    patient: NDArray[np.int64]
    row: NDArray[np.int64]
    numbers: Mapping[str, NDArray[np.float64]]
    compartment: NDArray[np.str_]
    constants: Mapping[str, NDArray[np.float64]]
    doses: Mapping[DoseParameter, NDArray[np.float64]]

    @property
    def count(self) -> int:
        """How many patients there are, those without a record included."""
        return 1 if self.labels is None else len(self.labels)

    def at(self, record: int) -> str:
        """Where record number `record` stands, for an error."""
        return f"{self.where}, row {self.row[record]}"


def read_columns(
    table: pd.DataFrame | str | os.PathLike[str], model: Model, ids: Sequence[Any] | None = None
) -> Columns:
    """The columns of a DataFrame or CSV file, names in any case; patients are those of `ids`, else as they appear.

    A table without a column ID holds for every patient of `ids`. Raises BadInput with row (from 1) and column for a
    cell that is no number or an empty table, UnknownName for a column or ID, Unsupported for columns not read here.
    """
    where = str(table) if isinstance(table, str | os.PathLike) else "event table"
    frame, named, extra = _frame(table, where, model)
    numbers = {name: _numbers(frame, named.get(name), name, where, 0.0) for name in NUMBERS}
    if "EVID" not in named:
        dosed = np.any([numbers[name] != 0 for name in ("AMT", "RATE", "ADDL", "II", "SS")], axis=0)
        numbers["EVID"] = np.where(dosed, 1.0, np.where(numbers["MDV"] == 1, 2.0, 0.0))
    texts = _texts(frame, named["CMT"]) if "CMT" in named else np.full(len(frame), "")
    compartment = np.array([re.sub(r"\.0+$", "", text) for text in texts], dtype=str)
    constants: dict[str, NDArray[np.float64]] = {}
    doses: dict[DoseParameter, NDArray[np.float64]] = {}
    for column, symbol in extra.items():
        values = _numbers(frame, column, str(column), where, np.nan)
        if isinstance(symbol, str):
            constants[symbol] = values * model.factors.get(symbol, 1.0)
        else:
            doses[symbol] = values * symbol.factor(model)
    labels, patient, record = _patients(frame, named.get("ID"), ids, where)

    def each(columns: Mapping[Any, NDArray[np.float64]]) -> dict[Any, NDArray[np.float64]]:
        return {name: values[record] for name, values in columns.items()}

    return Columns(where, labels, patient, record + 1, each(numbers), compartment[record], each(constants), each(doses))


def _frame(
    table: pd.DataFrame | str | os.PathLike[str], where: str, model: Model
) -> tuple[pd.DataFrame, dict[str, Any], dict[Any, str | DoseParameter]]:
    """The table, its columns by NONMEM's name, and what each other column is a value of."""
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        try:
            table = pd.read_csv(Path(table), skipinitialspace=True)
        except (OSError, ValueError) as problem:
            raise UnmoorError(f"cannot read the event table: {problem}", where=where) from problem
    if not len(table):
        raise BadInput("the event table has no rows", where=where, todo="leave it out where nothing is given")
    named: dict[str, Any] = {}
    extra: dict[Any, str | DoseParameter] = {}
    for column in table.columns:
        name = str(column).strip()
        capital = name.upper()
        if capital in COLUMNS:
            if capital in named:
                raise BadInput(f"column '{capital}' is there twice", where=where, todo="keep one of them")
            named[capital] = column
        elif capital not in IGNORED or name in model.constants:
            symbol = _symbol(name, model, where)
            if symbol in extra.values():
                raise BadInput(f"'{name}' is there twice", where=where, todo="keep one of the columns")
            extra[column] = symbol
    if "TIME" not in named:
        raise BadInput("there is no column 'TIME'", where=where, todo="give the hours of the records")
    return table.reset_index(drop=True), named, extra


def _symbol(name: str, model: Model, where: str) -> str | DoseParameter:
    """The constant of the model, or the dose parameter, that a column gives values of."""
    folded = {known.casefold(): known for known in (*model.constants, *model.aliases)}
    known = model.names | model.aliases.keys()
    found = next((one for one in (name, name.replace(".", "_"), folded.get(name.casefold())) if one in known), None)
    if found is not None:
        symbol = model.resolve(found)
        if symbol not in model.constants:
            todo = "only constants and covariates can be given in a table; initial states go into `parameters`"
            raise BadInput(f"column '{name}' is computed by model '{model.name}'", where=where, todo=todo)
        return symbol
    parameter = dose_parameter(name, model)
    if parameter is not None:
        return parameter
    if NOT_READ.fullmatch(name.upper()):
        todo = "remove the column; TIME counts in hours"
        raise Unsupported(f"NONMEM's column '{name}' is not read here", where=where, todo=todo)
    raise unknown("column", name, (*COLUMNS, *IGNORED, *model.constants), where=where)


def _texts(frame: pd.DataFrame, column: Any) -> NDArray[np.str_]:
    """A column as texts, "" where it is blank."""
    cells = frame[column]
    texts = cells.astype(str).str.strip()
    return texts.where(~(cells.isna() | texts.isin(BLANK)), "").to_numpy(dtype=str)


def _numbers(frame: pd.DataFrame, column: Any, name: str, where: str, blank: float) -> NDArray[np.float64]:
    """A column as numbers, `blank` where a cell is; a column that is not there is blank."""
    import pandas as pd

    if column is None:
        return np.full(len(frame), blank)
    texts = pd.Series(_texts(frame, column))
    empty = (texts == "").to_numpy()
    read: NDArray[np.float64] = pd.to_numeric(texts.mask(empty, "0"), errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(read) | (empty & (name == "TIME")))
    if wrong.size:
        shown = frame[column].iloc[wrong[0]]
        raise BadInput(f"{name} is '{shown}'", where=f"{where}, row {wrong[0] + 1}", todo="give a finite number")
    return np.where(empty, blank, read)


def _patients(
    frame: pd.DataFrame, column: Any, ids: Sequence[Any] | None, where: str
) -> tuple[tuple[Any, ...] | None, NDArray[np.int64], NDArray[np.int64]]:
    """The patients' labels, and for each record in the order of patients: its patient and its place in the table."""
    import pandas as pd

    rows = np.arange(len(frame), dtype=np.int64)
    if column is None:
        people = 1 if ids is None else len(ids)
        labels = None if ids is None else tuple(ids)
        return labels, np.repeat(np.arange(people, dtype=np.int64), rows.size), np.tile(rows, people)
    given = frame[column]
    blank = np.flatnonzero(_texts(frame, column) == "")
    if blank.size:
        raise BadInput("a record without ID", where=f"{where}, row {blank[0] + 1}", todo="say whose record it is")
    uniques = pd.Index(given.unique() if ids is None else ids)
    codes = uniques.get_indexer(given)
    strange = np.flatnonzero(codes < 0)
    if strange.size:
        row = int(strange[0])
        raise unknown("ID", str(given[row]), map(str, uniques), where=f"{where}, row {row + 1}")
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    again = np.flatnonzero(np.bincount(codes[starts], minlength=len(uniques)) > 1)
    if again.size:
        row = int(starts[codes[starts] == again[0]][1]) + 1
        what = f"ID is {given[row - 1]}: records of one ID are not together"
        raise BadInput(what, where=f"{where}, row {row}", todo="sort the table by ID, then by time")
    order = np.argsort(codes, kind="stable")
    return tuple(uniques.tolist()), codes[order].astype(np.int64), order
