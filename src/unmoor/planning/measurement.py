"""How far a measured value may lie from the true one.

CD34+ counts: repeated within a laboratory they differ by a CV of 7 to 21% over 0 to 200 cells/uL, and 5 cells/uL is the
least that is told from none (Dzik 1999, Transfusion 39:856, twelve sites); the middle of that range is the default CV,
and the limit divided by 3.3, its usual multiple of the SD of a blank, the SD of a count near zero. Trained sites using
one protocol do better (Barnett 2000, Br J Haematol 108:784: 5% or less in two thirds of them).

An error of SD sqrt((CV x)^2 + SD0^2) has SD 1 on the scale asinh(CV x / SD0) / CV, logarithmic at high counts and
linear near zero. Errors of one size on one scale make a higher count speak for patients with more cells, always.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.planning.patient import Clinic

Floats = NDArray[np.float64]
BLANK_SD = 5 / 3.3
LEAST = 1e-3
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


@dataclass(frozen=True)
class Measured:
    """One measured value: what it is, when (h), its unit, the CV of its error (a fraction) and the SD near zero."""

    what: str
    hour: float
    value: float
    unit: str
    cv: float
    near_zero: float = 0.0

    def scaled(self, values: ArrayLike) -> Floats:
        """Values on the scale on which the error is standard normal."""
        x = np.asarray(values, dtype=np.float64)
        if self.near_zero > 0:
            return np.asarray(np.arcsinh(self.cv * x / self.near_zero) / self.cv)
        return np.asarray(np.log(np.maximum(x, LEAST)) / log_sd(self.cv))

    def unscaled(self, scaled: ArrayLike) -> Floats:
        """The value at a point of that scale, not below zero."""
        x = np.asarray(scaled, dtype=np.float64)
        if self.near_zero > 0:
            return np.asarray(np.maximum(self.near_zero * np.sinh(self.cv * x) / self.cv, 0.0))
        return np.asarray(np.exp(log_sd(self.cv) * x))

    def range(self, z: float) -> tuple[float, float]:
        """What the true value may be, `z` SDs of the error to either side."""
        middle = float(self.scaled(self.value))
        return float(self.unscaled(middle - z)), float(self.unscaled(middle + z))


def cd34(value: float, hour: float, clinic: Clinic) -> Measured:
    """A CD34+ count in cells/uL."""
    return Measured("CD34+ count", hour, value, "cells/uL", clinic.count_cv / 100, BLANK_SD)


def wbc(value: float, hour: float, clinic: Clinic) -> Measured:
    """A white cell count in 10^9/L; the CV is that of the patient's own day to day rather than of the counter."""
    return Measured("white cells", hour, value, "10^9 cells/L", clinic.wbc_cv / 100)


def collected(value: float, hour: float, clinic: Clinic) -> Measured:
    """A yield in 10^6 CD34+ cells/kg: the count of the product, and how sessions of one patient differ."""
    return Measured("yield", hour, value, "10^6 cells/kg", math.hypot(clinic.count_cv / 100, clinic.session_cv / 100))


def normal_cdf(z: ArrayLike) -> Floats:
    """The standard normal distribution function."""
    return np.asarray(0.5 * _erfc(-np.asarray(z, dtype=np.float64) / math.sqrt(2)), dtype=np.float64)


def log_sd(cv: float) -> float:
    """The SD of the logarithm of a lognormal quantity with coefficient of variation `cv`."""
    return math.sqrt(math.log1p(cv * cv))


def scaled(values: Floats, measured: tuple[Measured, ...]) -> Floats:
    """Columns (patient, measured) each on the scale of its error."""
    return np.column_stack([each.scaled(values[:, k]) for k, each in enumerate(measured)])


def log_likelihood(predicted: Floats, measured: tuple[Measured, ...]) -> Floats:
    """Log-likelihood up to a constant, shape (patient,), of true values predicted, shape (patient, measured).

    A patient that could not be computed (nan) is minus infinity: no such patient was seen.
    """
    if not measured:
        return np.zeros(len(predicted))
    error = scaled(predicted, measured) - np.array([float(each.scaled(each.value)) for each in measured])
    total = -0.5 * np.sum(error * error, axis=1)
    return np.where(np.isfinite(total), total, -np.inf)
