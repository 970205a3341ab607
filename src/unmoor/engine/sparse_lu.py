"""The order of elimination for a sparse matrix that is factored without pivoting, planned once per model.

Markowitz 1957 (doi:10.1287/mnsc.3.3.255): take next the diagonal entry whose row and column have the fewest partners.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Entry = tuple[int, int]


@dataclass(frozen=True)
class Plan:
    """Where entries live and what elimination does: slots (row, column) -> storage place, pivots in order,
    for each pivot its column partners (below) and row partners (right)."""

    slots: dict[Entry, int]
    pivots: tuple[int, ...]
    below: dict[int, tuple[int, ...]]
    right: dict[int, tuple[int, ...]]


def plan(size: int, entries: Iterable[Entry]) -> Plan:
    """Plan the factorisation of a `size` x `size` matrix with these non-zeros; the diagonal is always present."""
    slots: dict[Entry, int] = {}
    rows: list[set[int]] = [{i} for i in range(size)]
    columns: list[set[int]] = [{i} for i in range(size)]
    for i, j in [*sorted(entries), *((i, i) for i in range(size))]:
        slots.setdefault((i, j), len(slots))
        rows[i].add(j)
        columns[j].add(i)
    remaining, pivots = set(range(size)), []
    below: dict[int, tuple[int, ...]] = {}
    right: dict[int, tuple[int, ...]] = {}
    while remaining:
        pivot = min(remaining, key=lambda k: ((len(rows[k]) - 1) * (len(columns[k]) - 1), len(rows[k]), k))
        remaining.remove(pivot)
        pivots.append(pivot)
        right[pivot] = tuple(sorted(rows[pivot] - {pivot}))
        below[pivot] = tuple(sorted(columns[pivot] - {pivot}))
        for i in below[pivot]:
            for j in right[pivot]:
                slots.setdefault((i, j), len(slots))
                rows[i].add(j)
                columns[j].add(i)
            rows[i].discard(pivot)
        for j in right[pivot]:
            columns[j].discard(pivot)
    return Plan(slots, tuple(pivots), below, right)
