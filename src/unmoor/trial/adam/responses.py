"""ADRS: the response at each assessment, the best overall response, and endpoints that are a yes or a no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import code, day, subject, treatment
from unmoor.trial.adam.records import WHO, endpoints_of, joined, records
from unmoor.trial.among import Group
from unmoor.trial.responses import response_course

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.response_plan import ResponsePlan
    from unmoor.trial.study import Study

COLUMNS = (*WHO, "PARAMCD", "PARAM", "AVAL", "AVALC", "ADY", "AFRLT", "ANL01FL")


def adrs(study: Study, result: Result) -> pd.DataFrame:
    """Per response of the study a record a subject and assessment and one of the best; then the yes-or-no endpoints.

    AVALC is the response, AVAL its place in the criterion, 1 the best; of an endpoint Y or N, and 1 or 0. ANL01FL is Y
    up to relapse or progression: later assessments count for nothing.
    """
    frames = [frame for plan in study.responses for frame in _of_response(study, result, plan)]
    for endpoint, column in endpoints_of(study, "proportion"):
        measure = study.measure(endpoint)
        for arm in study.arms:
            values, frame = records(study, result, arm.name, measure.values(result, arm.name))
            frame["PARAMCD"], frame["PARAM"] = column, endpoint.label[:200]
            frame["AVAL"], frame["AVALC"] = values, np.where(values == 1, "Y", "N")
            frame["ADY"], frame["AFRLT"], frame["ANL01FL"] = np.nan, np.nan, "Y"
            frames.append(frame)
    return joined(frames, COLUMNS)


def response_codes(study: Study) -> dict[str, tuple[str, str]]:
    """Response of the study -> codes of its assessments and of its best one, none that an endpoint has."""
    taken = [column for kind in ("proportion", "time") for _, column in endpoints_of(study, kind)]
    found: dict[str, tuple[str, str]] = {}
    for plan in study.responses:
        overall = code(f"OVR{plan.name}", taken)
        best = code(f"BOR{plan.name}", [*taken, overall])
        taken += [overall, best]
        found[plan.name] = (overall, best)
    return found


def _of_response(study: Study, result: Result, plan: ResponsePlan) -> Iterator[pd.DataFrame]:
    import pandas as pd

    overall, best = response_codes(study)[plan.name]
    version, order = plan.criterion.version, list(plan.criterion.order)
    for arm in study.arms:
        course = response_course(study, result, arm.name, plan.name)
        who = np.flatnonzero(Group.of(arm, result).alive & ~np.isnan(course.end))
        people = np.array(subject(study, arm.name, result.patients.index.to_numpy()[who]), dtype=object)
        common = {"STUDYID": study.name, **treatment(study, arm.name)}
        person, visit = np.nonzero(course.seen[who])  # an assessment that was not made leaves no record
        times, words = course.times[visit], course.response[who][person, visit]
        counts = times <= course.end[who][person]
        yield pd.DataFrame({
            **common, "USUBJID": people[person], "PARAMCD": overall,
            "PARAM": f"Overall response by {version}", "AVAL": _places(words, order), "AVALC": words.astype(object),
            "ADY": day(times), "AFRLT": times, "ANL01FL": np.where(counts, "Y", ""),
        })  # fmt: skip
        yield pd.DataFrame({
            **common, "USUBJID": people, "PARAMCD": best, "PARAM": f"Best overall response by {version}",
            "AVAL": _places(course.best[who], order), "AVALC": course.best[who].astype(object),
            "ADY": np.nan, "AFRLT": np.nan, "ANL01FL": "Y",
        })  # fmt: skip


def _places(words: np.ndarray, order: list[str]) -> np.ndarray:
    return np.array([order.index(str(word)) + 1.0 for word in words])
