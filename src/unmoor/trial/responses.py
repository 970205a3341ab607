"""A patient's response over time, read off a result by a versioned criterion: best response, its onset and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.criteria.course import confirmed_where_seen, first_and_end, ranks
from unmoor.trial.prediction import seed_of
from unmoor.trial.response_plan import ResponsePlan
from unmoor.trial.window import at_times

if TYPE_CHECKING:
    from unmoor.trial.study import Study

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ResponseCourse:
    """Responses of an arm's patients: `times` (visit,) h, `response` (patient, visit), `order` best first.

    `best` (patient,) is the best response up to relapse or progression; `onset` (patient,) h the first assessment with
    a response that counts, NaN without one; `end` (patient,) h that of relapse or progression where `ended` is True,
    else of the last assessment made, the baseline where none was, NaN for a patient who could not be integrated or
    would enter after the data cut. `seen` (patient, visit) says which assessments were made: by the study's conduct
    some are missed, and those after `followed` (patient,) h are not seen.
    """

    times: Floats
    response: NDArray[np.str_]
    order: tuple[str, ...]
    best: NDArray[np.str_]
    onset: Floats
    end: Floats
    ended: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    followed: Floats


def response_course(
    study: Study, result: Result | StoredResult, arm: str, name: str, counts: Sequence[str] | None = None
) -> ResponseCourse:
    """The course of the response that the study calls `name`, in one arm; `counts` are the responses that count.

    In AML a remission ends with a relapse (blasts of 5% or more, or seen in blood), a partial response with an
    assessment without response, and nothing ends in a patient who never responded; in myeloma progression ends all,
    and a response after it does not count. Where the study asks for confirmation, the response of an assessment is
    what the next one made bears out, and the last one only serves that.
    Raises UnknownName for a response the study or the criterion lacks, BadInput for impossible readings.
    """
    plan = study.response(name)
    counted = plan.counted(counts, plan.where)
    times, order = np.asarray(plan.times[arm]), plan.criterion.order
    seen, followed = _conduct(study, result, times)
    parts, start = [], 0
    for part in result.parts():
        parts.append(_judged(plan, part, arm, seen[start : start + part.n]))
        start += part.n
    response = np.concatenate([part[0] for part in parts])
    ending = np.concatenate([part[1] for part in parts])
    alive = np.concatenate([part[2] for part in parts])
    alive &= followed >= 0
    if plan.confirmed:
        response, seen = confirmed_where_seen(response, seen, order)
        times = times[:-1]
        # the criteria that ask for confirmation progress by a response of that name
        ending = response == "PD"
    progresses = plan.criterion.progresses
    first, over, ended = first_and_end(np.isin(response, counted), ending, progresses=progresses)
    _, until, _ = first_and_end(np.isin(response, plan.criterion.counted), ending, progresses=progresses)
    before = np.arange(len(times)) <= until[:, None]
    best = np.where(before, ranks(response, order, name), len(order) - 1).min(axis=1)
    responded = first < len(times)
    onset = np.where(responded & alive, times[np.minimum(first, len(times) - 1)], np.nan)
    last = np.where(seen.any(axis=1), times[seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)], plan.baseline[arm])
    end = np.where(alive, np.where(ended, times[over], last), np.nan)
    return ResponseCourse(times, response, order, np.asarray(order)[best], onset, end, ended & alive, seen, followed)


def _conduct(study: Study, result: Result | StoredResult, times: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Which assessments are made, (patient, visit), and until when each patient is seen, (patient,) h."""
    patients = result.patients.index.to_numpy()
    if study.conduct is None:
        return np.ones((len(patients), len(times)), dtype=bool), np.full(len(patients), np.inf)
    seed = seed_of(study, result)
    return study.conduct.seen(patients, times, seed), study.conduct.followed(patients, seed)


def _judged(
    plan: ResponsePlan, result: Result, arm: str, seen: NDArray[np.bool_]
) -> tuple[NDArray[np.str_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Responses and endings (patient, visit) of one part of a result, and who was integrated, (patient,)."""
    now, baseline = {}, {}
    for argument, reading in plan.readings.items():
        read = reading.of(at_times(result, arm, reading.output, [plan.baseline[arm], *plan.times[arm]]))
        baseline[argument], now[argument] = read[:, :1], np.where(seen, read[:, 1:], np.nan)
        if reading.above is not None or reading.below is not None:
            now[argument] = now[argument] == 1
    response, ending = plan.criterion(now, baseline)
    alive = np.asarray(result.status.sel(arm=arm).values == 0) & ~np.isnan(baseline[plan.criterion.required[0]][:, 0])
    return response, ending, alive
