"""Patients: the covariates and parameters of each, in declared units; virtual ones or a real cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from unmoor.base import units as unit_system
from unmoor.base.errors import BadInput
from unmoor.model.model import Model

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Patients:
    """Tables with one row a patient, indexed by `patient`, and how they came about.

    `covariates` holds what is known of each patient (numbers and categories), `parameters` the model's symbols that
    differ between patients (its covariates included), both in the units given by `units`. `rejected` is the reject
    report: criterion, candidates, rejected, share, source. `attempts` says at which attempt a patient was accepted.
    """

    covariates: pd.DataFrame
    parameters: pd.DataFrame
    units: Mapping[str, str]
    rejected: pd.DataFrame
    attempts: pd.Series = field(repr=False)
    seed: int | None = None
    population: str = ""

    def __len__(self) -> int:
        return len(self.covariates)

    def __getitem__(self, chosen: int | slice | Sequence[int] | NDArray[Any]) -> Patients:
        """The chosen patients by position, as a table takes them; they keep their patient numbers."""
        import numpy as np

        rows = [int(chosen)] if isinstance(chosen, int | np.integer) else chosen
        return replace(
            self,
            covariates=self.covariates.iloc[rows],
            parameters=self.parameters.iloc[rows],
            attempts=self.attempts.iloc[rows],
        )

    def internal(self, model: Model) -> dict[str, NDArray[np.float64]]:
        """The parameters in internal units (h, L, nmol, kg, cell) by the model's names, shape (patient,) each.

        Raises UnknownName for a parameter that the model lacks, and BadInput when one of its covariates is missing,
        a unit does not fit, or a value is no finite number.
        """
        import numpy as np

        found = {}
        for name in self.parameters.columns:
            symbol = model.resolve(name, where=f"patients of '{self.population}' for model '{model.name}'")
            if symbol not in model.constants:
                raise BadInput(f"'{name}' of model '{model.name}' is not a constant", todo="only constants vary")
            declared, own = model.units.get(symbol, ""), self.units.get(name, model.units.get(symbol, ""))
            scale = 1.0 if own == declared else unit_system.convert(1.0, own, declared, where=f"parameter '{name}'")
            values = self.parameters[name].to_numpy(dtype=np.float64) * (scale * model.factors.get(symbol, 1.0))
            if not np.all(np.isfinite(values)):
                patient = self.parameters.index[np.flatnonzero(~np.isfinite(values))[0]]
                raise BadInput(f"'{name}' of patient {patient} is not a finite number")
            found[symbol] = values
        for name, row in model.rows.items():
            if row.kind == "covariate" and name not in found:
                raise BadInput(
                    f"covariate '{name}' of model '{model.name}' is not given for these patients",
                    todo="sample them from a population loaded for this model, or add the column",
                )
        return found

    def summary(self) -> pd.DataFrame:
        """Every covariate and parameter among these patients, one row each.

        Columns: name, role, unit, n, mean, sd, median, p5, p95, min, max, categories (counts as text).
        """
        import pandas as pd

        rows = []
        only = [name for name in self.parameters.columns if name not in self.covariates.columns]
        for role, table in (("covariate", self.covariates), ("parameter", self.parameters[only])):
            for name in table.columns:
                column = table[name]
                row: dict[str, Any] = {"name": name, "role": role, "unit": self.units.get(name, ""), "n": len(column)}
                if pd.api.types.is_numeric_dtype(column):
                    row |= {"mean": column.mean(), "sd": column.std(), "median": column.median()}
                    row |= {"p5": column.quantile(0.05), "p95": column.quantile(0.95)}
                    row |= {"min": column.min(), "max": column.max()}
                else:
                    counts = column.value_counts(sort=False)
                    row["categories"] = ", ".join(f"{what} {count}" for what, count in counts.items())
                rows.append(row)
        order = ["name", "role", "unit", "n", "mean", "sd", "median", "p5", "p95", "min", "max", "categories"]
        return pd.DataFrame(rows, columns=order)

    @classmethod
    def of(cls, table: pd.DataFrame, model: Model, *, units: Mapping[str, str] | None = None, name: str = "cohort",
           seed: int | None = None) -> Patients:  # fmt: skip
        """Patients from a user's own `table`, one row each; its index numbers them.

        A column named as a covariate or constant of `model` is given to the model; other columns are kept as
        covariates. `units` says in which unit a column is, where that is not the model's own (or kg, cm, years,
        mL/min for weight, height, age, creatinine_clearance); values are converted. With a `seed`, all other
        parameters vary as the model's tables say, independently of each other; without, they are typical.
        Raises BadInput for a covariate that is missing, no number or out of range, and UnknownName for a column that
        starts like an instance of the model and names nothing in it.
        """
        from unmoor.population.cohort import cohort

        return cohort(table, model, units or {}, name, seed)
