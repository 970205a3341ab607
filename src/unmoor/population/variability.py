"""How model parameters vary between patients: the distribution columns of the model's own tables."""

from __future__ import annotations

from dataclasses import dataclass

from unmoor.base.errors import BadInput
from unmoor.model.model import Model
from unmoor.population.margin import Margin


@dataclass(frozen=True)
class Variability:
    """One parameter that differs between patients, by flattened model name, in the unit its table declares."""

    name: str
    unit: str
    margin: Margin
    source: str = ""
    note: str = ""


def variability_of(model: Model) -> tuple[Variability, ...]:
    """The parameters of `model` whose table rows give a distribution, in the order of the tables.

    The row's value is the centre (the median of a lognormal or logitnormal, the mean of a normal parameter), its
    spread the CV in % of a lognormal one and the SD otherwise. A spread of 0 means no variability.
    Raises BadInput with file and line for a row that cannot be drawn from.
    """
    found = []
    for name, row in model.rows.items():
        if not row.distribution:
            continue
        if row.kind != "constant":
            raise BadInput(
                f"'{name}' is a {row.kind} and has a distribution",
                where=row.where,
                todo="covariates get theirs in a population file; only constants vary here",
            )
        if row.value is None or (row.spread is None and row.distribution != "uniform"):
            missing = "value" if row.value is None else "spread"
            raise BadInput(f"'{name}' has a distribution but no {missing}", where=row.where)
        margin = Margin(row.distribution, row.value, row.spread or 0.0, row.lower, row.upper, where=row.where)
        if row.distribution == "uniform" or margin.spread > 0:
            found.append(Variability(name, row.unit, margin, row.source, row.note))
    return tuple(found)
