"""What of a patient is furthest from typical, parameter and state: where to look first when it was not integrated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unmoor.dosing.events import Events
from unmoor.engine import Simulator
from unmoor.model import Model

#: states below this (internal units) are nothing in either patient
FLOOR = 1e-9


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


def furthest_states(
    simulator: Simulator, given: Events, fallen: NDArray[np.float64], when: NDArray[np.float64]
) -> tuple[list[str], NDArray[np.float64]]:
    """For each patient the state furthest from a typical one's, and their ratio, from its last states `fallen`.

    Typical is a patient with the model's own values who gets what the patient got (`given`), at the same time `when`
    (h); furthest the largest absolute log ratio of the amounts, both raised by FLOOR, and before it any state that is
    not finite. No other patient of the study is looked at, so that the answer does not depend on who they are. "" and
    nan where the typical patient cannot be integrated either, or the patient failed before it began.
    """
    typical = np.full(fallen.shape, np.nan)
    snapshot = simulator.begin(n=len(fallen))
    for hour in np.unique(when[when >= 0]):
        _, snapshot = simulator.advance(snapshot, given, float(hour))
        typical[when == hour] = snapshot.states[when == hour]
    comparable = np.isfinite(typical).all(axis=1) & ~np.isnan(fallen).all(axis=1)
    with np.errstate(all="ignore"):
        distance = np.abs(np.log((np.abs(fallen) + FLOOR) / (np.abs(typical) + FLOOR)))
        place = np.where(np.isfinite(distance), distance, np.inf).argmax(axis=1)
        line = np.arange(len(fallen))
        ratio = fallen[line, place] / typical[line, place]
    names = simulator.layout.states
    found = [names[k] if fine else "" for k, fine in zip(place, comparable, strict=True)]
    return found, np.where(comparable, ratio, np.nan)


def cause(reason: str, state: str, state_ratio: float, parameter: str, ratio: float) -> str:
    """What happened, and what is out of the way, as one sentence."""
    hints = []
    if state and not np.isnan(state_ratio):
        hints.append(f"'{state}' is {state_ratio:.3g} times that of a typical patient so treated")
    elif state:
        hints.append(f"'{state}' is worst off")
    if parameter:
        hints.append(f"'{parameter}' is {ratio:.3g} times its typical value")
    return "; ".join([reason, *hints])
