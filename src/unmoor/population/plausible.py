"""Acceptance: candidates who break an entry criterion are drawn again, and what was rejected is reported."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput
from unmoor.population.covariates import Derived
from unmoor.population.formula import Column, Formula, Labels

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Draw = Callable[[NDArray[np.int64], int], dict[str, Column]]

MOST_ATTEMPTS = 10_000  # for one patient
HOPELESS = 20_000  # candidates without one accepted


@dataclass(frozen=True)
class Criterion:
    """A condition every patient meets; `names` leads from the names in its formula to the columns."""

    label: str
    formula: Formula
    names: Mapping[str, str]
    source: str = ""
    note: str = ""

    def met(self, columns: Mapping[str, Column], count: int) -> NDArray[np.bool_]:
        """Which candidates meet it, shape (candidate,); raises BadInput when a quantity in it is not a number."""
        import numpy as np

        used = {name: columns[column] for name, column in self.names.items()}
        for name, column in used.items():
            if not isinstance(column, Labels) and not np.all(np.isfinite(column)):
                raise BadInput(
                    f"'{name}' in criterion '{self.label}' is not a finite number for some candidates",
                    where=self.formula.where,
                    todo="give bounds that keep its formula from dividing by zero or taking roots of negatives",
                )
        return np.broadcast_to(np.asarray(self.formula(used), dtype=bool), count)


@dataclass(frozen=True)
class Accepted:
    """Accepted columns, the attempt (0 is the first) at which each patient was accepted, and the reject report."""

    columns: dict[str, Column]
    attempts: NDArray[np.int64]
    report: pd.DataFrame


def accepted(draw: Draw, criteria: Sequence[Criterion], patients: NDArray[np.int64], *, where: str = "") -> Accepted:
    """Draw `patients` until each meets all `criteria`; `draw(patients, attempt)` gives candidates by column.

    Attempts are addressed by their number, so who is accepted for a patient does not depend on the others.
    Raises BadInput, naming the criterion that rejects most, when (nearly) everyone is rejected.
    """
    import numpy as np

    columns = draw(patients, 0)
    attempts = np.zeros(len(patients), dtype=np.int64)
    waiting = np.arange(len(patients))
    candidates, taken, rejected, rejected_by = 0, columns, 0, np.zeros(len(criteria), dtype=np.int64)
    while criteria:
        met = np.array([criterion.met(taken, len(waiting)) for criterion in criteria])
        fine: NDArray[np.bool_] = np.all(met, axis=0)
        candidates += len(waiting)
        rejected += int((~fine).sum())
        rejected_by += (~met).sum(axis=1)
        if attempts[waiting].any():
            _put(columns, waiting[fine], taken, fine)
        waiting = waiting[~fine]
        if not len(waiting):
            break
        attempt = int(attempts[waiting[0]]) + 1
        if attempt >= MOST_ATTEMPTS or (candidates >= HOPELESS and rejected == candidates):
            raise _hopeless(criteria, rejected_by, candidates, rejected, where)
        attempts[waiting] = attempt
        taken = draw(patients[waiting], attempt)
    return Accepted(columns, attempts, _report(criteria, rejected_by, candidates, rejected))


def _put(
    columns: dict[str, Column], places: NDArray[np.int64], taken: dict[str, Column], fine: NDArray[np.bool_]
) -> None:
    """Write accepted candidates into the columns of this call, which nobody else holds yet."""
    for name, column in taken.items():
        if isinstance(column, Labels):
            columns[name].index[places] = column.index[fine]
        else:
            columns[name][places] = column[fine]


def _hopeless(
    criteria: Sequence[Criterion], rejected_by: NDArray[np.int64], candidates: int, rejected: int, where: str
) -> BadInput:
    worst = int(rejected_by.argmax())
    everyone = "every candidate" if rejected == candidates else "nearly every candidate"
    return BadInput(
        f"the acceptance criteria reject {everyone}; '{criteria[worst].label}' rejects most:"
        f" {rejected_by[worst]} of {candidates} ({rejected_by[worst] / candidates:.1%})",
        where=criteria[worst].formula.where or where,
        todo="widen that criterion or move the distributions towards it",
    )


def _report(
    criteria: Sequence[Criterion], rejected_by: NDArray[np.int64], candidates: int, rejected: int
) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (criterion.label, candidates, int(count), count / candidates, criterion.source)
        for criterion, count in zip(criteria, rejected_by, strict=True)
    ]
    if rows:
        rows.append(("any of these", candidates, rejected, rejected / candidates, ""))
    return pd.DataFrame(rows, columns=["criterion", "candidates", "rejected", "share", "source"])


def within(covariate: Derived) -> Criterion | None:
    """The criterion that a derived covariate lies within its bounds; None when it has none."""
    name, lower, upper = covariate.name, covariate.lower, covariate.upper
    parts = [f"{lower!r} <= {name}"] * (lower > -math.inf) + [f"{name} <= {upper!r}"] * (upper < math.inf)
    if not parts:
        return None
    label = f"{name} within {lower:g} to {upper:g} {covariate.unit}"
    source = covariate.sources["lower" if lower > -math.inf else "upper"]
    return Criterion(label, Formula(" and ".join(parts), covariate.where), {name: name}, source, covariate.note)
