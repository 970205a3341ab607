"""How a dose enters a model: the state, and bioavailability and lag of each patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput, Unsupported, unknown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from unmoor.model.model import Model


def entered_state(name: str, model: Model, where: str) -> str:
    """The id of the state called `name`, or that holds the amount of the species called so.

    Raises UnknownName where the model has no such name, or one that is no state.
    """
    state = model.resolve(name, where=where)
    if state not in model.states:
        state = model.species.get(state, (state, ""))[0]
    if state not in model.states:
        raise unknown(f"state of model '{model.name}'", name, model.states, where=where)
    return state


def symbol(
    name: str | None,
    default: float,
    instance: str,
    model: Model,
    values: Mapping[str, ArrayLike],
    n: int,
    where: str,
) -> NDArray[np.float64]:
    """A route's bioavailability or lag, shape (patient,), internal units: from `values`, else the model's constant."""
    if name is None:
        return np.full(n, default)
    full = model.resolve(f"{instance}.{name}", where=where)
    found = next((value for key, value in values.items() if key in (full, f"{instance}.{name}")), None)
    if found is None:
        if full not in model.constants:
            todo = "make it a constant of the model, or give it in parameters"
            raise Unsupported(f"'{full}' of a dose is computed by the model", where=where, todo=todo)
        found = model.constants[full]
    column = np.asarray(found, dtype=np.float64)
    if column.shape not in ((), (1,), (n,)):
        raise BadInput(f"'{full}' has shape {column.shape} for {n} patients", where=where, todo="give one a patient")
    column = np.broadcast_to(column, (n,))
    wrong = ~(np.isfinite(column) & (column >= 0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        todo = "bioavailability and lag are zero or more"
        raise BadInput(f"'{full}' of patient {row} is {column[row]:g}", where=where, todo=todo)
    return column
