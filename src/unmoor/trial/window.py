"""Reading curves at a moment or in a window of time, for the endpoints that look at curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.base.result import Result

if TYPE_CHECKING:
    from unmoor.trial.study import Arm, Study

#: hours within which a time of the grid counts as the moment asked for: far below any grid, far above rounding
SAME = 1e-6


def window(study: Study, start: str | None, end: str | None, arm: Arm, where: str) -> tuple[float, float]:
    """First and last hour of a window of one arm, the whole study where a bound is left out.

    Raises BadInput for a window that is empty or outside the study.
    """
    first, last = study.span(start, end, arm, where)
    if last <= first:
        raise BadInput(f"window from '{start}' to '{end}' is empty", where=where, todo="swap 'from' and 'to'")
    return first, last


def at_time(result: Result, arm: str, output: str, time: float) -> NDArray[np.float64]:
    """An output of an arm at a time (h) of the grid, shape (patient,).

    Raises BadInput when the grid has no such time.
    """
    return at_times(result, arm, output, [time])[:, 0]


def at_times(result: Result, arm: str, output: str, times: Sequence[float]) -> NDArray[np.float64]:
    """An output of an arm at times (h) of the grid, shape (patient, time).

    Raises BadInput when the grid lacks one of them.
    """
    grid = result.curves["time"].values
    nearest = [int(np.abs(grid - time).argmin()) for time in times]
    for place, time in zip(nearest, times, strict=True):
        if abs(grid[place] - time) > SAME:
            todo = "simulate the study as it is now; the result is of another version of it"
            raise BadInput(f"the result has no curves at {time:g} h", todo=todo)
    values = result.curves[output].sel(arm=arm).transpose("patient", "time").values
    return np.asarray(values[:, nearest], dtype=float)


def in_window(
    result: Result, arm: str, output: str, span: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times (h) and values, shape (patient, time), of an output of an arm from the first to the last hour of `span`."""
    times = result.curves["time"].values
    chosen = (times >= span[0] - SAME) & (times <= span[1] + SAME)
    values = result.curves[output].sel(arm=arm).transpose("patient", "time").values[:, chosen]
    return times[chosen], np.asarray(values, dtype=float)
