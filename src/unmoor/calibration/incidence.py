"""How often adverse events happen under a treatment: expected shares of virtual people by grade, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.calibration.plan import Plan, Scenario
from unmoor.calibration.predict import Held, people_of
from unmoor.calibration.scenario import run_scenario, scenario_model

Floats = NDArray[np.float64]
MODULE = "graded_event"
GRADES = (1, 2, 3, 4)  # those whose chance the module computes


@dataclass(frozen=True, eq=False)
class Incidence:
    """Expected shares, from 0 to 1, with a grade or worse by `times` (time,) h.

    `share` has the shape (event, grade, time) in the order of `events` and GRADES; `any_event` (grade, time) counts
    people with at least one of the events, whose draws are independent.
    """

    events: tuple[str, ...]
    times: Floats
    share: Floats
    any_event: Floats

    def at(self, event: str, grade: int, hours: float) -> float:
        """The share with `event` of `grade` or worse by `hours`, interpolated between times."""
        return float(np.interp(hours, self.times, self.share[self.events.index(event), GRADES.index(grade)]))


def graded_events(model: str) -> tuple[str, ...]:
    """The adverse events of a model: its instances of the module `toxicity/graded_event`."""
    return tuple(name for name, module in scenario_model(model, None).instances.items() if module == MODULE)


def incidence(
    model: str,
    doses: Sequence[str],
    *,
    hours: float,
    every: float = 24.0,
    events: Sequence[str] = (),
    covariates: Mapping[str, float] | None = None,
    people: int = 256,
) -> Incidence:
    """What `doses`, lines of the dosing grammar, make of the adverse events of `model` over `hours`.

    Each virtual person has a chance of each grade by each time, which their exposure sets; the mean over `people`, who
    differ as the tables say, is the expected incidence without the luck of draws. `events` chooses some of the model's;
    `covariates` are in declared units.
    Raises BadInput for a model without events or a length of time that is none, UnknownName for another event.
    """
    known = graded_events(model)
    if not known:
        raise BadInput(f"model '{model}' has no adverse event", todo=f"give it an instance of toxicity/{MODULE}")
    for name in events:
        if name not in known:
            raise unknown("adverse event", name, known)
    if not (hours > 0 and every > 0 and people > 0):
        raise BadInput("hours, every and people must be above zero")
    chosen = tuple(events) or known
    scenario = Scenario(model=model, doses=tuple(doses), covariates=dict(covariates or {}), until=hours, every=every)
    plan = Plan(title="", targets="", scenarios={"only": scenario}, stages=(), name="incidence", file="")
    drawn = people_of(plan, "only", Held(), 1, people)
    outputs = [f"{event}_chance_{grade}" for event in chosen for grade in GRADES]
    curves = run_scenario(scenario, outputs, (), drawn, people, lenient=True)
    values = np.array([[curves[f"{event}_chance_{grade}"].values for grade in GRADES] for event in chosen])
    share = np.asarray(values.mean(axis=2))  # (event, grade, person, time) over people
    return Incidence(chosen, curves[outputs[0]].times, share, np.asarray(1 - (1 - values).prod(axis=0).mean(axis=1)))
