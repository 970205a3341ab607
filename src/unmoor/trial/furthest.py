"""Which parameter of a patient is furthest from typical: where to look first when it could not be integrated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unmoor.model import Model


def furthest(model: Model, given: Sequence[str], rows: NDArray[np.float64]) -> tuple[list[str], NDArray[np.float64]]:
    """For each of `rows` (patient, parameter row) the constant furthest from the model's own value, and their ratio.

    Furthest is the largest absolute log ratio; one that is not a finite number, or has lost or changed its sign, is
    further than any. Constants that are zero in the model have no ratio and are left out, as are switches; a
    patient without any that differs has "" and 1.
    """
    names = [name for name in model.constants if name not in model.switches and model.constants[name] != 0.0]
    places = [k for k, name in enumerate(given) if name in set(names)]
    if not places:
        return [""] * len(rows), np.ones(len(rows))
    typical = np.array([model.constants[given[k]] for k in places])
    with np.errstate(over="ignore"):
        ratio = rows[:, places] / typical
    usable = np.isfinite(ratio) & (ratio > 0.0)
    distance = np.where(usable, np.abs(np.log(np.where(usable, ratio, 1.0))), np.inf)
    place = distance.argmax(axis=1)
    line = np.arange(len(rows))
    alike = distance[line, place] == 0.0
    found = ["" if same else given[places[k]] for k, same in zip(place, alike, strict=True)]
    return found, np.where(alike, 1.0, ratio[line, place])
