"""libRoadRunner on the exported model: one patient after another, doses and sessions given between its runs."""

from __future__ import annotations

from itertools import pairwise

import cohort as work
import numpy as np
import roadrunner


class Peer:
    """One loaded model, and for each patient the values that make it that patient; loading is not timed."""

    def __init__(self, cohort: work.Cohort, patients: int) -> None:
        self.runner = roadrunner.RoadRunner(cohort.sbml(0))
        self.runner.selections = list(work.OUTPUTS)
        self.runner.integrator.maximum_num_steps = 1_000_000
        model = self.runner.model
        computed = cohort.model.assignments.keys()
        self.free = [k for k, name in enumerate(model.getGlobalParameterIds()) if name not in computed]
        self.starts, self.events = [], []
        for patient in range(patients):
            loaded = roadrunner.RoadRunner(cohort.sbml(patient))  # its model does not outlive it
            values = np.array(loaded.model.getGlobalParameterValues()[self.free])
            self.starts.append((values, np.array(loaded.model.getFloatingSpeciesAmounts())))
            self.events.append(cohort.events_of(patient))

    def run(self, rtol: float, atol: float) -> np.ndarray:
        """Curves (patient, output, time) in internal units."""
        self.runner.integrator.relative_tolerance, self.runner.integrator.absolute_tolerance = rtol, atol
        return np.stack([self._one(*start, events) for start, events in zip(self.starts, self.events, strict=True)])

    def _one(self, values: np.ndarray, amounts: np.ndarray, events: list) -> np.ndarray:
        runner = self.runner
        runner.reset()
        runner.model.setGlobalParameterValues(self.free, values)
        runner.model.setFloatingSpeciesAmounts(amounts)
        cuts = sorted({0.0, work.HOURS, *(event[0] for event in events)})
        curves, waiting = np.empty((len(work.OUTPUTS), len(work.TIMES))), list(events)
        for start, stop in pairwise(cuts):
            while waiting and waiting[0][0] <= start:
                _, name, action, value = waiting.pop(0)
                runner.setValue(name, value + (runner.getValue(name) if action == 0 else 0.0))
            inside = np.flatnonzero((start <= work.TIMES) & ((stop > work.TIMES) | (stop == work.HOURS)))
            times = np.union1d(work.TIMES[inside], [start, stop])
            found = np.asarray(runner.simulate(times=times.tolist())).T
            curves[:, inside] = found[:, np.searchsorted(times, work.TIMES[inside])]
        return curves
