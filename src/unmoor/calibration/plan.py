"""What a calibration does: scenarios, stages and the parameters each stage fits, read from library/calibrations."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from unmoor.base.document import checked, read_document
from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import find
from unmoor.calibration.observation import Observation
from unmoor.calibration.statistic import STATISTICS
from unmoor.model.posterior import Fitted


class Entry(BaseModel):
    """An entry that refuses unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Session(Entry):
    """One apheresis session: when it starts and how long it runs (h)."""

    start: float
    hours: float = Field(gt=0)


class Scenario(Entry):
    """One treated typical person: model, doses in the dosing grammar, covariates (declared units), values set by force.

    `until` and `every` (h) lay the time grid; `population` names a parameter table laid over the model's own.
    """

    model: str
    doses: tuple[str, ...] = ()
    covariates: dict[str, float] = {}
    population: str | None = None
    set: dict[str, float] = {}
    sessions: tuple[Session, ...] = ()
    until: float = Field(gt=0)
    every: float = Field(gt=0)


class Parameter(Entry):
    """A fitted parameter: model symbol, the table that keeps its value, start and bounds in the declared unit.

    `prior` and `prior_error` (SD of the logarithm) hold it near a value known otherwise; `scenarios` limits where it
    acts; `also` names symbols that share the value; without `file` the value is reported and kept nowhere. `part` says
    whether it is the typical "value" or the "spread", the CV in % between people; in a stage of people the latter.
    """

    symbol: str
    file: str | None = None
    label: str = ""
    start: float = Field(gt=0)
    lower: float = Field(gt=0)
    upper: float = Field(gt=0)
    prior: float | None = Field(default=None, gt=0)
    prior_error: float | None = Field(default=None, gt=0)
    prior_source: str = ""
    scenarios: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    part: Literal["value", "spread", ""] = ""

    @property
    def key(self) -> str:
        """How reports call it: the symbol, "CV of" before it, and the label where one symbol is fitted twice."""
        named = f"CV of {self.symbol}" if self.part == "spread" else self.symbol
        return f"{named} ({self.label})" if self.label else named

    @property
    def heading(self) -> str:
        """Which number it is: table, symbol, part and label."""
        return self.headings[0]

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns of a posterior that hold it: one for its symbol and one for each in `also`."""
        part = self.part or "value"
        return tuple(Fitted(self.file or "", each, part, self.label).heading for each in (self.symbol, *self.also))


class Stage(Entry):
    """One least-squares problem; later stages start from the values of the earlier ones.

    With `people` its rows are held against that many virtual people, and its parameters are their coefficients of
    variation unless `part` says otherwise. `carries` names earlier stages whose parameters are fitted once more, held
    by the earlier result and its covariance as a prior; `again` those that are fitted once more with all their rows.
    """

    name: str
    about: str
    people: int = Field(default=0, ge=0)
    carries: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


class Endpoint(Entry):
    """A result whose sensitivity to the parameters is asked: a statistic of an output in one scenario, in `unit`.

    With `people` it is the summary `observed` of so many virtual people, as `share >= 5 10^6 cells/kg`.
    """

    name: str
    label: str
    scenario: str
    statistic: str
    output: str
    time: float = math.nan
    start: float = Field(default=math.nan, alias="from")
    unit: str
    observed: str = "typical"
    people: int = Field(default=0, ge=0)


class PlanEntry(Entry):
    """A whole calibration file; `profiles` are keys of parameters whose profile likelihood the report shows."""

    title: str
    targets: str
    notes: tuple[str, ...] = ()
    scenarios: dict[str, Scenario]
    stages: tuple[Stage, ...]
    endpoints: tuple[Endpoint, ...] = ()
    profiles: tuple[str, ...] = ()


class Plan(PlanEntry):
    """A calibration file with its name and path."""

    name: str
    file: str


def load_plan(name: str | Path) -> Plan:
    """The calibration called `name` (a library name or a YAML file).

    Raises BadInput or UnknownName with file and line for anything that cannot be meant.
    """
    path = find("calibrations", str(name), ".yaml")
    document = read_document(path)
    entry = checked(document, PlanEntry)
    before: list[str] = []
    fitted: set[str] = set()
    for s, stage in enumerate(entry.stages):
        where = document.where("stages", s)
        if stage.name in before:
            raise BadInput(f"two stages are called '{stage.name}'", where=where)
        for earlier in (*stage.carries, *stage.again):
            if earlier not in before:
                raise unknown("earlier stage", earlier, before, where=where)
        before.append(stage.name)
        for p, parameter in enumerate(stage.parameters):
            _check_parameter(parameter, entry, document.where("stages", s, "parameters", p))
    for k, endpoint in enumerate(entry.endpoints):
        where = document.where("endpoints", k)
        if endpoint.scenario not in entry.scenarios:
            raise unknown("scenario", endpoint.scenario, entry.scenarios, where=where)
        if endpoint.statistic not in STATISTICS:
            raise unknown("statistic", endpoint.statistic, STATISTICS, where=where)
        Observation.read(endpoint.observed, where)
    stages = tuple(_settled(stage) for stage in entry.stages)
    for s, stage in enumerate(stages):
        for p, parameter in enumerate(stage.parameters):
            if parameter.heading in fitted:
                todo = "give one a label, or let the later stage name the earlier in `carries` or `again`"
                where = document.where("stages", s, "parameters", p)
                raise BadInput(f"'{parameter.heading}' is fitted twice", where=where, todo=todo)
            fitted.add(parameter.heading)
    known = [each.key for stage in stages for each in stage.parameters]
    for k, key in enumerate(entry.profiles):
        if key not in known:
            raise unknown("parameter", key, known, where=document.where("profiles", k))
    whole = {name: getattr(entry, name) for name in PlanEntry.model_fields} | {"stages": stages}
    return Plan(**whole, name=path.stem, file=str(path))


def _settled(stage: Stage) -> Stage:
    """The stage with the part of every parameter written out."""
    part = "spread" if stage.people else "value"
    parameters = tuple(each.model_copy(update={"part": each.part or part}) for each in stage.parameters)
    return stage.model_copy(update={"parameters": parameters})


def _check_parameter(parameter: Parameter, entry: PlanEntry, where: str) -> None:
    for scenario in parameter.scenarios:
        if scenario not in entry.scenarios:
            raise unknown("scenario", scenario, entry.scenarios, where=where)
    check_numbers(parameter, where)


def check_numbers(parameter: Parameter, where: str) -> None:
    """Refuses a start outside the bounds, or half a prior.

    Raises BadInput.
    """
    if not parameter.lower < parameter.start < parameter.upper:
        raise BadInput(
            f"start {parameter.start:g} of '{parameter.symbol}' is not between {parameter.lower:g} and"
            f" {parameter.upper:g}",
            where=where,
            todo="widen the bounds or move the start",
        )
    if (parameter.prior is None) != (parameter.prior_error is None):
        raise BadInput(f"'{parameter.symbol}' has half a prior", where=where, todo="give prior and prior_error")
