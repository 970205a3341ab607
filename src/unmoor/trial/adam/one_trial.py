"""The data sets of one dose-finding trial: its patients in order of entry, each at the level it was given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import subject

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Study


def entries(study: Study, result: Result, trial: int) -> pd.DataFrame:
    """A row a patient of one of the trials that `escalate` draws, the first of them 0.

    Columns: `virtual` (the patient's USUBJID among all virtual patients), `position` (in the result), and of ADSL
    USUBJID, SUBJID, VIRTPAT, ENTRYRTM (h from the first entry), DLTFL, DLTRLTM (h from the first dose, NaN for none)
    and EXPANFL. Who was drawn twice is two subjects.
    Raises BadInput for a study without dose levels or a trial that does not exist.
    """
    import pandas as pd

    from unmoor.trial.escalation import escalate  # designs are imported for who asks for one of their trials

    path = escalate(study, result).path(trial)
    patients = result.patients.index.to_numpy()[path["patient"]]
    number = np.arange(1, len(path) + 1)
    return pd.DataFrame({
        "virtual": [subject(study, arm, [who])[0] for arm, who in zip(path["arm"], patients, strict=True)],
        "position": path["patient"].to_numpy(), "USUBJID": [f"{study.name}.trial{trial}.{k:03d}" for k in number],
        "SUBJID": number.astype(str), "VIRTPAT": patients.astype(str), "ENTRYRTM": path["entry"].to_numpy(float),
        "DLTFL": np.where(path["dlt"], "Y", "N"), "DLTRLTM": path["dlt_time"].to_numpy(float),
        "EXPANFL": np.where(path["expansion"], "Y", "N"),
    })  # fmt: skip


def only(result: Result, positions: np.ndarray) -> Result:
    """The result of some of its patients, each once, by their positions in it."""
    rows = np.unique(positions)
    return replace(
        result,
        curves=result.curves.isel(patient=rows),
        sessions=result.sessions.isel(patient=rows),
        status=result.status.isel(patient=rows),
        patients=result.patients.iloc[rows],
    )


def as_entered(table: pd.DataFrame, who: pd.DataFrame, own: tuple[str, ...] = ()) -> pd.DataFrame:
    """The records of a data set that belong to the trial's patients, in order of entry, under their names in it.

    `own` are further columns of `who` that the data set takes.
    """
    kept = who[["virtual", "USUBJID", *own]]
    rest = table.drop(columns=[name for name in own if name in table]).rename(columns={"USUBJID": "virtual"})
    joined = kept.merge(rest, on="virtual", how="inner", sort=False)
    columns = [name for name in table.columns if name not in own or name == "SUBJID"]
    return joined[[*columns, *(name for name in own if name not in columns)]]
