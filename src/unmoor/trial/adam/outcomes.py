"""ADRS, ADTTE and ADAE: what a subject reached, when, and which adverse events happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import codes, day, subject, treatment
from unmoor.trial.among import Group
from unmoor.trial.statistics.cumulative_incidence import COMPETING, REACHED

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Endpoint, Study

EVENT = "_reached"
"""Outputs of this ending are adverse events by hazard: they have happened where the output is 1 or more."""
OTHER = ("STUDYID", "USUBJID", "TRTP", "TRTPN")


def adrs(study: Study, result: Result) -> pd.DataFrame:
    """Endpoints that are a yes or a no, one record a subject and endpoint: AVAL 1 or 0, AVALC Y or N."""
    frames = []
    for endpoint, column in _endpoints(study, "proportion"):
        measure = study.measure(endpoint)
        for arm in study.arms:
            values, frame = _records(study, result, arm.name, measure.values(result, arm.name))
            frame["PARAMCD"], frame["PARAM"] = column, endpoint.label[:200]
            frame["AVAL"], frame["AVALC"] = values, np.where(values == 1, "Y", "N")
            frame["ANL01FL"] = "Y"
            frames.append(frame)
    return _joined(frames, (*OTHER, "PARAMCD", "PARAM", "AVAL", "AVALC", "ANL01FL"))


def adtte(study: Study, result: Result) -> pd.DataFrame:
    """Times to a target, in sessions: CNSR 0 the event, 1 censored, 2 a competing end."""
    frames = []
    for endpoint, column in _endpoints(study, "incidence"):
        measure = study.measure(endpoint)
        for arm in study.arms:
            values, frame = _records(study, result, arm.name, measure.values(result, arm.name))
            outcome = values[:, 1]
            frame["PARAMCD"], frame["PARAM"] = column, endpoint.label[:200]
            frame["AVAL"], frame["AVALU"] = values[:, 0], "SESSIONS"
            frame["CNSR"] = np.where(outcome == REACHED, 0.0, np.where(outcome == COMPETING, 2.0, 1.0))
            words = ["TARGET REACHED", "LAST PLANNED SESSION", "SESSIONS ENDED BEFORE"]
            frame["EVNTDESC"] = np.array(words)[frame["CNSR"].astype(int)]
            frames.append(frame)
    return _joined(frames, (*OTHER, "PARAMCD", "PARAM", "AVAL", "AVALU", "CNSR", "EVNTDESC"))


def adae(study: Study, result: Result) -> pd.DataFrame:
    """Adverse events by hazard: one record where a subject's cumulative hazard crossed its own draw.

    The time is interpolated between the grid's times on either side of the crossing. Grades are not part of a hazard
    and are left empty.
    """
    import pandas as pd

    frames, times = [], result.times
    for name in study.outputs:
        if not name.endswith(EVENT):
            continue
        for arm in study.arms:
            values = result.curves[name].sel(arm=arm.name).transpose("patient", "time").values.astype(float)
            group = Group.of(arm, result)
            rows = np.flatnonzero((values >= 1).any(axis=1) & group.alive)
            after = np.argmax(values[rows] >= 1, axis=1)
            before = np.maximum(after - 1, 0)
            low, high = values[rows, before], values[rows, after]
            share = np.where(high > low, (1 - low) / np.where(high > low, high - low, 1), 0.0)
            when = times[before] + np.clip(share, 0, 1) * (times[after] - times[before])
            term = name.removesuffix(EVENT).replace("_", " ").upper()
            frames.append(pd.DataFrame({
                "STUDYID": study.name, "USUBJID": subject(study, arm.name, result.patients.index.to_numpy()[rows]),
                **treatment(study, arm.name), "AETERM": term, "AEDECOD": term, "ASTDY": day(when), "ASTRLTM": when,
                "ATOXGR": "", "TRTEMFL": "Y",
            }))  # fmt: skip
    columns = (*OTHER, "AETERM", "AEDECOD", "ASTDY", "ASTRLTM", "ATOXGR", "TRTEMFL")
    found = _joined(frames, columns)
    found = found.sort_values(["USUBJID", "ASTRLTM"], ignore_index=True)
    found["AESEQ"] = found.groupby("USUBJID").cumcount() + 1.0
    return found


def _endpoints(study: Study, kind: str) -> list[tuple[Endpoint, str]]:
    short = codes(endpoint.name for endpoint in study.endpoints)
    return [(one, short[one.name]) for one in study.endpoints if study.measure(one).kind == kind]


def _records(study: Study, result: Result, arm: str, values: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
    """Values of the subjects who have one, and a frame with their identifiers."""
    import pandas as pd

    group = Group.of(study.arm(arm), result)
    known = ~np.isnan(values if values.ndim == 1 else values[:, 0]) & group.alive
    who = subject(study, arm, result.patients.index.to_numpy()[known])
    return values[known], pd.DataFrame({"STUDYID": study.name, "USUBJID": who, **treatment(study, arm)})


def _joined(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)[list(columns)] if frames else pd.DataFrame(columns=list(columns))
