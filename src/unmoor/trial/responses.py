"""A patient's response over time, read off a result by a versioned criterion: best response, its onset and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.criteria.course import confirmed, first_and_end, ranks
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
    else of the last assessment, NaN for a patient who could not be integrated.
    """

    times: Floats
    response: NDArray[np.str_]
    order: tuple[str, ...]
    best: NDArray[np.str_]
    onset: Floats
    end: Floats
    ended: NDArray[np.bool_]


def response_course(
    study: Study, result: Result | StoredResult, arm: str, name: str, counts: Sequence[str] | None = None
) -> ResponseCourse:
    """The course of the response that the study calls `name`, in one arm; `counts` are the responses that count.

    In AML a remission ends with a relapse (blasts of 5% or more, or seen in blood), a partial response with an
    assessment without response, and nothing ends in a patient who never responded; in myeloma progression ends all,
    and a response after it does not count. Where the study asks for confirmation, the response of an assessment is
    what the next one bears out, and the last one only serves that.
    Raises UnknownName for a response the study or the criterion lacks, BadInput for impossible readings.
    """
    plan = study.response(name)
    counted = plan.counted(counts, plan.where)
    parts = [_judged(plan, part, arm) for part in result.parts()]
    response = np.concatenate([part[0] for part in parts])
    ending = np.concatenate([part[1] for part in parts])
    alive = np.concatenate([part[2] for part in parts])
    times, order = np.asarray(plan.times[arm]), plan.criterion.order
    if plan.confirmed:
        response, times = confirmed(response, order), times[:-1]
        # the criteria that ask for confirmation progress by a response of that name
        ending = response == "PD"
    progresses = plan.criterion.progresses
    first, over, ended = first_and_end(np.isin(response, counted), ending, progresses=progresses)
    _, until, _ = first_and_end(np.isin(response, plan.criterion.counted), ending, progresses=progresses)
    seen = np.arange(len(times)) <= until[:, None]
    best = np.where(seen, ranks(response, order, name), len(order) - 1).min(axis=1)
    responded = first < len(times)
    onset = np.where(responded & alive, times[np.minimum(first, len(times) - 1)], np.nan)
    end = np.where(alive, times[over], np.nan)
    return ResponseCourse(times, response, order, np.asarray(order)[best], onset, end, ended & alive)


def _judged(
    plan: ResponsePlan, result: Result, arm: str
) -> tuple[NDArray[np.str_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Responses and endings (patient, visit) of one part of a result, and who was integrated, (patient,)."""
    now, baseline = {}, {}
    for argument, reading in plan.readings.items():
        read = reading.of(at_times(result, arm, reading.output, [plan.baseline[arm], *plan.times[arm]]))
        baseline[argument], now[argument] = read[:, :1], read[:, 1:]
        if reading.above is not None or reading.below is not None:
            now[argument] = now[argument] == 1
    response, ending = plan.criterion(now, baseline)
    alive = np.asarray(result.status.sel(arm=arm).values == 0) & ~np.isnan(baseline[plan.criterion.required[0]][:, 0])
    return response, ending, alive
