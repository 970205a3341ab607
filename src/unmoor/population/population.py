"""The Population: who the virtual patients are, before any of them is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput
from unmoor.model.model import Model
from unmoor.population.correlation import Block, Correlation
from unmoor.population.covariates import Categorical, Covariate
from unmoor.population.plausible import Criterion
from unmoor.population.variability import Variability, variability_of

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.population.patients import Patients


@dataclass(frozen=True)
class Population:
    """Covariates, variability of the model's parameters, their correlations and the entry criteria, all sourced."""

    name: str
    title: str
    description: str
    source: str
    file: str
    model: Model | None
    covariates: tuple[Covariate, ...]
    variability: tuple[Variability, ...]
    correlations: tuple[Correlation, ...]
    blocks: tuple[Block, ...]
    criteria: tuple[Criterion, ...]

    @property
    def covariate_order(self) -> tuple[Covariate, ...]:
        """The covariates, each after those it depends on."""
        known = {covariate.name: covariate for covariate in self.covariates}
        graph = {name: sorted(covariate.needs) for name, covariate in known.items()}
        return tuple(known[name] for name in TopologicalSorter(graph).static_order())

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The categories of every categorical covariate."""
        return {each.name: each.categories for each in self.covariates if isinstance(each, Categorical)}

    @property
    def redrawn(self) -> frozenset[str]:
        """Parameters drawn again with a rejected candidate: those that a criterion reads, and what they drag along.

        All other parameters keep their first draw, so a new criterion on covariates changes no parameter.
        """
        parameters = {each.name for each in self.variability}
        covariates = {each.name for each in self.covariates}
        read = {column for criterion in self.criteria for column in criterion.names.values()}
        for block in self.blocks:
            if (read | covariates).intersection(block.names):
                read.update(block.names)
        return frozenset(read & parameters)

    def over(self, model: Model) -> Population:
        """The same people for the same model with other numbers, such as one draw of a posterior.

        Raises BadInput when other parameters vary in it than in the population's own model.
        """
        variability = variability_of(model)
        if {each.name for each in variability} != {each.name for each in self.variability}:
            what = f"other parameters vary in the model given than in that of population '{self.name}'"
            raise BadInput(what, where=self.file, todo="give the population's own model with other values and spreads")
        return replace(self, model=model, variability=variability)

    def typical(self, n: int = 1) -> Patients:
        """`n` copies of the patient without variability: table values, covariate medians and likeliest categories."""
        from unmoor.population.sample import typical_patients

        return typical_patients(self, n)

    def table(self) -> pd.DataFrame:
        """Every number of the population: name, quantity, value, unit, source and note, one row each."""
        import pandas as pd

        return pd.DataFrame(list(self._rows()), columns=["name", "quantity", "value", "unit", "source", "note"])

    def _rows(self) -> Iterator[tuple[str, str, float | str, str, str, str]]:
        for covariate in self.covariates:
            for quantity, value, entry in covariate.numbers():
                unit = (
                    "%" if quantity.startswith("cv") else "" if entry in ("categories", "formula") else covariate.unit
                )
                yield covariate.name, quantity, value, unit, covariate.sources[entry], covariate.note
        for pair in self.correlations:
            yield " and ".join(pair.between), f"correlation of {pair.measure}", pair.value, "", pair.source, pair.note
        for criterion in self.criteria:
            yield "acceptance", criterion.label, criterion.formula.text, "", criterion.source, criterion.note
