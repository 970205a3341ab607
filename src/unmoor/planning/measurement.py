"""How far a measured value may lie from the true one: lognormal errors, wider where few cells are counted.

CD34+ counts: repeated within a laboratory they differ by a CV of 7 to 21% over 0 to 200 cells/uL, and 5 cells/uL is the
least that is told from none (Dzik 1999, Transfusion 39:856, twelve sites); the middle of that range is the default CV,
and the limit divided by 3.3, its usual multiple of the SD of a blank, the SD added at low counts. Trained sites using
one protocol do better (Barnett 2000, Br J Haematol 108:784: 5% or less in two thirds of them).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.planning.patient import Clinic

Floats = NDArray[np.float64]
BLANK_SD = 5 / 3.3
LEAST_COUNT = 1.0
LEAST_YIELD = 0.01


@dataclass(frozen=True)
class Measured:
    """One measured value: what it is, when (h), its logarithm and the SD of its error on that scale."""

    what: str
    hour: float
    value: float
    unit: str
    log: float
    sd: float


def cd34(value: float, hour: float, clinic: Clinic) -> Measured:
    """A CD34+ count in cells/uL; one below 1 is taken as 1, with an error that reaches from 0.2 to 10."""
    seen = max(value, LEAST_COUNT)
    cv = math.hypot(clinic.count_cv / 100, BLANK_SD / seen)
    return Measured("CD34+ count", hour, value, "cells/uL", math.log(seen), log_sd(cv))


def wbc(value: float, hour: float, clinic: Clinic) -> Measured:
    """A white cell count in 10^9/L; the CV is that of the patient's own day to day rather than of the counter."""
    return Measured("white cells", hour, value, "10^9 cells/L", math.log(value), log_sd(clinic.wbc_cv / 100))


def collected(value: float, hour: float, clinic: Clinic) -> Measured:
    """A yield in 10^6 CD34+ cells/kg: the count of the product, and how sessions of one patient differ."""
    cv = math.hypot(clinic.count_cv / 100, clinic.session_cv / 100)
    return Measured("yield", hour, value, "10^6 cells/kg", math.log(max(value, LEAST_YIELD)), log_sd(cv))


def log_sd(cv: float) -> float:
    """The SD of the logarithm of a lognormal quantity with coefficient of variation `cv`."""
    return math.sqrt(math.log1p(cv * cv))


def log_likelihood(predicted: Floats, measured: tuple[Measured, ...]) -> Floats:
    """Log-likelihood up to a constant, shape (patient,), of logarithms predicted, shape (patient, value).

    A patient that could not be computed (nan) is minus infinity: no such patient was seen.
    """
    if not measured:
        return np.zeros(len(predicted))
    error = (predicted - np.array([each.log for each in measured])) / np.array([each.sd for each in measured])
    total = -0.5 * np.sum(error * error, axis=1)
    return np.where(np.isfinite(total), total, -np.inf)
