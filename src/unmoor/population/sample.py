"""Drawing virtual patients: every number comes from the stream addressed by seed, quantity, patient and attempt."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput
from unmoor.base.random import uniform_at
from unmoor.population.correlation import Block, mixed
from unmoor.population.covariates import Categorical, typical
from unmoor.population.formula import Column, Labels
from unmoor.population.patients import Patients
from unmoor.population.plausible import accepted
from unmoor.population.population import Population

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from unmoor.population.mixture import Mixture


def sample(population: Population | Mixture, n: int, seed: int, *, first: int = 0) -> Patients:
    """Virtual patients number `first` to `first + n - 1` of a population.

    Patient i is the same whatever `n` and `first` are: each of its numbers is addressed by (seed, quantity, patient,
    attempt). Raises BadInput for an `n` below 1, a negative seed, or a population that rejects (nearly) everyone.
    """
    import numpy as np

    if not isinstance(population, Population):
        return population.sample(_whole("n", n, 1), seed, first=_whole("first", first, 0))
    patients = np.arange(_whole("first", first, 0), first + _whole("n", n, 1), dtype=np.int64)
    redrawn = [each for each in population.variability if each.name in population.redrawn]
    kept = [each for each in population.variability if each.name not in population.redrawn]
    order = population.covariate_order

    def candidates(chosen: NDArray[np.int64], attempt: int) -> dict[str, Column]:
        names = {f"{c.name}": "covariate" for c in order} | {p.name: "parameter" for p in redrawn}
        scores = _scores(names.items(), population.blocks, seed, chosen, attempt)
        columns: dict[str, Column] = {}
        for covariate in order:
            columns[covariate.name] = covariate.at(scores[covariate.name], columns)
        return columns | {each.name: each.margin.at(scores[each.name]) for each in redrawn}

    found = accepted(candidates, population.criteria, patients, where=population.file)
    scores = _scores(((each.name, "parameter") for each in kept), population.blocks, seed, patients, 0)
    columns = found.columns | {each.name: each.margin.at(scores.pop(each.name)) for each in kept}
    return _patients(population, columns, patients, found.report, found.attempts, seed)


def typical_patients(population: Population, n: int = 1) -> Patients:
    """`n` copies of the patient without variability; no criterion is asked."""
    import numpy as np
    import pandas as pd

    count = _whole("n", n, 1)
    columns: dict[str, Column] = {}
    for covariate in population.covariate_order:
        columns[covariate.name] = typical(covariate, columns)
    columns |= {each.name: np.array([each.margin.centre]) for each in population.variability}
    repeated = {name: _repeated(column, count) for name, column in columns.items()}
    report = pd.DataFrame(columns=["criterion", "candidates", "rejected", "share", "source"])
    return _patients(population, repeated, np.arange(count), report, np.zeros(count, dtype=np.int64), None)


def _repeated(column: Column, count: int) -> Column:
    import numpy as np

    if isinstance(column, Labels):
        return Labels(np.repeat(column.index, count), column.categories, column.codes)
    return np.repeat(column, count)


def _whole(what: str, value: int, least: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise BadInput(f"{what} is {value!r}", todo="give a whole number") from None
    if number < least:
        raise BadInput(f"{what} is {number}", todo=f"give a whole number of at least {least}")
    return number


def _scores(
    names: Iterable[tuple[str, str]], blocks: Collection[Block], seed: int, patients: NDArray[np.int64], attempt: int
) -> dict[str, NDArray[np.float64]]:
    """Standard normal scores by quantity, shape (patient,), correlated within blocks."""
    from scipy.special import ndtri

    scores = {name: ndtri(uniform_at(seed, f"{kind} {name}", patients, attempt)) for name, kind in names}
    for block in blocks:
        if block.names[0] in scores:
            scores |= mixed(block, scores)
    return scores


def _patients(
    population: Population,
    columns: dict[str, Column],
    patients: NDArray[np.int64],
    report: pd.DataFrame,
    attempts: NDArray[np.int64],
    seed: int | None,
) -> Patients:
    import numpy as np
    import pandas as pd

    index = pd.RangeIndex(int(patients[0]), int(patients[-1]) + 1, name="patient")
    covariates, parameters, declared = {}, {}, {}
    for each in population.covariates:
        column = columns[each.name]
        declared[each.name] = each.unit
        covariates[each.name] = (
            pd.Categorical.from_codes(column.index, list(column.categories)) if isinstance(column, Labels) else column
        )
        row = population.model.rows.get(each.name) if population.model else None
        if row is None or row.kind != "covariate":
            continue
        if isinstance(each, Categorical):
            parameters[each.name] = np.asarray(each.codes, dtype=np.float64)[column.index]
        else:
            # one name, one unit: covariates and parameters of the same name carry the same number
            parameters[each.name] = column
    for varying in population.variability:
        parameters[varying.name] = columns[varying.name]
        declared[varying.name] = varying.unit
    return Patients(
        covariates=pd.DataFrame(covariates, index=index),
        parameters=pd.DataFrame(parameters, index=index),
        units=declared,
        rejected=report,
        attempts=pd.Series(attempts, index=index, name="attempt"),
        seed=seed,
        population=population.name,
    )
