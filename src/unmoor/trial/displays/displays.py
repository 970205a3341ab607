"""All displays of one result, each read when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.displays.best_responses import BestResponses, best_by_arm
from unmoor.trial.displays.laboratory_grades import laboratory_grades
from unmoor.trial.displays.patient_course import PatientCourse, patient_courses
from unmoor.trial.displays.shown_trial import ShownTrial, arm_of_response, example, shown_trial, size_of
from unmoor.trial.displays.survival_curve import SurvivalCurve, values_of
from unmoor.trial.displays.thresholds import thresholds
from unmoor.trial.displays.worst_grades import WorstGrades, worst_grades
from unmoor.trial.escalation.compare import DesignComparison, compare_designs
from unmoor.trial.escalation.whole_trial import WholeTrial, whole_trial
from unmoor.trial.prediction import draw, seed_of
from unmoor.trial.study import Endpoint, Study
from unmoor.trial.study_file import WHOLE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Displays:
    """What a report of `result` shows beyond its table of endpoints; a stored result is read part by part."""

    study: Study
    result: Result | StoredResult

    @cached_property
    def whole(self) -> WholeTrial | None:
        """The study's dose-finding trial, run a thousand times; None where the study is none."""
        return None if self.study.escalation is None else whole_trial(self.study, self.result)

    @cached_property
    def designs(self) -> DesignComparison | None:
        """The study's design beside its alternatives, on the same patients; None where it has no alternative."""
        if self.study.escalation is None or len(self.study.escalation.designs) < 2:
            return None
        return compare_designs(self.study, self.result)

    @cached_property
    def grades(self) -> list[WorstGrades]:
        """Patients by worst grade of each event and arm, laboratory findings last; empty where nothing is graded."""
        return worst_grades(self.study, self.result) + laboratory_grades(self.study, self.result)

    def path(self, level: int) -> pd.DataFrame:
        """The patients of one of the dose-finding trials that recommend `level`, as `Escalation.path` gives them.

        Raises LookupError where the study has none that does.
        """
        if self.whole is None:
            raise LookupError("the study is no dose-finding trial")
        return self.whole.escalation.path(example(self.whole.escalation, level))

    def trial(self, response: str) -> ShownTrial:
        """The trial whose patients are shown one by one for the response of this name."""
        escalation = None if self.whole is None else self.whole.escalation
        return shown_trial(self.study, self.result, arm_of_response(self.study, response), escalation)

    def patients(self, response: str) -> list[PatientCourse]:
        """What happened to each patient of that trial, in order of entry."""
        return patient_courses(self.study, self.result, self.trial(response), response)

    def thresholds(self, response: str) -> list[tuple[float, str]]:
        """(change in %, words) at which responses of the criterion begin: the lines of a waterfall plot."""
        return thresholds(self.study.response(response).criterion.version)

    def best(self, response: str) -> list[BestResponses]:
        """Patients by best response: the whole dose-finding trial if there is one, then every arm."""
        order, seed = self.study.response(response).criterion.order, seed_of(self.study, self.result)
        by_arm, found = best_by_arm(self.study, self.result, response), []
        for name, best in by_arm.items():
            size = size_of(self.study, name)
            chosen = None if size is None else draw(seed, name, best != "", size)
            found.append(BestResponses.of(name, order, best, np.arange(len(best)), chosen))
        if self.whole is None:
            return found
        levels = [by_arm[name] for name in self.whole.escalation.plan.levels]
        pooled = np.concatenate([*levels, np.array([""])])
        return [BestResponses.of(WHOLE, order, pooled, self.whole.once, self.whole.chosen), *found]

    def survival(self, endpoint: Endpoint) -> list[SurvivalCurve]:
        """Kaplan-Meier curves of an endpoint of kind "time", the whole dose-finding trial first if there is one.

        Empty for an endpoint of another kind.
        """
        if self.study.measure(endpoint).kind != "time":
            return []
        values = values_of(self.study, [endpoint], self.result)[endpoint.name]
        if self.whole is not None:
            values = {WHOLE: self.whole.values(values)[self.whole.once], **values}
        curves = (SurvivalCurve.of(arm, found) for arm, found in values.items())
        return [curve for curve in curves if curve is not None]
