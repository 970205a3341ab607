"""libRoadRunner (CVODE, right-hand side compiled by LLVM): one patient after another, doses between its runs."""

from __future__ import annotations

import numpy as np
import two_models
from course import Course


class RoadRunner:
    """The model loaded once; each patient's values are set before its run."""

    name, package = "libRoadRunner", "libroadrunner"

    def __init__(self, cohort: two_models.Cohort) -> None:
        import roadrunner

        self.course, self.cohort = Course.of(cohort), cohort
        self.runner = roadrunner.RoadRunner(cohort.model.sbml)
        self.runner.selections = list(two_models.OUTPUTS)
        self.runner.integrator.maximum_num_steps = 1_000_000
        model, course = self.runner.model, self.course
        every = dict(zip(course.equations.parameters, course.p.T, strict=True))
        every |= dict(zip(cohort.model.states, course.y.T, strict=True))
        names = model.getGlobalParameterIds()
        self.places = [k for k, name in enumerate(names) if name in every]
        self.starts = np.stack([every[names[k]] for k in self.places], axis=1)
        self.grids = [two_models.TIMES[a : b + 1].tolist() for a, b in zip(course.first, course.last, strict=True)]

    def run(self, patients: int, rtol: float, atol: float) -> np.ndarray:
        """Curves (patient, output, time)."""
        self.runner.integrator.relative_tolerance, self.runner.integrator.absolute_tolerance = rtol, atol
        curves = np.empty((patients, len(two_models.OUTPUTS), len(two_models.TIMES)))
        for patient in range(patients):
            self._one(patient, curves[patient])
        return curves

    def _one(self, patient: int, curves: np.ndarray) -> None:
        runner, course, names = self.runner, self.course, self.cohort.model.states
        runner.reset()
        runner.model.setGlobalParameterValues(self.places, self.starts[patient])
        for k, (first, last) in enumerate(zip(course.first, course.last, strict=True)):
            value = course.amount[patient, k]
            if course.enters[k] >= 0:
                name = names[course.enters[k]]
                runner.setValue(name, runner.getValue(name) + value)
            else:
                runner.setValue(course.equations.parameters[course.sets[k]], value)
            curves[:, first : last + 1] = np.asarray(runner.simulate(times=self.grids[k])).T
