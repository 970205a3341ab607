"""What a population file may say: the entries of library/populations/<name>.yaml."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """An entry that refuses unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupEntry(Entry):
    """Centre and spread for the patients of one category."""

    mean: float | None = None
    median: float | None = None
    sd: float | None = None
    cv: float | None = None


class CovariateEntry(GroupEntry):
    """One covariate; `cv` in %, all else in `unit`; `source` holds for all numbers not in `sources`."""

    distribution: Literal["normal", "lognormal", "logitnormal", "uniform", "categorical", "derived"]
    unit: str | None = None
    lower: float | None = None
    upper: float | None = None
    by: str | None = None
    groups: dict[str, GroupEntry] | None = None
    categories: dict[str, float] | None = None
    codes: dict[str, float] | None = None
    formula: str | None = None
    source: str = ""
    sources: dict[str, str] = {}
    note: str = ""


class CorrelationEntry(Entry):
    """The wanted correlation of two covariates or parameters."""

    between: tuple[str, str]
    value: float
    measure: Literal["scores", "rank"] = "scores"
    source: str
    note: str = ""


class CriterionEntry(Entry):
    """A condition that every patient meets."""

    criterion: str
    label: str = ""
    source: str
    note: str = ""


class PopulationEntry(Entry):
    """A whole population file; `model` names the only model these people are for, such as one of their disease."""

    title: str
    description: str = ""
    source: str
    model: str | None = None
    covariates: dict[str, CovariateEntry]
    correlations: list[CorrelationEntry] = []
    acceptance: list[CriterionEntry] = []
