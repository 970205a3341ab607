"""A study: what it asks, who is in it, what they get, what is looked at, and what was published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.measure import EndpointOptions, Measure, endpoint_module
from unmoor.trial.moments import moment
from unmoor.trial.response_plan import ResponsePlan
from unmoor.trial.rules import Rule
from unmoor.trial.study_file import WHOLE, PublishedPart

if TYPE_CHECKING:
    from unmoor.base.result import Result
    from unmoor.base.stored_result import StoredResult
    from unmoor.dosing.regimen import Regimen
    from unmoor.model.model import Model
    from unmoor.population.formula import Formula
    from unmoor.population.mixture import Mixture
    from unmoor.population.population import Population
    from unmoor.trial.conduct.plan import ConductPlan
    from unmoor.trial.displays import Displays
    from unmoor.trial.escalation.plan import EscalationPlan


@dataclass(frozen=True)
class Arm:
    """One arm: `regimen` is given with drug, `placebo` on its schedule without; `anchors` hold planned times (h).

    `among` says which of the study's patients are in it: all for None.
    """

    name: str
    title: str
    n: int | None
    regimen: Regimen
    placebo: Regimen
    doses: tuple[str, ...]
    anchors: dict[str, tuple[float, ...]]
    among: Formula | None = None

    @property
    def drugs(self) -> tuple[str, ...]:
        """Drugs whose doses are planned, as drug or as placebo, in the order of the file."""
        return tuple(drug.name for drug in (self.regimen + self.placebo).drugs)


@dataclass(frozen=True)
class Procedure:
    """A planned procedure: `starts` and `duration` in h; model ids of its switch, pre-count and collected output."""

    name: str
    schedule: str
    starts: tuple[float, ...]
    duration: float
    switch: str
    count: str
    collected: str

    def count_of(self, sessions: int | None, where: str) -> int:
        """`sessions` itself, or all planned ones for None.

        Raises BadInput when it is more than are planned.
        """
        if sessions is not None and sessions > len(self.starts):
            todo = f"{self.name} is planned {len(self.starts)} times"
            raise BadInput(f"session {sessions} is not planned", where=where, todo=todo)
        return sessions or len(self.starts)


@dataclass(frozen=True)
class Endpoint:
    """An endpoint as asked for: its type names the file that measures it, `compare` the control arm."""

    name: str
    type: str
    label: str
    primary: bool
    compare: str | None
    options: EndpointOptions
    where: str


@dataclass(frozen=True)
class Study:
    """A checked study; names in it are known, times lie inside it, units convert.

    `outputs` maps the names of curves, as the file writes them, to ids of the model; `times` (h) is the grid of the
    curves: every `sampling.every`, the visits, and the moments that endpoints look at.
    """

    name: str
    title: str
    question: str
    reference: tuple[str, ...]
    model: Model
    population: Population | Mixture
    seed: int
    duration: float
    every: float
    outputs: dict[str, str]
    visits: tuple[tuple[str, float], ...]
    arms: tuple[Arm, ...]
    procedures: tuple[Procedure, ...]
    rules: tuple[Rule, ...]
    endpoints: tuple[Endpoint, ...]
    published: tuple[PublishedPart, ...]
    notes: tuple[str, ...]
    file: str
    digest: str
    responses: tuple[ResponsePlan, ...] = ()
    moments: tuple[float, ...] = field(default=())
    escalation: EscalationPlan | None = None
    conduct: ConductPlan | None = None

    @property
    def times(self) -> NDArray[np.float64]:
        """Hours at which curves are kept, shape (time,), increasing."""
        steps = int(np.floor(self.duration / self.every + 1e-9))
        regular = np.arange(steps + 1) * self.every
        wanted = np.concatenate([regular, [time for _, time in self.visits], self.moments, [self.duration]])
        # two ways to compute one moment may differ in the last digit; the grid holds it once
        return np.unique(np.round(wanted, 9))

    def arm(self, name: str, where: str = "") -> Arm:
        """The arm called `name`.

        Raises UnknownName with the nearest arm.
        """
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise unknown("arm", name, [arm.name for arm in self.arms], where=where or self.file)

    def size_of(self, name: str, where: str = "") -> int | None:
        """How many patients an arm has where that is known, or the whole dose-finding trial, called `trial`.

        Raises UnknownName with the nearest arm.
        """
        if self.escalation is not None and name == WHOLE:
            return self.escalation.patients
        return self.arm(name, where).n

    def endpoint(self, name: str, where: str = "") -> Endpoint:
        """The endpoint called `name`.

        Raises UnknownName with the nearest endpoint.
        """
        for endpoint in self.endpoints:
            if endpoint.name == name:
                return endpoint
        raise unknown("endpoint", name, [endpoint.name for endpoint in self.endpoints], where=where or self.file)

    def response(self, name: str, where: str = "") -> ResponsePlan:
        """How the response called `name` is assessed.

        Raises UnknownName with the nearest response of the study.
        """
        for plan in self.responses:
            if plan.name == name:
                return plan
        raise unknown("response of the study", name, [plan.name for plan in self.responses], where=where or self.file)

    def procedure(self, where: str = "") -> Procedure:
        """The study's procedure.

        Raises BadInput when it has none.
        """
        if not self.procedures:
            raise BadInput("the study has no procedure", where=where or self.file, todo="add 'procedures: apheresis:'")
        return self.procedures[0]

    def measure(self, endpoint: Endpoint) -> Measure:
        """The endpoint ready to be read off a result of this study.

        Raises what the endpoint's own file raises for options that do not fit the study.
        """
        module: Any = endpoint_module(endpoint.type, where=endpoint.where)
        found: Measure = module.measure(endpoint.options, self, endpoint.where)
        return found

    def displays(self, result: Result | StoredResult) -> Displays:
        """What a report of `result` shows beyond its table of endpoints, each part read when it is asked for."""
        from unmoor.trial.displays import Displays

        return Displays(self, result)

    def unit(self, output: str) -> str:
        """The declared unit of an output, named as in the study or by its model id."""
        return self.model.units.get(self.outputs.get(output, output), "")

    def curve(self, output: str, where: str) -> str:
        """The output itself.

        Raises UnknownName when its curve is not kept.
        """
        if output not in self.outputs:
            raise unknown("output of sampling", output, self.outputs, where=where)
        return output

    def span(self, start: str | None, end: str | None, arm: Arm, where: str) -> tuple[float, float]:
        """First and last hour of a stretch of one arm, between two moments in words, the study's ends for None.

        Raises BadInput for a moment outside the study, UnknownName for a drug or procedure nobody gets.
        """
        bounds = (
            0.0 if start is None else moment(start, arm.anchors, where=where),
            self.duration if end is None else moment(end, arm.anchors, where=where),
        )
        for text, time in zip((start, end), bounds, strict=True):
            if not 0 <= time <= self.duration:
                todo = f"the study runs from 0 to {self.duration:g} h"
                raise BadInput(f"'{text}' is at {time:g} h, outside the study", where=where, todo=todo)
        return bounds
