"""What is known of a trial on the day its data are cut: by a date, or when so many events have happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Observed:
    """Times and events as seen at the cut, of patients who had started by then.

    `patient` are their places; `day` is the day of the cut; `time` (days from the start) and `event` (patient,);
    `reason` tells why a time ends: "event", "dropout", "cut" or "end" of planned follow-up.
    """

    patient: NDArray[np.int64]
    day: float
    time: Floats
    event: NDArray[np.bool_]
    reason: NDArray[np.str_]


def cut_at(
    day: float, *, start: ArrayLike, event_time: ArrayLike, dropout: ArrayLike = np.inf, follow_up: float = np.inf
) -> Observed:
    """The trial as seen at the end of calendar `day`; all else in days, shape (patient,).

    `start` is the calendar day of a patient's start; `event_time` and `dropout` count from it (infinite: never), as
    does the planned `follow_up`. An event on the day of leaving counts. Raises BadInput for a cut before anyone
    started, missing or negative times.
    """
    begins, happens, leaves = _columns(start, event_time, dropout)
    if not follow_up > 0:
        raise BadInput(f"follow-up of {follow_up:g} days", where="data cut", todo="give days above 0")
    there = begins <= day
    if not there.any():
        todo = f"the first patient starts on day {begins.min():g}"
        raise BadInput(f"nobody has started by day {day:g}", where="data cut", todo=todo)
    ends = np.stack([happens, leaves, day - begins, np.full(len(begins), follow_up)])[:, there]
    first = np.argmin(ends, axis=0)
    reason = np.array(["event", "dropout", "cut", "end"])[first]
    return Observed(np.flatnonzero(there), float(day), ends.min(axis=0), first == 0, reason)


def cut_at_events(
    events: int, *, start: ArrayLike, event_time: ArrayLike, dropout: ArrayLike = np.inf, follow_up: float = np.inf
) -> Observed:
    """The trial as seen at the end of the day of its `events`-th event, or of the last one where fewer ever happen.

    Arguments as `cut_at`. Raises BadInput for fewer than one event or when none ever happens.
    """
    begins, happens, leaves = _columns(start, event_time, dropout)
    seen = np.isfinite(happens) & (happens <= np.minimum(leaves, follow_up))
    calendar = np.sort((begins + happens)[seen])
    if events < 1 or not len(calendar):
        what = f"a cut at {events} events, {len(calendar)} of which ever happen"
        raise BadInput(what, where="data cut", todo="ask for at least one event, or cut at a day")
    day = calendar[min(events, len(calendar)) - 1]
    # start + time - start may end a rounding error above time: the event itself must lie inside the cut
    return cut_at(day + 1e-9 * max(1.0, day), start=begins, event_time=happens, dropout=leaves, follow_up=follow_up)


def _columns(start: ArrayLike, event_time: ArrayLike, dropout: ArrayLike) -> tuple[Floats, Floats, Floats]:
    begins, happens = np.asarray(start, dtype=float), np.asarray(event_time, dtype=float)
    if begins.ndim != 1 or begins.shape != happens.shape or not len(begins):
        raise BadInput("starts and events do not fit", where="data cut", todo="one of each a patient")
    leaves = np.broadcast_to(np.asarray(dropout, dtype=float), begins.shape)
    wrong = np.isnan(happens) | np.isnan(leaves) | ~np.isfinite(begins) | (happens < 0) | (leaves < 0)
    if wrong.any():
        todo = "times count from the start of each patient; write infinity for what never happens"
        raise BadInput("times that are negative or missing", where="data cut", todo=todo)
    return begins, happens, leaves
