"""BOIN, the Bayesian optimal interval design: escalate at or below one DLT rate, de-escalate at or above another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.dose_finding.interval_design import DEESCALATE, ESCALATE, STAY, IntervalDesign

NAMES = ("too_low", "too_high")


@dataclass(frozen=True, kw_only=True)
class Boin(IntervalDesign):
    """BOIN with the highest acceptable `too_low` and lowest unacceptable `too_high` rate (0.6 and 1.4 times target).

    Equation (Liu and Yuan, J R Stat Soc C 2015;64:507): with f the target, l = too_low and h = too_high, escalate at
    rates up to log((1-l)/(1-f)) / log(f(1-l)/(l(1-f))), de-escalate from log((1-f)/(1-h)) / log(h(1-f)/(f(1-h))).
    """

    too_low: float | None = None
    too_high: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = (fraction(name, value, where="Boin") for name, value in zip(NAMES, self.rates, strict=True))
        if not low < self.target < high:
            text = f"too_low {low:g}, target {self.target:g} and too_high {high:g} are not in increasing order"
            raise BadInput(text, where="Boin", todo="choose too_low < target < too_high")

    @property
    def rates(self) -> tuple[float, float]:
        """The highest DLT rate that is too low, and the lowest that is too high."""
        low = 0.6 * self.target if self.too_low is None else self.too_low
        return low, 1.4 * self.target if self.too_high is None else self.too_high

    @property
    def boundaries(self) -> tuple[float, float]:
        """The observed DLT rates at which to escalate (at or below) and to de-escalate (at or above)."""
        return interval_boundaries(self.target, *self.rates)

    def steps(self, most: int) -> NDArray[np.int8]:
        """Up at rates at or below the lower boundary, down at or above the upper."""
        return rate_steps(most, *self.boundaries)

    def boundary_prose(self) -> str:
        """The boundaries in words."""
        up, down = self.boundaries
        return (
            f"After each cohort: escalate one level if the DLT rate at the current level is at most {up:.3f}, "
            f"de-escalate one level if it is at least {down:.3f}, otherwise stay (BOIN, target {self.target:g})."
        )


def interval_boundaries(target: float, low: float, high: float) -> tuple[float, float]:
    """BOIN's optimal boundaries for three rates; see Boin for the equation."""
    up = math.log((1 - low) / (1 - target)) / math.log(target * (1 - low) / (low * (1 - target)))
    down = math.log((1 - target) / (1 - high)) / math.log(high * (1 - target) / (target * (1 - high)))
    return up, down


def rate_steps(most: int, up: float, down: float) -> NDArray[np.int8]:
    """The step for each (patients, DLTs): by the rate at or below `up`, at or above `down`, or between."""
    patients, dlt = np.ogrid[: most + 1, : most + 1]
    steps = np.where(dlt <= up * patients, ESCALATE, np.where(dlt >= down * patients, DEESCALATE, STAY))
    return steps.astype(np.int8)
