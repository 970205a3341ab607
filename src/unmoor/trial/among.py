"""Which patients an arm holds: all of the study's, or those whose covariates meet its condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.population.formula import Formula, Labels
from unmoor.trial.measure import integrated

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.base.stored_result import StoredResult
    from unmoor.population import Mixture, Population
    from unmoor.trial.study import Arm


@dataclass(frozen=True)
class Group:
    """An arm's patients among those of a result: who is `inside`, and who of these is `alive`, that is integrated."""

    inside: NDArray[np.bool_]
    alive: NDArray[np.bool_]

    @classmethod
    def of(cls, arm: Arm, result: Result | StoredResult) -> Group:
        """The group of an arm in a result."""
        inside = members(arm.among, result.patients)
        return cls(inside, inside & integrated(result, arm.name))

    @property
    def failed(self) -> int:
        """How many patients of the arm could not be integrated."""
        return int(np.count_nonzero(self.inside & ~self.alive))


def condition(text: str, population: Population | Mixture, where: str) -> Formula:
    """The condition that `among` states, such as `creatinine_clearance <= 30` or `disease == "none"`.

    Raises BadInput for a text that is no condition, UnknownName for a covariate or category the population lacks.
    """
    formula = Formula(text, where)
    if not formula.is_condition:
        todo = "compare something, as creatinine_clearance <= 30"
        raise BadInput(f"'{text}' is not a condition", where=where, todo=todo)
    names = [each.name for each in population.covariates]
    for name in sorted(formula.names):
        if name not in names:
            raise unknown("covariate", name, names, where=where)
    formula.check_categories(population.categories)
    return formula


def members(among: Formula | None, covariates: pd.DataFrame) -> NDArray[np.bool_]:
    """Which patients meet the condition, shape (patient,); everyone for None."""
    if among is None:
        return np.ones(len(covariates), dtype=bool)
    columns = {name: _column(covariates[name]) for name in among.names}
    return np.broadcast_to(np.asarray(among(columns), dtype=bool), len(covariates)).copy()


def _column(values: pd.Series) -> Labels | NDArray[np.float64]:
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        return Labels(values.cat.codes.to_numpy(np.int64), tuple(map(str, values.cat.categories)))
    if not pd.api.types.is_numeric_dtype(values):
        found, categories = pd.factorize(values, sort=True)
        return Labels(np.asarray(found, dtype=np.int64), tuple(map(str, categories)))
    return values.to_numpy(dtype=float)
