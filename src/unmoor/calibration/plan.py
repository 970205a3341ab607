"""What a calibration does: scenarios, stages and the parameters each stage fits, read from library/calibrations."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from unmoor.base.document import checked, read_document
from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import find


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
    acts; `also` names symbols that share the value; without `file` the value is reported and kept nowhere. In a stage
    of people the value is a CV in %.
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

    @property
    def key(self) -> str:
        """How reports call it: the symbol, or symbol and label where one symbol is fitted twice."""
        return f"{self.symbol} ({self.label})" if self.label else self.symbol


class Stage(Entry):
    """One least-squares problem; later stages start from the values of the earlier ones.

    With `people` the stage fits coefficients of variation between that many virtual people, not values.
    """

    name: str
    about: str
    people: int = Field(default=0, ge=0)
    parameters: tuple[Parameter, ...]


class PlanEntry(Entry):
    """A whole calibration file."""

    title: str
    targets: str
    notes: tuple[str, ...] = ()
    scenarios: dict[str, Scenario]
    stages: tuple[Stage, ...]


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
    for s, stage in enumerate(entry.stages):
        for p, parameter in enumerate(stage.parameters):
            where = document.where("stages", s, "parameters", p)
            for scenario in parameter.scenarios:
                if scenario not in entry.scenarios:
                    raise unknown("scenario", scenario, entry.scenarios, where=where)
            if not parameter.lower < parameter.start < parameter.upper:
                raise BadInput(
                    f"start {parameter.start:g} of '{parameter.symbol}' is not between {parameter.lower:g} and"
                    f" {parameter.upper:g}",
                    where=where,
                    todo="widen the bounds or move the start",
                )
            if (parameter.prior is None) != (parameter.prior_error is None):
                raise BadInput(f"'{parameter.symbol}' has half a prior", where=where, todo="give prior and prior_error")
    return Plan(**entry.model_dump(), name=path.stem, file=str(path))
