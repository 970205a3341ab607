"""Doses at steady state: a regimen given since ever, as one cycle, and what of it is still to come at the record."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.dosing.events import Action
from unmoor.dosing.schedule import MOST_DOSES
from unmoor.dosing.timeline import Step, Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from unmoor.dosing.table_columns import Columns


@dataclass(frozen=True, eq=False)
class SteadyDoses:
    """Steady-state records, columns of shape (dose,), internal units.

    `amount` enters `state` every `interval` hours, as a bolus (`rate` 0) or at `rate`, a time `lag` after it is given;
    interval 0 is an infusion at `rate` without end. `adds` tells SS 2, which adds to the amounts there are, from SS 1,
    which puts the steady state in their place.
    """

    course: NDArray[np.int64]
    record: NDArray[np.int64]
    time: NDArray[np.float64]
    state: NDArray[np.str_]
    amount: NDArray[np.float64]
    rate: NDArray[np.float64]
    lag: NDArray[np.float64]
    interval: NDArray[np.float64]
    adds: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.course.size)

    @classmethod
    def join(cls, parts: Iterable[SteadyDoses]) -> SteadyDoses | None:
        """All of `parts`; None where there are none."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return None
        return cls(**{each.name: np.concatenate([getattr(part, each.name) for part in kept]) for each in fields(cls)})

    def where(self, mask: NDArray[np.bool_]) -> SteadyDoses:
        """The doses that a mask keeps."""
        return SteadyDoses(**{each.name: getattr(self, each.name)[mask] for each in fields(self)})

    @property
    def cyclic(self) -> NDArray[np.bool_]:
        """Doses that repeat, as opposed to an infusion without end."""
        return self.interval > 0

    @property
    def phase(self) -> NDArray[np.float64]:
        """When in a cycle that begins at the record's time the dose enters (h)."""
        interval = np.where(self.cyclic, self.interval, 1.0)
        return _within(self.lag, interval)[1]

    @property
    def duration(self) -> NDArray[np.float64]:
        """Hours of one infusion; 0 for a bolus."""
        rate = np.where(self.rate > 0, self.rate, 1.0)
        return np.where(self.cyclic & (self.rate > 0), self.amount / rate, 0.0)

    def running(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """How many infusions run as a cycle begins, and when in it one ends (0: exactly at its bounds)."""
        interval = np.where(self.cyclic, self.interval, 1.0)
        whole, end = _within(self.phase + self.duration, interval)
        count = np.where(self.duration > 0, whole - (end == 0.0), 0).astype(np.int64)
        return np.maximum(count, 0), np.where(self.duration > 0, end, 0.0)

    def still_to_come(self, columns: Columns) -> Timeline:
        """What implied doses do from the record's time on: infusions that run go on and end, lagged doses enter.

        Raises BadInput by row for more overlapping doses than one record may hold.
        """
        infused = self.cyclic & (self.rate > 0)
        interval = np.where(self.cyclic, self.interval, 1.0)
        reach = np.where(self.cyclic, (self.lag + self.duration) / interval, 0.0)
        if np.any(reach >= MOST_DOSES):
            record = int(self.record[np.argmax(reach)])
            what = f"{reach.max():.0f} doses of a steady state overlap"
            raise BadInput(what, where=columns.at(record), todo=f"at most {MOST_DOSES} can; see II, lag and duration")
        back = np.ceil(reach).astype(np.int64)
        each = np.repeat(np.arange(len(self)), back)
        nth = np.arange(each.size) - np.repeat(np.cumsum(back) - back, back) + 1
        given = self.time[each] - nth * interval[each]
        into = self.lag[each] - nth * interval[each]  # hours from the record's time to its entry
        stop = into + self.duration[each]
        tiny = 1e-12 * interval[each]
        parts = []
        for state in np.unique(self.state):
            here = self.state[each] == state
            pending = here & (into >= -tiny)
            late = each[pending]
            enter = self.time[late] + np.maximum(into[pending], 0.0)
            parts += _entries(self, late, enter, given[pending], str(state), infused[late])
            runs = here & (into < -tiny) & (stop > tiny) & infused[each]
            now = each[runs]
            ids = (self.course[now], self.time[now], self.record[now])
            parts.append(Timeline.of(*ids, Step.STEADY, Action.RATE, str(state), self.rate[now], given[runs]))
            ends = self.time[now] + stop[runs]
            parts.append(
                Timeline.of(ids[0], ends, ids[2], Step.IMPLIED, Action.RATE, str(state), -self.rate[now], given[runs])
            )
        return Timeline.join(parts)


def _entries(
    doses: SteadyDoses, which: NDArray[np.int64], enter: NDArray[np.float64], given: NDArray[np.float64], state: str,
    infused: NDArray[np.bool_],
) -> list[Timeline]:  # fmt: skip
    """Lagged doses of the past that enter at times `enter`."""
    course, record = doses.course[which], doses.record[which]
    # at the record's own instant the entry follows the steady state that the record sets
    step = np.where(enter == doses.time[which], int(Step.DOSE), int(Step.IMPLIED))
    b, i = ~infused, infused
    ends = enter + doses.duration[which]
    return [
        Timeline.of(course[b], enter[b], record[b], step[b], Action.ADD, state, doses.amount[which][b], given[b]),
        Timeline.of(course[i], enter[i], record[i], step[i], Action.RATE, state, doses.rate[which][i], given[i]),
        Timeline.of(course[i], ends[i], record[i], Step.IMPLIED, Action.RATE, state, -doses.rate[which][i], given[i]),
    ]


def _within(time: NDArray[np.float64], interval: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Whole intervals in a time and what is left; a rest that is rounding only is none."""
    ratio = time / interval
    whole = np.where(np.abs(ratio - np.rint(ratio)) <= 1e-12 * np.maximum(ratio, 1.0), np.rint(ratio), np.floor(ratio))
    rest = time - whole * interval
    return whole.astype(np.int64), np.where(np.abs(ratio - whole) <= 1e-12 * np.maximum(ratio, 1.0), 0.0, rest)
