"""The patient's measures that a dose depends on: weight, body surface area and the covariates of its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base import units
from unmoor.base.errors import BadInput, UnknownName, nearest

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from unmoor.model.model import Model, Row

COVARIATES: Mapping[str, str] = {
    "weight": "kg",
    "height": "cm",
    "age": "years",
    "creatinine_clearance": "mL/min",
    "body_surface_area": "m2",
}


def mosteller(weight: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.float64]:
    """Body surface area (m2), shape as given, from weight (kg) and height (cm): sqrt(weight height / 3600).

    Mosteller RD. Simplified calculation of body-surface area. N Engl J Med 1987;317:1098.
    """
    area: NDArray[np.float64] = np.sqrt(weight * height / 3600.0)
    return area


class Body:
    """The covariates of patients, read column by column as a rule asks for them.

    Units of the columns: those in `declared`, else of the model's covariate of that name, else of COVARIATES.
    """

    def __init__(self, patients: pd.DataFrame, model: Model, declared: Mapping[str, str] | None = None) -> None:
        own = {_plain(name, model): row.unit for name, row in _covariates(model).items()}
        self._patients = patients
        self._declared = {**COVARIATES, **own, **(declared or {})}
        self.n = len(patients)

    def value(self, name: str, unit: str, needed_by: str) -> NDArray[np.float64]:
        """Covariate `name` in `unit`, shape (patient,); body surface area is derived where there is no column of it.

        Raises UnknownName for a missing column, BadInput for a number that is missing or, for a measure of the body,
        not above zero; both name the rule `needed_by`.
        """
        if name == "body_surface_area" and name not in self._patients:
            area = mosteller(self.value("weight", "kg", needed_by), self.value("height", "cm", needed_by))
            return area if unit == "m2" else np.asarray(units.convert(area, "m2", unit))
        if name not in self._patients:
            known = sorted(map(str, self._patients.columns))
            close = nearest(name, known)
            todo = (f"did you mean '{close}'? " if close else "") + f"they have: {', '.join(known) or '(none)'}"
            raise UnknownName(f"the patients have no covariate '{name}'", where=f"dose '{needed_by}'", todo=todo)
        if name not in self._declared:
            raise BadInput(f"the unit of covariate '{name}' is not known", where=f"dose '{needed_by}'", todo=_TODO)
        column = self._numbers(name, needed_by)
        own = self._declared[name]
        return column if own == unit else np.asarray(units.convert(column, own, unit, where=f"covariate '{name}'"))

    def _numbers(self, name: str, needed_by: str) -> NDArray[np.float64]:
        try:
            column: NDArray[np.float64] = self._patients[name].to_numpy(dtype=np.float64)
        except (TypeError, ValueError):
            raise BadInput(f"covariate '{name}' is not a number", where=f"dose '{needed_by}'", todo=_TODO) from None
        wrong = ~np.isfinite(column)
        if name in ("weight", "height", "body_surface_area"):
            wrong |= column <= 0
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise BadInput(
                f"{name} of patient {self._patients.index[row]} is {column[row]:g}",
                where=f"dose '{needed_by}'",
                todo=f"{int(wrong.sum())} of {column.size} patients have no usable {name}",
            )
        return column


_TODO = "use a numeric covariate whose unit is declared by the model or given as units={name: unit}"


def typical(model: Model, values: Mapping[str, ArrayLike] | None = None) -> pd.DataFrame:
    """Patients with the covariates in `values` (name: shape (patient,), internal units), else at reference values.

    Columns are in the units the model's tables declare; without `values` there is one patient.
    """
    import pandas as pd

    given = dict(values or {})
    columns = {
        _plain(full, model): np.asarray(given[full]) / model.factors.get(full, 1.0) if full in given else row.value
        for full, row in _covariates(model).items()
    }
    count = max((np.size(value) for value in given.values()), default=1)
    return pd.DataFrame(columns, index=pd.RangeIndex(count), dtype=float)


def _covariates(model: Model) -> dict[str, Row]:
    """The model's covariates by full id; one that no wiring merged comes first, so that a shared one overrules it."""
    found = {name: row for name, row in model.rows.items() if row.kind == "covariate"}
    return dict(sorted(found.items(), key=lambda pair: _plain(pair[0], model) == pair[0]))


def _plain(name: str, model: Model) -> str:
    """A covariate's name without the instance that declares it."""
    owner = next((instance for instance in model.instances if name.startswith(f"{instance}_")), "")
    return name.removeprefix(f"{owner}_") if owner else name
