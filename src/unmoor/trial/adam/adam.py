"""The ADaM data sets of a result, and their files: Parquet and SAS transport (XPT, version 5)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.trial.adam.adverse_events import adae
from unmoor.trial.adam.columns import LABELS
from unmoor.trial.adam.measurements import adlb, adpc
from unmoor.trial.adam.one_trial import as_entered, entries, only
from unmoor.trial.adam.responses import adrs
from unmoor.trial.adam.subjects import adsl
from unmoor.trial.adam.times import adtte
from unmoor.trial.endpoints.worst_grade import VERSIONS
from unmoor.trial.evaluate import check_result

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Study

DATASETS = {
    "ADSL": "Subject-Level Analysis", "ADPC": "Drug Concentrations", "ADLB": "Laboratory Results",
    "ADRS": "Response Analysis", "ADTTE": "Time-to-Event Analysis", "ADAE": "Adverse Events Analysis",
}  # fmt: skip

IN_TRIAL = ("SUBJID", "VIRTPAT", "ENTRYRTM", "DLTFL", "DLTRLTM", "EXPANFL")  # what ADSL says of one trial's subjects


@dataclass(frozen=True, eq=False)
class Adam:
    """The data sets by name, and labels of the study's own columns of ADSL."""

    tables: dict[str, pd.DataFrame]
    own: dict[str, str]

    def label(self, column: str) -> str:
        """The label of a column, at most 40 characters."""
        return LABELS.get(column) or self.own.get(column) or column


def adam_data(study: Study, result: Result, *, toxicity: str, trial: int | None = None) -> Adam:
    """ADSL, ADPC, ADLB, ADRS, ADTTE and ADAE of a result in memory; `toxicity`, v5 or v6, the CTCAE of its grades.

    A virtual patient is a subject of its own in every arm, since all arms hold the same people. What else differs from
    the standard is written in docs/adam.md. With `trial`, the number of one of the dose-finding trials that `escalate`
    draws, the subjects are that trial's, each at the level it was given.
    Raises UnknownName for a version of CTCAE that does not exist, BadInput for a result that is not one of the study
    or a trial that does not exist.
    """
    check_result(study, result)
    toxicity = VERSIONS.get(toxicity, toxicity)
    who = None if trial is None else entries(study, result, trial)
    result = result if who is None else only(result, who["position"].to_numpy())
    subjects, own = adsl(study, result)
    tables = {
        "ADSL": subjects, "ADPC": adpc(study, result), "ADLB": adlb(study, result, toxicity),
        "ADRS": adrs(study, result), "ADTTE": adtte(study, result), "ADAE": adae(study, result),
    }  # fmt: skip
    if who is not None:
        tables = {name: as_entered(table, who, IN_TRIAL if name == "ADSL" else ()) for name, table in tables.items()}
    return Adam(tables, own)


def write_adam(data: Adam, folder: str | os.PathLike[str]) -> list[Path]:
    """Write each data set as Parquet and as XPT into `folder`; the paths written.

    Raises BadInput for a folder that holds other files, UnmoorError where it cannot be written.
    """
    import pyreadstat

    target = Path(folder)
    names = {f"{name.lower()}{suffix}" for name in data.tables for suffix in (".parquet", ".xpt")}
    if target.exists() and any(path.name not in names for path in target.iterdir()):
        raise BadInput(f"'{target}' holds other files", where="ADaM", todo="choose an empty folder")
    written = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, table in data.tables.items():
            labels: list[str | None] = [data.label(str(column)) for column in table.columns]
            parquet, transport = target / f"{name.lower()}.parquet", target / f"{name.lower()}.xpt"
            table.to_parquet(parquet, index=False)
            pyreadstat.write_xport(
                _plain(table), str(transport), file_label=DATASETS[name], column_labels=labels, table_name=name,
                file_format_version=5,
            )  # fmt: skip
            written += [parquet, transport]
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnmoorError(f"cannot write '{target}': {reason}", todo="free space or choose another folder") from problem
    return written


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as doubles and texts as texts of at most 200 characters: all that a transport file holds."""
    found = table.copy()
    for column in found:
        if found[column].dtype.kind in "fiub":
            found[column] = found[column].astype(float)
        else:
            found[column] = found[column].astype(str).str.slice(0, 200)
    return found
