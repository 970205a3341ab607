"""One-parameter dose-toxicity curves through a skeleton: the models of the continual reassessment method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unmoor.trial.dose_finding.trials import Floats

LEAST = 1e-300  # a probability that underflows is this, so that its logarithm stays finite


class Curve(ABC):
    """A family of curves, increasing in the dose, that passes through the skeleton at a slope parameter of 0."""

    @abstractmethod
    def log_rates(self, slope: Floats, skeleton: Sequence[float]) -> tuple[Floats, Floats]:
        """log p and log(1 - p) at each level, shape (slope, level)."""

    @abstractmethod
    def growth(self, slope: Floats, skeleton: Sequence[float]) -> Floats:
        """The derivative of log p with respect to the slope parameter, shape (slope, level)."""

    @abstractmethod
    def slope_at(self, rate: float, skeleton: Sequence[float]) -> Floats:
        """The slope parameter at which each level has DLT rate `rate`, shape (level,)."""

    @abstractmethod
    def falls(self, skeleton: Sequence[float]) -> np.ndarray:
        """Whether a level's DLT rate falls as the slope parameter grows, shape (level,)."""

    def rates(self, slope: Floats, skeleton: Sequence[float]) -> Floats:
        """DLT rates at each level, shape (slope, level)."""
        return np.exp(self.log_rates(slope, skeleton)[0])


@dataclass(frozen=True, slots=True)
class Empiric(Curve):
    """The power model p = skeleton^exp(slope) (O'Quigley, Pepe and Fisher, Biometrics 1990;46:33)."""

    def log_rates(self, slope: Floats, skeleton: Sequence[float]) -> tuple[Floats, Floats]:
        """log p and log(1 - p) at each level, shape (slope, level)."""
        log_p = np.exp(np.minimum(slope, 600.0))[:, None] * np.log(skeleton)
        return log_p, np.log(np.maximum(-np.expm1(log_p), LEAST))

    def growth(self, slope: Floats, skeleton: Sequence[float]) -> Floats:
        """d log p / d slope = log p."""
        return self.log_rates(slope, skeleton)[0]

    def slope_at(self, rate: float, skeleton: Sequence[float]) -> Floats:
        """log(log(rate) / log(skeleton))."""
        return np.log(np.log(rate) / np.log(skeleton))

    def falls(self, skeleton: Sequence[float]) -> np.ndarray:
        """Every rate falls as the exponent grows."""
        return np.full(len(skeleton), True)


@dataclass(frozen=True, slots=True)
class Logistic(Curve):
    """The logistic model logit p = intercept + exp(slope) x, x chosen so that p is the skeleton at slope 0.

    Source: Cheung, Dose finding by the continual reassessment method, 2011.
    """

    intercept: float = 3.0

    def log_rates(self, slope: Floats, skeleton: Sequence[float]) -> tuple[Floats, Floats]:
        """log p and log(1 - p) at each level, shape (slope, level)."""
        logit = self.intercept + np.exp(np.minimum(slope, 600.0))[:, None] * self._doses(skeleton)
        return -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)

    def growth(self, slope: Floats, skeleton: Sequence[float]) -> Floats:
        """d log p / d slope = (1 - p) exp(slope) x."""
        _, log_q = self.log_rates(slope, skeleton)
        return np.exp(log_q) * np.exp(slope)[:, None] * self._doses(skeleton)

    def slope_at(self, rate: float, skeleton: Sequence[float]) -> Floats:
        """log((logit rate - intercept) / x); NaN where no slope gives the rate."""
        ratio = (np.log(rate / (1 - rate)) - self.intercept) / self._doses(skeleton)
        return np.log(np.where(ratio > 0, ratio, np.nan))

    def falls(self, skeleton: Sequence[float]) -> np.ndarray:
        """A rate falls as the slope grows where the dose lies below the intercept's, x < 0."""
        falls: np.ndarray = self._doses(skeleton) < 0
        return falls

    def _doses(self, skeleton: Sequence[float]) -> Floats:
        p = np.asarray(skeleton, dtype=float)
        doses: Floats = np.log(p / (1 - p)) - self.intercept
        return doses
