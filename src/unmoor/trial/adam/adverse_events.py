"""ADAE: adverse events that happened, with their worst grade where the model gives grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import day, subject, treatment
from unmoor.trial.adam.records import WHO, joined
from unmoor.trial.among import Group
from unmoor.trial.displays.worst_grades import event_term, grades_so_far
from unmoor.trial.moments import GRADE

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Arm, Study

EVENT = "_reached"
"""Outputs of this ending are adverse events by hazard: they have happened where the output is 1 or more."""
COLUMNS = (*WHO, "AETERM", "AEDECOD", "ASTDY", "ASTRLTM", "ATOXGR", "TRTEMFL")


def adae(study: Study, result: Result) -> pd.DataFrame:
    """One record a subject and event: graded events at their worst grade, others where a hazard crossed its draw.

    A graded event starts at the first time of the grid with a grade of 1 or more, ATOXGR is its worst grade. An event
    by hazard has no grade; its time is interpolated between the grid's times on either side of the crossing.
    """
    frames = []
    for name in study.outputs:
        for arm in study.arms:
            if name.endswith(GRADE):
                frames.append(_graded(study, result, arm, name))
            elif name.endswith(EVENT):
                frames.append(_reached(study, result, arm, name))
    found = joined(frames, COLUMNS)
    found = found.sort_values(["USUBJID", "ASTRLTM"], ignore_index=True)
    found["AESEQ"] = found.groupby("USUBJID").cumcount() + 1.0
    return found


def _graded(study: Study, result: Result, arm: Arm, name: str) -> pd.DataFrame:
    grades = grades_so_far(result, arm.name, name)
    with np.errstate(invalid="ignore"):
        some = grades >= 1
    rows = np.flatnonzero(some.any(axis=1) & Group.of(arm, result).alive)
    term = event_term(name, str(result.outputs[name].get("long_name", "")))
    worst = grades[rows, -1].astype(int).astype(str)
    return _frame(study, result, arm, rows, term, result.times[some[rows].argmax(axis=1)], worst)


def _reached(study: Study, result: Result, arm: Arm, name: str) -> pd.DataFrame:
    times = result.times
    values = result.curves[name].sel(arm=arm.name).transpose("patient", "time").values.astype(float)
    rows = np.flatnonzero((values >= 1).any(axis=1) & Group.of(arm, result).alive)
    after = np.argmax(values[rows] >= 1, axis=1)
    before = np.maximum(after - 1, 0)
    low, high = values[rows, before], values[rows, after]
    share = np.where(high > low, (1 - low) / np.where(high > low, high - low, 1), 0.0)
    when = times[before] + np.clip(share, 0, 1) * (times[after] - times[before])
    return _frame(study, result, arm, rows, name.removesuffix(EVENT).replace("_", " "), when, "")


def _frame(
    study: Study, result: Result, arm: Arm, rows: np.ndarray, term: str, when: np.ndarray, grade: str | np.ndarray
) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({
        "STUDYID": study.name, "USUBJID": subject(study, arm.name, result.patients.index.to_numpy()[rows]),
        **treatment(study, arm.name), "AETERM": term.upper(), "AEDECOD": term.upper(), "ASTDY": day(when),
        "ASTRLTM": when, "ATOXGR": grade, "TRTEMFL": "Y",
    })  # fmt: skip
