"""ADTTE: times to an event with their censoring, of endpoints that are times and of times to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.records import WHO, endpoints_of, joined, records
from unmoor.trial.statistics.cumulative_incidence import COMPETING, REACHED

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Study

COLUMNS = (*WHO, "PARAMCD", "PARAM", "AVAL", "AVALU", "CNSR", "EVNTDESC")
Words = tuple[str, ...]
SESSIONS: Words = ("TARGET REACHED", "LAST PLANNED SESSION", "SESSIONS ENDED BEFORE")
TIMES: Words = ("RELAPSE OR PROGRESSION", "LAST ASSESSMENT")

DEATHS: Words = ("PROGRESSION OR DEATH", "LAST ASSESSMENT")


def adtte(study: Study, result: Result) -> pd.DataFrame:
    """CNSR 0 the event, 1 censored, 2 a competing end; durations of response of those only who responded."""
    frames = []
    for endpoint, column in [*endpoints_of(study, "time"), *endpoints_of(study, "incidence")]:
        measure = study.measure(endpoint)
        for arm in study.arms:
            values, frame = records(study, result, arm.name, measure.values(result, arm.name))
            outcome = values[:, 1]
            frame["PARAMCD"], frame["PARAM"], frame["AVAL"] = column, endpoint.label[:200], values[:, 0]
            words: Words = SESSIONS
            if measure.kind == "time":
                words = DEATHS if getattr(endpoint.options, "death", None) else TIMES
                frame["AVALU"] = measure.unit.upper()
                frame["CNSR"] = np.where(outcome == 1, 0.0, 1.0)
            else:
                frame["AVALU"] = "SESSIONS"
                frame["CNSR"] = np.where(outcome == REACHED, 0.0, np.where(outcome == COMPETING, 2.0, 1.0))
            frame["EVNTDESC"] = np.array(words, dtype=object)[frame["CNSR"].astype(int)]
            frames.append(frame)
    return joined(frames, COLUMNS)
