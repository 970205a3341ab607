"""Happenings of many courses in the order that records give them, and the events they become."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from unmoor.dosing.events import Action, Events
from unmoor.dosing.time_order import SAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray


class Step(IntEnum):
    """What comes first of what one record does; IMPLIED happenings come before every record of their instant."""

    IMPLIED = -1
    SET = 0
    RESET = 1
    STEADY = 2
    DOSE = 3
    SEEN = 4


@dataclass(frozen=True, eq=False)
class Timeline:
    """Happenings, columns of shape (happening,), in no order.

    `record` is the number of the record that causes a happening, `target` a name, `value` in internal units, `start`
    when a dose was given (h). Infusion ends, further doses and doses after a lag are IMPLIED: NONMEM lets them enter
    before the records of the same time.
    """

    course: NDArray[np.int64]
    time: NDArray[np.float64]
    record: NDArray[np.int64]
    step: NDArray[np.int8]
    action: NDArray[np.int8]
    target: NDArray[np.str_]
    value: NDArray[np.float64]
    start: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.course.size)

    @classmethod
    def of(
        cls, course: ArrayLike, time: ArrayLike, record: ArrayLike, step: ArrayLike, action: Action, target: str,
        value: ArrayLike, start: ArrayLike | None = None,
    ) -> Timeline:  # fmt: skip
        """Happenings of one action on one target; the arguments broadcast."""
        given = (course, time, record, step, value, time if start is None else start)
        columns = np.broadcast_arrays(*map(np.atleast_1d, given))
        who, when, cause, place, what, begun = map(np.ravel, columns)
        return cls(
            who.astype(np.int64), when.astype(np.float64), cause.astype(np.int64), place.astype(np.int8),
            np.full(who.size, action, dtype=np.int8), np.full(who.size, target), what.astype(np.float64),
            begun.astype(np.float64),
        )  # fmt: skip

    @classmethod
    def join(cls, parts: Iterable[Timeline]) -> Timeline:
        """All happenings of `parts`."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return cls.of([], [], [], [], Action.ADD, "", [])
        return cls(**{each.name: np.concatenate([getattr(part, each.name) for part in kept]) for each in fields(cls)})

    def where(self, mask: NDArray[np.bool_]) -> Timeline:
        """The happenings that a mask keeps."""
        return Timeline(**{each.name: getattr(self, each.name)[mask] for each in fields(self)})

    def targets(self, action: Action) -> set[str]:
        """Names that happenings of one action act on."""
        return set(self.target[self.action == action].tolist())


@dataclass(frozen=True, eq=False)
class Observed:
    """Records at which the outputs are asked for, columns of shape (observation,), by course and order of record."""

    course: NDArray[np.int64]
    time: NDArray[np.float64]
    record: NDArray[np.int64]


def soon(time: NDArray[np.float64]) -> NDArray[np.float64]:
    """A span of time (h) that nothing notices, that a step can take, and that `time_order` still tells apart."""
    return np.maximum(2.0**-36, 8 * SAME * np.abs(time))


def in_order(timeline: Timeline, observed: Observed | None = None) -> tuple[Events, NDArray[np.float64]]:
    """The events of a timeline (patients are courses), and the time at which to read each observation.

    Events of one instant stand in their order. The engine shows the state after all events of an instant: what comes
    before an observation of the same instant, and the observation, move ahead of what follows by a moment (`soon`).
    """
    if observed is None:
        nobody = np.zeros(0, dtype=np.int64)
        observed = Observed(nobody, np.zeros(0), nobody)
    events, seen = len(timeline), observed.course.size
    course = np.concatenate([timeline.course, observed.course])
    time = np.concatenate([timeline.time, observed.time])
    record = np.concatenate([timeline.record, observed.record])
    step = np.concatenate([timeline.step, np.full(seen, Step.SEEN, dtype=np.int8)])
    implied = step == Step.IMPLIED
    order = np.lexsort((step, record, ~implied, time, course))
    time = time.copy()
    if seen:
        time[order] = _moments(course[order], time[order], order >= events)
    order = order[order < events]
    names, target = np.unique(timeline.target, return_inverse=True) if events else (np.array([""]), np.zeros(0))
    found = Events(
        tuple(names.tolist()), course[order], time[order], timeline.action[order], target[order].astype(np.int32),
        timeline.value[order], timeline.start[order],
    )  # fmt: skip
    return found, time[events:]


def _moments(course: NDArray[np.int64], time: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Times of sorted happenings and observations, each group between two observations a moment before the next."""
    new = np.concatenate([[True], (course[1:] != course[:-1]) | (time[1:] != time[:-1])])
    instant = np.cumsum(new) - 1
    turns = np.concatenate([[False], seen[:-1] & ~seen[1:]]) & ~new
    level = np.cumsum(turns)
    last = np.flatnonzero(np.concatenate([new[1:], [True]]))
    return time - (level[last][instant] - level) * soon(time)
