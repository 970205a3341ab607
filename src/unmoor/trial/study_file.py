"""The shape of a study file: which keys there are and what each may hold; `study_reading.py` checks what they mean."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
#: a number with its unit; a bare number is read too, so that the error can speak of the missing unit
Quantity = Text | float
#: the arm name that stands for a whole dose-finding trial, each patient at the level it was given
WHOLE = "trial"


class Part(BaseModel):
    """Every part of a study file: no key outside the schema, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArmPart(Part):
    """One arm: its doses in the words of the dosing grammar; those under `placebo` are given without drug.

    `among` is a condition on covariates, as `creatinine_clearance <= 30`: only patients who meet it are in the arm.
    """

    name: Name
    title: Text
    n: Count | None = None
    among: Text | None = None
    doses: tuple[Text, ...] = ()
    placebo: tuple[Text, ...] = ()


class ProcedurePart(Part):
    """A planned procedure: when it begins, how long it runs, the model switch it sets and the outputs it reads."""

    schedule: Text
    duration: Quantity
    switch: Text
    count: Text
    collected: Text


class SamplingPart(Part):
    """Which outputs are kept as curves, and how densely."""

    every: Quantity
    outputs: Annotated[tuple[Text, ...], Field(min_length=1)]


class ReadingPart(Part):
    """An output as a criterion reads it: a yes or no by `above` or `below`, a number with its limit of detection."""

    output: Text
    above: Quantity | None = None
    below: Quantity | None = None
    detected_from: Quantity | None = None


class ResponsePart(Part):
    """How response is assessed: a version of a criterion, its arguments -> outputs, the assessments and the baseline.

    `confirmed` asks for two consecutive assessments.
    """

    criterion: Text
    readings: dict[Text, Text | ReadingPart]
    at: Text | Annotated[tuple[Text, ...], Field(min_length=1)]
    baseline: Text = "day 1 at 00:00"
    confirmed: bool = False


class EndpointPart(BaseModel):
    """An endpoint: `type` names the file in `trial/endpoints`, the keys not listed here are that file's options."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Name
    type: Text
    label: Text
    primary: bool = False
    compare: Name | None = None


class PublishedPart(Part):
    """A published result: a count of patients, or a value with its unit; where it was read and how it is used here.

    `lower` and `upper` bound its 95% interval as published; from `sem`, or `sd` and `n`, of a mean it is computed.
    `negative` says that an association was published as negative (or not) at the endpoint's P value, without its rho.
    `recalled` says that the number was written from memory and not read again.
    """

    endpoint: Name
    arm: Name
    events: Annotated[int, Field(ge=0)] | None = None
    value: Quantity | None = None
    negative: bool | None = None
    n: Count | None = None
    lower: Quantity | None = None
    upper: Quantity | None = None
    sd: Quantity | None = None
    sem: Quantity | None = None
    session: Count | None = None
    recalled: bool = False
    evidence: Text
    source: Text
    use: Literal["predicted", "calibration"]
    note: str = ""

    @model_validator(mode="after")
    def _one_number(self) -> PublishedPart:
        if sum(each is not None for each in (self.events, self.value, self.negative)) != 1:
            raise ValueError("give one of 'events' (with 'n'), 'value' and 'negative'")
        if self.negative is not None and self.n is None:
            raise ValueError("'negative' needs 'n'")
        if self.events is not None and (self.n is None or self.events > self.n):
            raise ValueError("'events' needs 'n', and no more events than 'n'")
        bounds = self.lower if self.lower is not None else self.upper
        if sum(each is not None for each in (bounds, self.sd, self.sem)) > 1:
            raise ValueError("give one of 'lower' and 'upper', 'sd' and 'sem'")
        if self.sd is not None and self.n is None:
            raise ValueError("'sd' needs 'n'")
        return self


class ParameterPart(Part):
    """A parameter value of this study, with its unit and source; it holds for all patients."""

    name: Text
    value: Quantity
    source: Text
    evidence: Literal["human in vivo", "human ex vivo", "in vitro", "animal", "fitted", "derived", "assumed"]
    note: str = ""


class LimitingPart(Part):
    """A dose-limiting toxicity: `output` at or above `level`, or under `below`, for at least `for` where given."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    output: Text
    level: Quantity | None = None
    below: Quantity | None = None
    lasting: Quantity | None = Field(default=None, alias="for")

    @model_validator(mode="after")
    def _one_side(self) -> LimitingPart:
        if (self.level is None) == (self.below is None):
            raise ValueError("give either 'level' (at or above it) or 'below'")
        return self


class DesignPart(BaseModel):
    """A dose-finding design: `name` names the file in `trial/designs`, the keys not listed here are its fields."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Text
    label: Text | None = None


class PublishedLevelPart(Part):
    """The level that the published trial recommended, several where it is not told apart, and where that was read."""

    level: Name | Annotated[tuple[Name, ...], Field(min_length=1)]
    evidence: Text
    source: Text
    note: str = ""


class EscalationPart(Part):
    """Arms as the dose levels of a dose-finding trial: who decides, what is dose-limiting, how large it is."""

    levels: Annotated[tuple[Name, ...], Field(min_length=1)]
    design: DesignPart
    alternatives: tuple[DesignPart, ...] = ()
    window: Quantity
    dlt: Annotated[tuple[LimitingPart, ...], Field(min_length=1)]
    patients: Count
    target: float | None = None
    enrolment: Text | None = None
    published: PublishedLevelPart | None = None


class ConductPart(Part):
    """What happens besides treatment: who enters when, who leaves, what is missed, when the data are cut."""

    enrolment: Text | None = None
    dropout: Text | None = None
    missed_visits: Quantity | None = None
    cut: Text | None = None


class StudyFile(Part):
    """The whole file."""

    title: Text
    question: Text
    reference: tuple[Text, ...]
    model: Text
    population: Text | Annotated[dict[Text, Annotated[float, Field(gt=0)]], Field(min_length=2)]
    parameters: tuple[ParameterPart, ...] = ()
    seed: Annotated[int, Field(ge=0)] = 1
    duration: Quantity
    sampling: SamplingPart
    visits: tuple[Text, ...] = ()
    arms: Annotated[tuple[ArmPart, ...], Field(min_length=1)]
    procedures: dict[Name, ProcedurePart] = Field(default_factory=dict)
    rules: tuple[Any, ...] = ()
    responses: dict[Name, ResponsePart] = Field(default_factory=dict)
    conduct: ConductPart | None = None
    escalation: EscalationPart | None = None
    endpoints: Annotated[tuple[EndpointPart, ...], Field(min_length=1)]
    published: tuple[PublishedPart, ...] = ()
    notes: tuple[Text, ...] = ()
