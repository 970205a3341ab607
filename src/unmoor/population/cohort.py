"""A real cohort: a user's own table of patients, checked against the model before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unmoor.base import units as unit_system
from unmoor.base.errors import BadInput, UnknownName, nearest, unknown
from unmoor.base.random import uniform_at
from unmoor.model.model import Model
from unmoor.population.covariates import POSSIBLE, STANDARD_UNITS
from unmoor.population.patients import Patients
from unmoor.population.variability import variability_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


def cohort(table: pd.DataFrame, model: Model, units: Mapping[str, str], name: str, seed: int | None) -> Patients:
    """Patients from a user's table; see `Patients.of`."""
    import pandas as pd

    _check_shape(table, units, name)
    covariates, parameters, declared = {}, {}, {}
    for column in map(str, table.columns):
        symbol = _symbol(column, model, name)
        if symbol is not None and symbol in parameters:
            raise BadInput(f"column '{column}' gives '{symbol}' a second time", where=name)
        unit = model.units.get(symbol, "") if symbol else STANDARD_UNITS.get(column, units.get(column, ""))
        values = table[column]
        if symbol or column in STANDARD_UNITS:
            values = pd.Series(_numbers(table[column], units.get(column, unit), unit, column, name), index=table.index)
            _check_range(values, column, symbol, model, unit, name)
        if symbol is not None:
            parameters[symbol] = values
        if symbol is None or model.rows[symbol].kind == "covariate":
            covariates[symbol or column] = values
        declared[symbol or column] = unit
    _check_complete(parameters, table, model, name)
    if seed is not None:
        for each in variability_of(model):
            if each.name not in parameters:
                parameters[each.name] = pd.Series(each.margin.at(_scores(table, seed, each.name)), index=table.index)
                declared[each.name] = each.unit
    index = table.index.rename("patient")
    return Patients(
        covariates=pd.DataFrame(covariates, index=table.index).set_axis(index),
        parameters=pd.DataFrame(parameters, index=table.index).set_axis(index),
        units=declared,
        rejected=pd.DataFrame(columns=["criterion", "candidates", "rejected", "share", "source"]),
        attempts=pd.Series(0, index=index, name="attempt"),
        seed=seed,
        population=name,
    )


def _check_shape(table: pd.DataFrame, units: Mapping[str, str], name: str) -> None:
    import pandas as pd

    columns = list(map(str, table.columns))
    if not len(table):
        raise BadInput("the table has no patients", where=name)
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise BadInput(f"column '{twice}' stands twice", where=name)
    if not pd.api.types.is_integer_dtype(table.index.dtype) or table.index.has_duplicates or table.index.min() < 0:
        raise BadInput(
            "the index does not number the patients",
            where=name,
            todo="give each patient its own whole number from 0, as table.reset_index(drop=True) does",
        )
    for column in units:
        if column not in columns:
            raise unknown("column", column, columns, where=f"{name}: units")


def _symbol(column: str, model: Model, name: str) -> str | None:
    """The model's constant that a column gives, None where the model does not know the name."""
    try:
        symbol = model.resolve(column)
    except UnknownName:
        for instance in model.instances:
            if column.startswith((f"{instance}_", f"{instance}.")):
                raise unknown("parameter", column, model.constants, where=name) from None
        return None
    if symbol not in model.constants:
        raise BadInput(f"'{column}' is computed by model '{model.name}' and cannot be given", where=name)
    return symbol


def _numbers(column: pd.Series, given: str, unit: str, label: str, name: str) -> NDArray[np.float64]:
    import numpy as np
    import pandas as pd

    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise BadInput(
            f"'{label}' of patient {column.index[bad[0]]} is '{column.iloc[bad[0]]}', not a finite number"
            + (f" ({len(bad)} patients)" if len(bad) > 1 else ""),
            where=name,
            todo="fill it in, or leave the patient out and say so",
        )
    return values if given == unit else np.asarray(unit_system.convert(values, given, unit, where=f"{name}: '{label}'"))


def _check_range(values: pd.Series, label: str, symbol: str | None, model: Model, unit: str, name: str) -> None:
    row = model.rows[symbol] if symbol else None
    low, high = POSSIBLE.get(label, (-float("inf"), float("inf")))
    if row is not None:
        low = low if row.lower is None else row.lower
        high = high if row.upper is None else row.upper
    outside = values[(values < low) | (values > high)]
    if len(outside):
        raise BadInput(
            f"'{label}' of patient {outside.index[0]} is {outside.iloc[0]:g} {unit}, out of range {low:g} to {high:g}"
            + (f" ({len(outside)} patients)" if len(outside) > 1 else ""),
            where=name,
            todo="check the value and its unit; `units` says in which unit a column is",
        )


def _check_complete(parameters: Mapping[str, object], table: pd.DataFrame, model: Model, name: str) -> None:
    for symbol, row in model.rows.items():
        if row.kind == "covariate" and symbol not in parameters:
            close = nearest(symbol, map(str, table.columns))
            raise BadInput(
                f"covariate '{symbol}' of model '{model.name}' is missing",
                where=name,
                todo=(f"did you mean column '{close}'? " if close else "")
                + f"add a column in {row.unit or '1'}; the reference value is {row.value:g}",
            )


def _scores(table: pd.DataFrame, seed: int, name: str) -> NDArray[np.float64]:
    """Standard normal scores in the order of the table, addressed by the patients' numbers as in `sample`."""
    import numpy as np
    from scipy.special import ndtri

    patients = table.index.to_numpy(dtype=np.int64)
    order = np.argsort(patients)
    scores = np.empty(len(patients))
    scores[order] = ndtri(uniform_at(seed, f"parameter {name}", patients[order]))
    return scores
