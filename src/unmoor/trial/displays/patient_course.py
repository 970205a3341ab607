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
    given, first = np.array(trial.arms), 0
    found: dict[int, PatientCourse] = {}
    for part in result.parts():
        here = (trial.who >= first) & (trial.who < first + part.n)
        for arm in dict.fromkeys(given[here].tolist()):
            entries = np.flatnonzero(here & (given == arm))
            followed = _followed(study, part, arm, response, trial.who[entries] - first, trial.dlt[entries])
            found |= dict(zip(entries.tolist(), followed, strict=True))
        first += part.n
    return [found[entry] for entry in sorted(found) if not np.isnan(found[entry].end)]


def _followed(
    study: Study, part: Result, arm: str, response: str, who: NDArray[np.int64], dlt: Floats
) -> list[PatientCourse]:
    """The courses of patients at the positions `who` of one part of a result."""
    course = response_course(study, part, arm, response)
    counted = study.response(response).criterion.counted
    changes, severe = best_changes(study, part, arm, response, course), first_severe(study, part, arm)
    numbers = part.patients.index.to_numpy()[who]
    return [
        PatientCourse(
            str(number), arm, str(course.best[k]), float(np.fmin(until, course.end[k])), float(course.end[k]),
            bool(course.ended[k]), tuple(onsets(course, k, counted)), float(limited), float(severe[k]),
            float(changes[k]),
        )
        for k, number, until, limited in zip(who, numbers, last_doses(part, arm, numbers), dlt, strict=True)
    ]  # fmt: skip


def onsets(course: ResponseCourse, who: int, counted: tuple[str, ...]) -> Iterator[tuple[float, str]]:
    """(hour, response) of the first counted response of one patient and of each better one, up to the end."""
    best = len(course.order)
    for time, word in zip(course.times, course.response[who], strict=True):
        place = course.order.index(str(word))
        if time <= course.end[who] and word in counted and place < best:
            best = place
            yield float(time), str(word)


def best_changes(study: Study, result: Result, arm: str, response: str, course: ResponseCourse) -> Floats:
    """The lowest value of the main reading at an assessment up to the end, in % from baseline, shape (patient,).

    NaN for a patient without an assessment.
    """
    plan = study.response(response)
    reading = plan.readings[plan.criterion.required[0]]
    before = reading.of(at_time(result, arm, reading.output, plan.baseline[arm]))
    visits = [reading.of(at_time(result, arm, reading.output, time)) for time in course.times]
    counts = course.seen & (course.times <= course.end[:, None])
    lowest = np.where(counts, np.stack(visits, axis=1), np.inf).min(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(counts.any(axis=1), 100 * (lowest / before - 1), np.nan))


def first_severe(study: Study, result: Result, arm: str) -> Floats:
    """Hour of the first grade 3 or worse of any graded event, shape (patient,), NaN for none."""
    first = np.full(result.n, np.inf)
    for output in graded_outputs(study):
        severe = grades_so_far(result, arm, output) >= SEVERE
        first = np.minimum(first, np.where(severe.any(axis=1), result.times[severe.argmax(axis=1)], np.inf))
    return np.where(np.isfinite(first), first, np.nan)


def last_doses(result: Result, arm: str, patients: NDArray[np.int64]) -> list[float]:
    """Hour at which the last dose of each of `patients` has gone in, 0 for a patient without one."""
    doses = result.doses
    mine = doses[(doses["arm"] == arm) & doses["patient"].isin(patients)]
    last = (mine["time"].astype(float) + mine["duration"].astype(float)).groupby(mine["patient"], observed=True).max()
    return [float(last.get(number, 0.0)) for number in patients]
