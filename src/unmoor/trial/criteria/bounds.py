"""Comparisons with a published bound that rounding cannot tip, and the check of a version's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput, unknown

MOST_NEUTROPHILS, MOST_PLATELETS = 500.0, 50_000.0
"""10^9/L, more than anybody has: larger numbers are cells in a uL."""

SLACK = 1e-9
"""Relative room of a comparison: a fall from 3.0 to 0.3 is one of 90%, though its quotient ends in ...01 or ...99."""


def at_least(value: ArrayLike, bound: ArrayLike) -> NDArray[np.bool_]:
    """value >= bound up to rounding; False where either is NaN."""
    low = np.asarray(bound, dtype=float)
    return np.asarray(value, dtype=float) >= low - SLACK * np.abs(low)


def above(value: ArrayLike, bound: ArrayLike) -> NDArray[np.bool_]:
    """value > bound by more than rounding; False where either is NaN."""
    low = np.asarray(bound, dtype=float)
    return np.asarray(value, dtype=float) > low + SLACK * np.abs(low)


def below(value: ArrayLike, bound: ArrayLike) -> NDArray[np.bool_]:
    """value < bound by more than rounding; False where either is NaN."""
    high = np.asarray(bound, dtype=float)
    return np.asarray(value, dtype=float) < high - SLACK * np.abs(high)


def measured(name: str, value: ArrayLike, where: str, *, highest: float = np.inf) -> NDArray[np.float64]:
    """`value` as numbers, NaN where not measured.

    Raises BadInput for text, negative numbers and numbers above `highest`.
    """
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as problem:
        raise BadInput(f"{name} are not numbers", where=where, todo="give numbers, nan where not measured") from problem
    if np.any(found < 0) or np.any(found > highest):
        bound = f" and {highest:g}" if np.isfinite(highest) else " and no bound"
        first = found[(found < 0) | (found > highest)].flat[0]
        what = f"{name} of {first:g}, outside what can be measured"
        raise BadInput(what, where=where, todo=f"values lie between 0{bound}; look at the unit")
    return found


def fitting(where: str, *arrays: ArrayLike) -> None:
    """Refuses arrays that cannot be taken element by element.

    Raises BadInput.
    """
    shapes = [np.shape(each) for each in arrays]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        known = ", ".join(map(str, dict.fromkeys(shape for shape in shapes if shape)))
        what, todo = f"readings of shapes {known}", "give one value of each reading for each assessment"
        raise BadInput(what, where=where, todo=todo) from None


def first_that_holds(steps: Sequence[tuple[NDArray[np.bool_], str]], otherwise: str) -> NDArray[np.str_]:
    """The word of the first step whose condition holds, elementwise over conditions that broadcast."""
    conditions = np.broadcast_arrays(*(condition for condition, _ in steps))
    words = np.array([*(word for _, word in steps), otherwise])
    holds = np.stack([*conditions, np.ones(conditions[0].shape, dtype=bool)])
    found: NDArray[np.str_] = words[np.argmax(holds, axis=0)]
    return np.asarray(found)


def version_of(version: str, known: Iterable[str], criterion: str) -> str:
    """The version itself.

    Raises UnknownName with the nearest known version: grades and responses differ between versions.
    """
    versions = list(known)
    if version not in versions:
        raise unknown(f"version of {criterion}", str(version), versions, where=criterion)
    return version
