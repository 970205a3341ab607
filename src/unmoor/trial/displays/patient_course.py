"""What happened to each patient of the trial shown: treatment, responses, relapse, toxicity, the best change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.displays.shown_trial import ShownTrial
from unmoor.trial.displays.worst_grades import graded_outputs, grades_so_far
from unmoor.trial.responses import ResponseCourse, response_course
from unmoor.trial.study import Study
from unmoor.trial.window import at_time

Floats = NDArray[np.float64]
SEVERE = 3


@dataclass(frozen=True, slots=True)
class PatientCourse:
    """One patient; times in h from day 1 00:00, NaN where it did not happen.

    `onsets` are the assessments at which a response that counts was first seen, and each at which a better one was.
    `change` is the lowest value of the criterion's main reading in % above (below: negative) its baseline, up to `end`.
    """

    patient: str
    arm: str
    best: str
    treated: float
    end: float
    ended: bool
    onsets: tuple[tuple[float, str], ...]
    dlt: float
    severe: float
    change: float


def patient_courses(
    study: Study, result: Result | StoredResult, trial: ShownTrial, response: str
) -> list[PatientCourse]:
    """The courses of the patients of `trial` by the response called `response`, in order of entry.

    Raises what `response_course` raises.
    """
    chosen = np.array(trial.arms)
    found: list[PatientCourse | None] = [None] * len(chosen)
    for arm in dict.fromkeys(trial.arms):
        course = response_course(study, result, arm, response)
        changes = best_changes(study, result, arm, response, course)
        severe = first_severe(study, result, arm)
        places = np.flatnonzero(chosen == arm)
        numbers = result.patients.index.to_numpy()[trial.who[places]]
        treated = last_doses(result, arm, numbers)
        for place, number, until in zip(places, numbers, treated, strict=True):
            who = trial.who[place]
            end = float(course.end[who])
            found[place] = PatientCourse(
                str(number), arm, str(course.best[who]), min(until, end), end, bool(course.ended[who]),
                tuple(onsets(course, who, study.response(response).criterion.counted)), float(trial.dlt[place]),
                float(severe[who]), float(changes[who]),
            )  # fmt: skip
    return [course for course in found if course is not None and not np.isnan(course.end)]


def onsets(course: ResponseCourse, who: int, counted: tuple[str, ...]) -> Iterator[tuple[float, str]]:
    """(hour, response) of the first counted response of one patient and of each better one, up to the end."""
    best = len(course.order)
    for time, word in zip(course.times, course.response[who], strict=True):
        place = course.order.index(str(word))
        if time <= course.end[who] and word in counted and place < best:
            best = place
            yield float(time), str(word)


def best_changes(
    study: Study, result: Result | StoredResult, arm: str, response: str, course: ResponseCourse
) -> Floats:
    """The lowest value of the main reading at an assessment up to the end, in % from baseline, shape (patient,)."""
    plan = study.response(response)
    reading = plan.readings[plan.criterion.required[0]]
    before = np.concatenate(
        [reading.of(at_time(part, arm, reading.output, plan.baseline[arm])) for part in result.parts()]
    )
    values = [
        np.stack([reading.of(at_time(part, arm, reading.output, time)) for time in course.times], axis=1)
        for part in result.parts()
    ]
    seen = np.where(course.times <= course.end[:, None], np.concatenate(values), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * (seen.min(axis=1) / before - 1))


def first_severe(study: Study, result: Result | StoredResult, arm: str) -> Floats:
    """Hour of the first grade 3 or worse of any graded event, shape (patient,), NaN for none."""
    hours = []
    for part in result.parts():
        first = np.full(part.n, np.inf)
        for output in graded_outputs(study):
            severe = grades_so_far(part, arm, output) >= SEVERE
            first = np.minimum(first, np.where(severe.any(axis=1), part.times[severe.argmax(axis=1)], np.inf))
        hours.append(np.where(np.isfinite(first), first, np.nan))
    return np.concatenate(hours)


def last_doses(result: Result | StoredResult, arm: str, patients: NDArray[np.int64]) -> list[float]:
    """Hour at which the last dose of each of `patients` has gone in, 0 for a patient without one."""
    doses = result.doses
    mine = doses[(doses["arm"] == arm) & doses["patient"].isin(patients)]
    last = (mine["time"].astype(float) + mine["duration"].astype(float)).groupby(mine["patient"], observed=True).max()
    return [float(last.get(number, 0.0)) for number in patients]
