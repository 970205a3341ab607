"""Who may enter: criteria over covariates, and how many fail each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.population.formula import Formula, Labels

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Screening:
    """`eligible` (patient,), and a table of criteria: how many fail each, and how many fail it alone."""

    eligible: NDArray[np.bool_]
    table: pd.DataFrame

    @property
    def failures(self) -> int:
        """Patients who fail at least one criterion."""
        return int((~self.eligible).sum())


def screen(covariates: pd.DataFrame, criteria: Mapping[str, str]) -> Screening:
    """Hold patients against criteria; `criteria` maps a label to a condition on columns, as `1 <= prior_lines <= 5`.

    Conditions are those of population files: comparisons (chained too), and, or, not, + - * / ** and categories in
    quotes. Raises BadInput for a condition that cannot be read or is a number, or a value that is missing; UnknownName
    for a column or category that the patients lack.
    """
    import pandas as pd

    columns = {str(name): _column(covariates[name]) for name in covariates}
    known = {name: column.categories for name, column in columns.items() if isinstance(column, Labels)}
    passed = np.ones((len(criteria), len(covariates)), dtype=bool)
    for k, (label, text) in enumerate(criteria.items()):
        formula = Formula(text, where=f"criterion '{label}'")
        for name in sorted(formula.names):
            if name not in columns:
                raise unknown("covariate", name, columns, where=formula.where)
            if covariates[name].isna().any():
                who = covariates.index[covariates[name].isna()][0]
                todo = "screen patients whose values are known"
                raise BadInput(f"'{name}' of patient {who} is missing", where=formula.where, todo=todo)
        formula.check_categories(known)
        if not formula.is_condition:
            raise BadInput(f"'{text}' is no condition", where=formula.where, todo="write age >= 18, for example")
        passed[k] = formula(columns)
    alone = ~passed & ((~passed).sum(axis=0) == 1)
    table = pd.DataFrame(
        {"criterion": list(criteria.values()), "fail": (~passed).sum(axis=1), "fail_alone": alone.sum(axis=1)},
        index=pd.Index(list(criteria), name="label"),
    )
    return Screening(np.asarray(passed.all(axis=0)), table)


def _column(values: pd.Series) -> Any:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=float)
    found = pd.Categorical(values)
    return Labels(np.asarray(found.codes, dtype=np.int64), tuple(str(name) for name in found.categories))
