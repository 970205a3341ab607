"""What every statistic returns: a value, its interval, how many patients stand behind it, and the method's name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval, in the unit of the numbers it was made from; NaN where nothing can be said."""

    value: float
    lower: float
    upper: float
    n: int
    method: str


def nothing(method: str, n: int = 0, value: float = np.nan) -> Estimate:
    """The estimate of a quantity too few patients have: its value where there is one, and no interval."""
    return Estimate(value, np.nan, np.nan, n, method)


def present(values: ArrayLike) -> NDArray[np.float64]:
    """The values, shape (patient,), that are not NaN: failed patients and undefined quantities do not contribute."""
    array = np.asarray(values, dtype=float).ravel()
    return array[~np.isnan(array)]


def two_sided(level: float) -> float:
    """The standard normal quantile that leaves (1 - level) / 2 above it.

    Raises BadInput unless 0 < level < 1.
    """
    from scipy.special import ndtri

    check_level(level)
    return float(ndtri(0.5 + level / 2))


def student(n: int | None, level: float = 0.95) -> float:
    """Student's quantile, with n - 1 degrees of freedom, that leaves (1 - level) / 2 above it; the normal one for None.

    Raises BadInput unless 0 < level < 1; NaN for n below 2.
    """
    from scipy.special import stdtrit

    if n is None:
        return two_sided(level)
    return float(stdtrit(n - 1, 0.5 + check_level(level) / 2)) if n > 1 else np.nan


def check_level(level: float) -> float:
    """The confidence level itself.

    Raises BadInput unless 0 < level < 1.
    """
    if not 0.0 < level < 1.0:
        raise BadInput(f"confidence level is {level}", todo="give a fraction between 0 and 1, such as 0.95")
    return level
