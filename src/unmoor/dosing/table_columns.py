"""The columns of a NONMEM-style dosing table, read and refused record by record before anything is computed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput, UnmoorError, Unsupported, unknown
from unmoor.dosing.schedule import MOST_DOSES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = ("ID", "TIME", "EVID", "AMT", "CMT", "RATE", "ADDL", "II", "SS")
REQUIRED = ("TIME", "AMT", "CMT")
NOT_READ = ("DV", "MDV", "CALL", "CONT", "DATE", "DAT1", "DAT2", "DAT3", "L1", "L2", "PCMT", "CENS", "LIMIT")


@dataclass(frozen=True, eq=False)
class DoseRecords:
    """The dose records of a table, columns of shape (record,); `count` patients are numbered from 0.

    `row` is the record's row in the table from 1, `compartment` its CMT as text; the rest as in NONMEM.
    """

    where: str
    count: int
    row: NDArray[np.int64]
    patient: NDArray[np.int64]
    compartment: NDArray[np.str_]
    time: NDArray[np.float64]
    amount: NDArray[np.float64]
    rate: NDArray[np.float64]
    additional: NDArray[np.int64]
    interval: NDArray[np.float64]


def read_records(table: pd.DataFrame | str | os.PathLike[str], ids: Sequence[Any] | None = None) -> DoseRecords:
    """The dose records of a DataFrame or CSV file; patients are numbered as in `ids`, else as they first appear.

    An empty cell or "." is zero, as in NONMEM, but for TIME and CMT. Raises BadInput with row (from 1) and column,
    UnknownName for a column or ID, Unsupported for SS, EVID 2, 3, 4, RATE -1, -2 and other columns of NONMEM.
    """
    where = str(table) if isinstance(table, str | os.PathLike) else "dosing table"
    frame = _frame(table, where)
    values = {name: _numbers(frame, name, where) for name in ("TIME", "EVID", "AMT", "RATE", "ADDL", "II", "SS")}
    if "EVID" not in frame:
        values["EVID"] = (values["AMT"] != 0).astype(float)
    patient, count = _patients(frame, ids, where)
    _check(values, patient, where)
    chosen = np.flatnonzero(values["EVID"] == 1)
    compartment = frame["CMT"].astype(str).str.strip().str.removesuffix(".0").to_numpy(dtype=str)[chosen]
    empty = np.flatnonzero(np.isin(compartment, ("", ".", "nan", "None", "<NA>")))
    if empty.size:
        todo = "name the state that the dose enters, or give its number from 1"
        raise BadInput("a dose without CMT", where=f"{where}, row {chosen[empty[0]] + 1}", todo=todo)
    names = ("TIME", "AMT", "RATE", "ADDL", "II")
    time, amount, rate, additional, interval = (values[name][chosen] for name in names)
    return DoseRecords(
        where, count, chosen + 1, patient[chosen], compartment, time, amount, rate, additional.astype(int), interval
    )


def _frame(table: pd.DataFrame | str | os.PathLike[str], where: str) -> pd.DataFrame:
    """The table with its column names in capitals: known ones, each once, the needed ones there."""
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        try:
            table = pd.read_csv(Path(table), skipinitialspace=True)
        except (OSError, ValueError) as problem:
            raise UnmoorError(f"cannot read the dosing table: {problem}", where=where) from problem
    names = [str(name).strip().upper() for name in table.columns]
    for name in names:
        if name in NOT_READ:
            todo = f"remove the column; read are {', '.join(COLUMNS)}"
            raise Unsupported(f"NONMEM's column '{name}' is not read here", where=where, todo=todo)
        if name not in COLUMNS:
            raise unknown("column", name, COLUMNS, where=where)
        if names.count(name) > 1:
            raise BadInput(f"column '{name}' is there twice", where=where, todo="keep one of them")
    for name in REQUIRED:
        if name not in names:
            raise BadInput(f"there is no column '{name}'", where=where, todo=f"give at least {', '.join(REQUIRED)}")
    return table.set_axis(names, axis="columns").reset_index(drop=True)


def _numbers(frame: pd.DataFrame, name: str, where: str) -> NDArray[np.float64]:
    """A column as numbers, empty cells as zero."""
    import pandas as pd

    if name not in frame:
        return np.zeros(len(frame))
    column = frame[name]
    texts = column.astype(str).str.strip()
    empty = (column.isna() | texts.isin(("", "."))).to_numpy()
    read: NDArray[np.float64] = pd.to_numeric(column.where(~empty, 0), errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(read) | (empty & (name == "TIME")))
    if wrong.size:
        raise BadInput(f"{name} is '{texts[wrong[0]]}'", where=f"{where}, row {wrong[0] + 1}", todo="give a number")
    return read


def _patients(frame: pd.DataFrame, ids: Sequence[Any] | None, where: str) -> tuple[NDArray[np.int64], int]:
    """Each record's patient number, and how many patients there are."""
    import pandas as pd

    if "ID" not in frame:
        if ids is not None and len(ids) != 1:
            raise BadInput(f"no column 'ID' for {len(ids)} patients", where=where, todo="add the column ID")
        return np.zeros(len(frame), dtype=np.int64), 1
    if ids is None:
        codes, uniques = pd.factorize(frame["ID"])
    else:
        uniques = pd.Index(ids)
        codes = uniques.get_indexer(frame["ID"])
    strange = np.flatnonzero(codes < 0)
    if strange.size:
        row = int(strange[0])
        raise unknown("ID", str(frame["ID"][row]), map(str, uniques), where=f"{where}, row {row + 1}")
    return codes.astype(np.int64), len(uniques)


def _check(values: dict[str, NDArray[np.float64]], patient: NDArray[np.int64], where: str) -> None:
    """Refuse the first record that cannot be meant, or that is not computed here."""
    time, evid, amount, rate, additional, interval, steady = (
        values[name] for name in ("TIME", "EVID", "AMT", "RATE", "ADDL", "II", "SS")
    )
    dose = evid == 1
    follows = np.concatenate([[False], patient[1:] == patient[:-1]])
    back = np.concatenate([[False], time[1:] < time[:-1]]) & follows
    seen_before = np.zeros(patient.size, dtype=bool)
    starts = np.flatnonzero(~follows)
    _, first = np.unique(patient[starts], return_index=True)
    seen_before[np.delete(starts, first)] = True

    refused: list[tuple[NDArray[np.bool_], str, str, str, type[UnmoorError]]] = [
        (
            steady != 0,
            "SS",
            "steady-state doses are not computed yet",
            "write the doses before, with ADDL",
            Unsupported,
        ),
        (np.isin(evid, (2, 3, 4)), "EVID", "only doses (1) and observations (0) are computed yet", "", Unsupported),
        (~np.isin(evid, (0, 1, 2, 3, 4)), "EVID", "there is no such event", "give 1 for a dose, 0 else", BadInput),
        (np.isin(rate, (-1, -2)), "RATE", "a rate or duration from the model is not computed yet", "", Unsupported),
        (rate < 0, "RATE", "a rate is zero (bolus) or more", "", BadInput),
        (time < 0, "TIME", "times count from hour 0", "shift the times", BadInput),
        (back, "TIME", "it is earlier than the record before", "sort the records of each ID by time", BadInput),
        (seen_before, "TIME", "records of one ID are not together", "sort the table by ID", BadInput),
        (dose & ~(amount > 0), "AMT", "a dose is above zero", "use EVID 0 where nothing is given", BadInput),
        (~dose & (amount != 0), "AMT", "an observation has no amount", "give EVID 1 for a dose", BadInput),
        (~dose & (rate != 0), "RATE", "an observation has no rate", "give EVID 1 for a dose", BadInput),
        (~dose & (additional != 0), "ADDL", "an observation is not repeated", "give EVID 1 for a dose", BadInput),
        (additional % 1 != 0, "ADDL", "further doses are a whole number", "", BadInput),
        (additional < 0, "ADDL", "further doses are zero or more", "", BadInput),
        (additional >= MOST_DOSES, "ADDL", f"at most {MOST_DOSES} doses in one record", "end it earlier", BadInput),
        (interval < 0, "II", "an interval is zero or more", "", BadInput),
        ((additional > 0) & (interval == 0), "II", "ADDL needs an interval", "give II above zero", BadInput),
        ((additional == 0) & (interval > 0), "II", "an interval without ADDL has no effect", "set II to 0", BadInput),
    ]
    for mask, column, what, todo, kind in refused:
        if mask.any():
            row = int(np.flatnonzero(mask)[0])
            text = f"{column} is {values[column][row]:g}: {what}"
            raise kind(text, where=f"{where}, row {row + 1}", todo=todo or "see docs/dosing.md for what is read")
