"""Which patients are still to be simulated, cut into chunks."""

from __future__ import annotations

from collections.abc import Mapping


def pieces(total: int, chunk: int, finished: Mapping[int, int]) -> list[tuple[int, int]]:
    """(place of the first patient, number of patients) of every chunk not yet finished, at most `chunk` patients each.

    `finished` maps the place of the first patient of a finished chunk to its number of patients. A chunk begins at a
    multiple of `chunk` or at the end of a finished one: a run that continues has the chunks of one that went through.
    """
    found: list[tuple[int, int]] = []
    place = 0
    for first, count in [*sorted(finished.items()), (total, 0)]:
        while place < first:
            end = min(first, (place // chunk + 1) * chunk)
            found.append((place, end - place))
            place = end
        place = max(place, first + count)
    return found
