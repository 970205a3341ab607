"""Whether the covariates of a population agree with each other and with the model they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from unmoor.base import units
from unmoor.base.document import Document
from unmoor.base.errors import BadInput, UnknownName, unknown
from unmoor.model.model import Model
from unmoor.population.covariates import Categorical, Covariate, Derived, Measured
from unmoor.population.variability import Variability


@dataclass(frozen=True)
class Names:
    """The names that criteria and correlations may use."""

    covariates: tuple[Covariate, ...]
    variability: tuple[Variability, ...] = ()
    model: Model | None = None

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The categories of every categorical covariate."""
        return {each.name: each.categories for each in self.covariates if isinstance(each, Categorical)}

    @property
    def order(self) -> tuple[str, ...]:
        """All columns: covariates, then varying parameters."""
        return tuple(each.name for each in (*self.covariates, *self.variability))

    def column(self, name: str, where: str) -> str:
        """The covariate or varying parameter that `name` means.

        Raises UnknownName with the nearest known name, and BadInput for a model symbol that does not vary.
        """
        if name in self.order:
            return name
        try:
            found = self.model.resolve(name) if self.model is not None else None
        except UnknownName:
            found = None
        if found is None:
            raise unknown("covariate or parameter", name, self.order, where=where)
        if found in self.order:
            return found
        raise BadInput(
            f"'{name}' does not vary between patients",
            where=where,
            todo="give its table row a distribution and a spread",
        )


def check_dependencies(covariates: Sequence[Covariate]) -> None:
    """Refuse covariates that need an unknown covariate or category, or depend on each other in a circle."""
    known = {covariate.name: covariate for covariate in covariates}
    for covariate in covariates:
        for name in sorted(covariate.needs):
            if name not in known:
                raise unknown("covariate", name, known, where=covariate.where)
        if isinstance(covariate, Derived):
            covariate.formula.check_categories(Names(tuple(covariates)).categories)
        if isinstance(covariate, Measured) and covariate.by is not None:
            other = known[covariate.by]
            if not isinstance(other, Categorical):
                raise BadInput(f"{covariate.name}: '{other.name}' is not categorical", where=covariate.where)
            for category in sorted(covariate.margins.keys() ^ set(other.categories)):
                if category not in other.categories:
                    raise unknown(f"category of {other.name}", category, other.categories, where=covariate.where)
                raise BadInput(f"{covariate.name}: no group for '{category}' of {other.name}", where=covariate.where)
    try:
        TopologicalSorter({covariate.name: covariate.needs for covariate in covariates}).prepare()
    except CycleError as problem:
        circle = " -> ".join(problem.args[1])
        raise BadInput(f"covariates depend on each other: {circle}", where=known[problem.args[1][0]].where) from problem


def check_against_model(covariates: Sequence[Covariate], model: Model, document: Document) -> None:
    """Refuse a covariate that the model needs and the population lacks, or one that can leave the model's range."""
    known = {covariate.name: covariate for covariate in covariates}
    for name, row in model.rows.items():
        if row.kind != "covariate":
            continue
        if name not in known:
            raise BadInput(
                f"model '{model.name}' needs covariate '{name}' ({row.unit or '1'}), which the population lacks",
                where=document.where("covariates"),
                todo=f"add it; the model's reference value is {row.value:g} {row.unit}",
            )
        covariate = known[name]
        if isinstance(covariate, Categorical):
            if covariate.codes is None:
                raise BadInput(
                    f"'{name}' is a number in model '{model.name}'", where=covariate.where, todo="give it `codes`"
                )
            factor = 1.0
        else:
            factor = units.convert(1.0, covariate.unit, row.unit, where=covariate.where)
        low, high = covariate.lower * factor, covariate.upper * factor
        if (row.lower is not None and low < row.lower) or (row.upper is not None and high > row.upper):
            raise BadInput(
                f"'{name}' ranges from {low:g} to {high:g}, out of range for model '{model.name}':"
                f" {_open(row.lower)} to {_open(row.upper)} {row.unit}",
                where=covariate.where,
                todo="set lower and upper within the model's range",
            )


def _open(bound: float | None) -> str:
    return "no limit" if bound is None else f"{bound:g}"
