"""What every design refuses before it computes anything."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence

from unmoor.base.errors import BadInput


def fraction(what: str, value: float, *, where: str) -> float:
    """The value itself, which lies strictly between 0 and 1.

    Raises BadInput otherwise.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 < number < 1.0:
        raise BadInput(f"{what} is {value!r}", where=where, todo="give a number between 0 and 1, such as 0.3")
    return number


def whole(what: str, value: int, least: int, *, where: str) -> int:
    """The value as a whole number of at least `least`.

    Raises BadInput otherwise.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if number < least or isinstance(value, bool):
        raise BadInput(f"{what} is {value!r}", where=where, todo=f"give a whole number of at least {least}")
    return number


def increasing(what: str, values: Sequence[float], *, where: str, within: tuple[float, float]) -> tuple[float, ...]:
    """The values as a tuple, strictly increasing and strictly inside `within`.

    Raises BadInput naming the first value that is not.
    """
    low, high = within
    try:
        found = tuple(float(value) for value in values)
    except (TypeError, ValueError):
        raise BadInput(
            f"{what}: {values!r} is no list of numbers", where=where, todo="write it like (1, 2, 4)"
        ) from None
    if not found:
        raise BadInput(f"{what} is empty", where=where, todo="give one number a dose level")
    for level, value in enumerate(found, 1):
        if not low < value < high:
            todo = f"every value lies between {low:g} and {high:g}"
            raise BadInput(f"{what}: {value:g} at level {level}", where=where, todo=todo)
        if level > 1 and value <= found[level - 2]:
            text = f"{what}: {value:g} at level {level} comes after {found[level - 2]:g}"
            raise BadInput(text, where=where, todo="put the dose levels in increasing order")
    return found


def one_each(what: str, count: int, levels: int, *, where: str) -> None:
    """Refuses a list that does not have one value a dose level.

    Raises BadInput.
    """
    if count != levels:
        text = f"{what} has {count} {'value' if count == 1 else 'values'} for {levels} dose levels"
        raise BadInput(text, where=where, todo="give one value a dose level")
