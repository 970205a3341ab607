"""Landmark analysis: what is known at one time predicts what happens after it, free of immortal time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.trial.survival.times import Bools, Floats, checked, numbers


@dataclass(frozen=True, eq=False)
class Landmark:
    """Patients still at risk at the landmark: their places, times counted from it, events, and who had responded."""

    patient: np.ndarray
    time: Floats
    event: Bools
    responded: Bools


def landmark(time: ArrayLike, event: ArrayLike, response: ArrayLike, at: float) -> Landmark:
    """Everyone followed beyond `at`, parted by whether the response came by then (Anderson, J Clin Oncol 1983;1:710).

    `response` is the time of response, NaN or infinite for none; shapes (patient,). Those with an event or last look
    at or before `at` are left out. Raises BadInput for impossible times, or a landmark nobody passes.
    """
    times, events = checked(time, event, "landmark")
    when = numbers("times of response", response, "landmark")
    if when.shape != times.shape:
        raise BadInput(f"{when.shape} responses for {times.shape} patients", where="landmark", todo="one a patient")
    beyond = times > at
    if not at >= 0 or not beyond.any():
        todo = f"choose a time from 0 to before {times.max():g}"
        raise BadInput(f"nobody is followed beyond {at:g}", where="landmark", todo=todo)
    came = np.nan_to_num(when, nan=np.inf) <= at
    return Landmark(np.flatnonzero(beyond), times[beyond] - at, events[beyond], came[beyond])
