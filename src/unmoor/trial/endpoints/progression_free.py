"""How long patients live without progression: from the baseline to progression or death."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.units import convert
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.responses import response_course
from unmoor.trial.window import in_window

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`response`, one of the study's `responses`; `death`, an output that is 1 from death on; `unit` of the time."""

    response: str
    death: str | None = None
    unit: str = "months"


def measure(options: Options, study: Study, where: str) -> Measure:
    """The time from the baseline to progression by the criterion or to death; else censored at the last assessment.

    Death is seen at the first time of the grid at which its output is 1 or more, while the patient is followed.
    Raises UnknownName for a response or output the study lacks, BadInput for a criterion that knows relapse only, such
    as those of AML, or a unit that is no time.
    """
    plan = study.response(options.response, where)
    if not plan.criterion.progresses:
        todo = "ask for 'response_duration': a patient who never responded cannot relapse"
        raise BadInput(f"{plan.criterion.version} knows relapse, not progression", where=where, todo=todo)
    if options.death is not None:
        study.curve(options.death, where)
    scale = float(convert(1.0, "h", options.unit, where=where))

    def values(result: Result, arm: str) -> np.ndarray:
        course = response_course(study, result, arm, options.response)
        end, event = course.end, course.ended
        if options.death is not None:
            times, dead = in_window(result, arm, options.death, (plan.baseline[arm], study.duration))
            deaths = (dead >= 1) & (times <= course.followed[:, None])
            died = deaths.any(axis=1)
            when = np.where(died, times[deaths.argmax(axis=1)], np.inf)
            end, event = np.where(event | died, np.fmin(np.where(event, end, np.inf), when), end), event | died
        known = ~np.isnan(course.end)
        return np.where(known[:, None], np.column_stack([(end - plan.baseline[arm]) * scale, event]), np.nan)

    return Measure("time", options.unit, values, moments=plan.moments)
