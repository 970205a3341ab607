"""Adverse events by worst grade: how many patients of each arm had each grade, read off outputs called `..._grade`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.among import Group
from unmoor.trial.moments import GRADE
from unmoor.trial.study import Study

GRADES = 6


@dataclass(frozen=True, slots=True)
class WorstGrades:
    """One event in one arm: how many of its patients had grade 0 (none), 1, 2, 3, 4, 5 as their worst."""

    term: str
    arm: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Patients of the arm who could be integrated."""
        return sum(self.counts)


def graded_outputs(study: Study) -> list[str]:
    """Kept outputs that are grades of adverse events."""
    return [name for name in study.outputs if name.endswith(GRADE)]


def event_term(output: str, label: str) -> str:
    """What the event of a graded output is called: "worst grade of hand-foot syndrome so far" is "hand-foot syndrome".

    A `label` that does not say it gives the name of the output.
    """
    inner = label.removeprefix("worst grade of ").removesuffix(" so far")
    return inner if inner != label else output.removesuffix(GRADE).replace("_", " ")


def grades_so_far(result: Result, arm: str, output: str) -> NDArray[np.float64]:
    """The worst grade until each time of the grid, shape (patient, time), NaN for who could not be integrated."""
    values = result.curves[output].sel(arm=arm).transpose("patient", "time").values
    return np.maximum.accumulate(np.round(np.asarray(values, dtype=float)), axis=1)


def worst_grades(study: Study, result: Result | StoredResult) -> list[WorstGrades]:
    """Counts by worst grade of every graded event and arm, events in the order of the study."""
    groups = {arm.name: Group.of(arm, result) for arm in study.arms}
    worst: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
    for part in result.parts():
        for output in graded_outputs(study):
            for arm in study.arms:
                worst.setdefault((output, arm.name), []).append(grades_so_far(part, arm.name, output)[:, -1])
    found = []
    for (output, arm_name), parts in worst.items():
        grade = np.concatenate(parts)[groups[arm_name].alive]
        counts = np.bincount(grade.astype(np.int64), minlength=GRADES)
        term = event_term(output, str(result.outputs[output].get("long_name", "")))
        found.append(WorstGrades(term, arm_name, tuple(counts.tolist())))
    return found
