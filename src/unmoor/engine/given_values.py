"""Values that a model's table cannot mean, whoever gives them: no number, or below zero where nothing negative is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.dosing.events import Action, Events
from unmoor.engine.ensemble import Floats
from unmoor.model.model import Model


def refuse_impossible(model: Model, given: Mapping[str, Floats], patients: int) -> None:
    """Raise BadInput for the first value that is not finite, or negative where the model's table allows none.

    A constant or covariate may be negative where its row has a lower bound below zero, or no lower bound and either a
    normal distribution or a value that is not positive itself; a model without tables says nothing about signs.
    """
    for name, value in given.items():
        if not np.all(np.isfinite(value)):
            who = _first(~np.isfinite(value), patients)
            raise BadInput(f"'{name}' of patient {who} is not a finite number", todo="give every patient a value")
        if np.any(value < 0) and not _may_be_negative(model, name):
            who = _first(value < 0, patients)
            shown = float(np.broadcast_to(value, patients)[who]) / model.factors.get(name, 1.0)
            what = f"'{name}' of patient {who} is {shown:g} {model.units.get(name, '')}".rstrip()
            raise BadInput(f"{what}, and cannot be below zero", todo="give a value as in the model's table")


def refuse_impossible_settings(model: Model, events: Events) -> None:
    """Raise BadInput for the first event that sets a constant below zero where the model's table allows none."""
    wrong = (events.action == Action.SET) & (events.value < 0)
    for k in np.flatnonzero(wrong):
        name = events.names[events.target[k]]
        if not _may_be_negative(model, name):
            shown = f"{events.value[k] / model.factors.get(name, 1.0):g} {model.units.get(name, '')}".rstrip()
            what = f"'{name}' of patient {events.patient[k]} is {shown} at {events.time[k]:g} h"
            raise BadInput(f"{what}, and cannot be below zero", todo="give a value as in the model's table")


def _first(wrong: np.ndarray, patients: int) -> int:
    return int(np.flatnonzero(np.broadcast_to(wrong, patients))[0])


def _may_be_negative(model: Model, name: str) -> bool:
    row = model.rows.get(name)
    if row is None or row.kind not in ("constant", "covariate"):
        return True
    if row.lower is not None:
        return row.lower < 0
    return row.distribution == "normal" or row.value is None or row.value <= 0
