"""A mixture of populations, such as 14 patients with myeloma and 8 with lymphoma; patients of many models pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput
from unmoor.base.random import uniform
from unmoor.model.model import Model
from unmoor.population.patients import Patients
from unmoor.population.population import Population

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.population.covariates import Covariate
    from unmoor.population.plausible import Criterion
    from unmoor.population.variability import Variability


@dataclass(frozen=True)
class Mixture:
    """Populations and their shares, for one `model` that each of them lays its own parameter table over.

    It is read like a Population; `covariates` are those that all of its parts have.
    """

    model: Model
    parts: tuple[tuple[Population, float], ...]

    @property
    def name(self) -> str:
        """The parts and their weights, as `mm 14 + nhl 8`."""
        return " + ".join(f"{part.name} {weight:g}" for part, weight in self.parts)

    @property
    def title(self) -> str:
        """The titles of the parts."""
        return " and ".join(part.title for part, _ in self.parts)

    @property
    def file(self) -> str:
        """The files of the parts."""
        return ", ".join(part.file for part, _ in self.parts)

    @property
    def covariates(self) -> tuple[Covariate, ...]:
        """The first part's covariates that every part has."""
        shared = set.intersection(*({each.name for each in part.covariates} for part, _ in self.parts))
        return tuple(each for each in self.parts[0][0].covariates if each.name in shared)

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The categories that a categorical covariate has in any part."""
        found: dict[str, tuple[str, ...]] = {}
        for part, _ in self.parts:
            for name, some in part.categories.items():
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *some)))
        return found

    @property
    def variability(self) -> tuple[Variability, ...]:
        """Every parameter that varies in some part, as in the first of them."""
        found: dict[str, Variability] = {}
        for part, _ in self.parts:
            found = {each.name: each for each in part.variability} | found
        return tuple(found.values())

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The entry criteria of all parts."""
        return tuple(each for part, _ in self.parts for each in part.criteria)

    def table(self) -> pd.DataFrame:
        """Every number of every part, a row each; `name` tells the part."""
        import pandas as pd

        tables = [part.table().assign(name=lambda t, p=part: p.name + ": " + t["name"]) for part, _ in self.parts]
        return pd.concat(tables, ignore_index=True)

    def sample(self, n: int, seed: int, first: int = 0) -> Patients:
        """Virtual patients number `first` to `first + n - 1`; who comes from which part is addressed by number, too."""
        return pooled(self.model, self.blocks(n, seed, first), name=self.name)

    def blocks(self, n: int, seed: int, first: int = 0) -> list[tuple[Population, Patients]]:
        """The same patients part by part; a part that nobody comes from is left out."""
        import numpy as np

        from unmoor.population.sample import sample

        weights = np.array([weight for _, weight in self.parts])
        edges = np.cumsum(weights / weights.sum())[:-1]
        place = np.searchsorted(edges, uniform(seed, "part of a mixture", first, n), side="right")
        blocks = []
        for k, (part, _) in enumerate(self.parts):
            rows = np.flatnonzero(place == k)
            if rows.size:
                blocks.append((part, sample(part, n, seed, first=first)[rows]))
        return blocks


def pooled(model: Model, blocks: Sequence[tuple[Population, Patients]], *, name: str) -> Patients:
    """Patients of several populations, each drawn for its own version of `model`, as patients of `model` itself.

    Constants that have another value, or vary, in some version become parameters of every patient. Covariates are those
    all blocks have. Raises BadInput for a patient number that stands twice, or a version with another initial state.
    """
    import pandas as pd

    versions = [population.model for population, _ in blocks]
    differing = list(dict.fromkeys(symbol for version in versions for symbol in _differing(model, version)))
    varying = [column for _, patients in blocks for column in patients.parameters.columns]
    columns = list(dict.fromkeys([*varying, *differing]))
    shared = set.intersection(*(set(patients.covariates.columns) for _, patients in blocks))
    covariates, parameters, units = [], [], dict(blocks[0][1].units)
    for (_, patients), version in zip(blocks, versions, strict=True):
        fixed = {
            symbol: version.rows[symbol].value
            for symbol in columns
            if version is not None and symbol not in patients.parameters.columns
        }
        parameters.append(patients.parameters.assign(**fixed)[columns])
        kept = [column for column in patients.covariates.columns if column in shared]
        # categories of one name may differ between populations
        words = [column for column in kept if not pd.api.types.is_numeric_dtype(patients.covariates[column])]
        covariates.append(patients.covariates[kept].astype(dict.fromkeys(words, "object")))
        units |= {symbol: model.rows[symbol].unit for symbol in fixed}
    table = pd.concat(covariates).sort_index()
    if table.index.has_duplicates:
        raise BadInput(f"patient {table.index[table.index.duplicated()][0]} stands twice", where=name)
    words = [column for column in table.columns if not pd.api.types.is_numeric_dtype(table[column])]
    return replace(
        blocks[0][1],
        covariates=table.astype(dict.fromkeys(words, "category")),
        parameters=pd.concat(parameters).sort_index(),
        units=units,
        rejected=_rejected([patients for _, patients in blocks]),
        attempts=pd.concat([patients.attempts for _, patients in blocks]).sort_index(),
        population=name,
    )


def _differing(model: Model, version: Model | None) -> list[str]:
    """Constants whose value in `version` is not that of `model`."""
    if version is None:
        return []
    found = [name for name, row in version.rows.items() if row.value != model.rows[name].value]
    strange = [name for name in found if version.rows[name].kind != "constant"]
    if strange:
        raise BadInput(
            f"'{strange[0]}' differs between populations and is no constant", where=version.rows[strange[0]].where
        )
    return found


def _rejected(blocks: Sequence[Patients]) -> pd.DataFrame:
    """The reject reports added up by criterion."""
    import pandas as pd

    tables = [patients.rejected for patients in blocks if len(patients.rejected)]
    if not tables:
        return blocks[0].rejected
    whole = (
        pd.concat(tables).groupby(["criterion", "source"], sort=False, as_index=False)[["candidates", "rejected"]].sum()
    )
    whole["share"] = whole["rejected"] / whole["candidates"]
    return whole[["criterion", "candidates", "rejected", "share", "source"]]
