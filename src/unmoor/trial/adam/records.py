"""Records of endpoints: which endpoints a data set holds, the subjects who have a value, and frames put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import codes, subject, treatment
from unmoor.trial.among import Group

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Endpoint, Study

WHO = ("STUDYID", "USUBJID", "TRTP", "TRTPN")


def endpoints_of(study: Study, kind: str) -> list[tuple[Endpoint, str]]:
    """Endpoints of one kind, each with its code."""
    short = codes(endpoint.name for endpoint in study.endpoints)
    return [(one, short[one.name]) for one in study.endpoints if study.measure(one).kind == kind]


def records(study: Study, result: Result, arm: str, values: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
    """Values of the subjects who have one, and a frame with their identifiers."""
    import pandas as pd

    group = Group.of(study.arm(arm), result)
    known = ~np.isnan(values if values.ndim == 1 else values[:, 0]) & group.alive
    who = subject(study, arm, result.patients.index.to_numpy()[known])
    return values[known], pd.DataFrame({"STUDYID": study.name, "USUBJID": who, **treatment(study, arm)})


def joined(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    """All records in one frame with these columns; a frame without one of them has it empty."""
    import pandas as pd

    if not frames:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(frames, ignore_index=True).reindex(columns=list(columns))
