"""Places in many patients' records at once: the first record at or after a time, and times that mean one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: times closer than this, relative to the larger of the time and one hour, are the same instant: sums of intervals such
#: as 3 x 0.1 h miss the number written in a table by a few units in the last place
SAME = 2e-14


def first_at(
    course: NDArray[np.int64], time: NDArray[np.float64], of: NDArray[np.int64], at: NDArray[np.float64]
) -> NDArray[np.int64]:
    """For each asked (of, at): how many records (course, time) come before it; records are sorted by course, then time.

    This is the number of the first record of that course at or after that time, where there is one.
    """
    records = course.size
    flag = np.concatenate([np.ones(records, dtype=np.int8), np.zeros(of.size, dtype=np.int8)])
    order = np.lexsort((flag, np.concatenate([time, at]), np.concatenate([course, of])))
    before = np.cumsum(order < records)
    found = np.empty(of.size, dtype=np.int64)
    asked = order >= records
    found[order[asked] - records] = before[asked]
    return found


def same_instant(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether times (h) differ by rounding only."""
    return np.abs(one - other) <= SAME * np.maximum(np.abs(other), 1.0)


def snapped_to(grid: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """The times, each that means the instant of a sorted grid's time as that number of the grid."""
    found = np.array(time)
    if grid.size:
        after = np.searchsorted(grid, time)
        for place in (np.maximum(after - 1, 0), np.minimum(after, grid.size - 1)):
            near = same_instant(time, grid[place])
            found[near] = grid[place[near]]
    return found


def snapped(
    course: NDArray[np.int64], time: NDArray[np.float64], of: NDArray[np.int64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The asked times, each that means the instant of a record of its course as that record's own number."""
    found = at.copy()
    after = first_at(course, time, of, at)
    for place in (after - 1, after):
        inside = (place >= 0) & (place < course.size)
        safe = np.where(inside, place, 0)
        near = inside & (course[safe] == of) & same_instant(at, time[safe]) if course.size else inside
        found[near] = time[safe[near]]
    return found
