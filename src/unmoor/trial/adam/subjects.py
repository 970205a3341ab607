"""ADSL: one record a subject and arm, with covariates and how the subject ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import codes, subject
from unmoor.trial.among import Group

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Study

OWN = {"age": "AGE", "sex": "SEX"}
SEXES = {"male": "M", "female": "F"}


def adsl(study: Study, result: Result) -> tuple[pd.DataFrame, dict[str, str]]:
    """The data set, and labels of the columns that hold the study's own covariates."""
    import pandas as pd

    names = [str(name) for name in result.patients.columns if not str(name).startswith("withdrawn (")]
    short = codes(name for name in names if name not in OWN)
    frames = []
    for number, arm in enumerate(study.arms, start=1):
        group = Group.of(arm, result)
        people = result.patients[group.inside]
        alive = group.alive[group.inside]
        left = people.get(f"withdrawn ({arm.name})", pd.Series(np.nan, people.index)).notna().to_numpy()
        frame = pd.DataFrame({
            "STUDYID": study.name, "USUBJID": subject(study, arm.name, people.index),
            "SUBJID": people.index.astype(str), "ARM": arm.title, "TRT01P": arm.title, "TRT01PN": number,
            "ITTFL": "Y", "SAFFL": np.where(alive, "Y", "N"), "COMPLFL": np.where(alive & ~left, "Y", "N"),
            "DCSREAS": np.where(~alive, "COULD NOT BE SIMULATED", np.where(left, "WITHDRAWN", "")),
        })  # fmt: skip
        if "age" in people:
            frame["AGE"], frame["AGEU"] = people["age"].to_numpy(float), "YEARS"
        if "sex" in people:
            frame["SEX"] = [SEXES.get(str(value), "U") for value in people["sex"]]
        for name, column in short.items():
            values = people[name]
            frame[column] = values.to_numpy(float) if values.dtype.kind in "fiub" else values.astype(str).to_numpy()
        frames.append(frame)
    labels = {column: name.replace("_", " ")[:40] for name, column in short.items()}
    return pd.concat(frames, ignore_index=True), labels
