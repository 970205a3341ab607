"""How the slope of a one-parameter model is learnt: by Bayes with a normal prior, or by maximum likelihood."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.curves import Curve
from unmoor.trial.dose_finding.posterior import Lattice, below_weights
from unmoor.trial.dose_finding.trials import Flags, Floats, Trials, picked, same_counts

REACH, SPACING = 10.0, 0.05  # of the lattice, in the slope parameter; the flat prior of the likelihood ends there too
STANDARD_VARIANCE = 1.34
NUDGE = 1e-4  # for the slope of the score


class Inference(ABC):
    """A way to the slope parameter: `fit` gives its estimate and variance for each trial."""

    needs_both: ClassVar[bool]  # needs a DLT and a patient without one before it can say anything

    @abstractmethod
    def fit(
        self, curve: Curve, skeleton: tuple[float, ...], trials: Trials, share: Floats | None
    ) -> tuple[Floats, Floats]:
        """Estimate and variance of the slope parameter, each of shape (trial,); NaN where there is none."""

    @abstractmethod
    def exceeding(
        self, curve: Curve, skeleton: tuple[float, ...], trials: Trials, rate: float, share: Floats | None
    ) -> Floats:
        """P(DLT rate > rate | data) at each level, shape (trial, level)."""


@dataclass(frozen=True, slots=True)
class Bayes(Inference):
    """The posterior under a normal prior with mean 0 and standard deviation `sd`; its mean is the estimate."""

    needs_both: ClassVar[bool] = False
    sd: float = STANDARD_VARIANCE**0.5

    def __post_init__(self) -> None:
        if not 0 < self.sd < np.inf:
            raise BadInput(f"the prior's standard deviation is {self.sd}", where="Bayes", todo="give a positive number")

    def fit(
        self, curve: Curve, skeleton: tuple[float, ...], trials: Trials, share: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Posterior mean and variance."""
        nodes, lattice = normal_lattice(curve, skeleton, self.sd)
        mean, square = lattice.expectations(trials, np.stack([nodes, nodes**2], axis=1), share).T
        return mean, square - mean**2

    def exceeding(
        self, curve: Curve, skeleton: tuple[float, ...], trials: Trials, rate: float, share: Floats | None = None
    ) -> Floats:
        """P(DLT rate > rate | data) at each level, shape (trial, level), exact."""
        nodes, lattice = normal_lattice(curve, skeleton, self.sd)
        return lattice.expectations(trials, _exceeding_weights(curve, skeleton, nodes, rate), share)


@dataclass(frozen=True, slots=True)
class Likelihood(Inference):
    """The maximum likelihood estimate; its variance is one over the observed information.

    Both are NaN until a DLT and a patient without one are seen (O'Quigley and Shen, Biometrics 1996;52:673).
    """

    needs_both: ClassVar[bool] = True

    def fit(
        self, curve: Curve, skeleton: tuple[float, ...], trials: Trials, share: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """The maximum likelihood estimate and its variance."""
        if trials.waiting is None and trials.count > 1:
            first, which = same_counts(trials)
            if len(first) < trials.count:
                estimate, variance = self.fit(curve, skeleton, picked(trials, first))
                return estimate[which], variance[which]
        known = both_seen(trials)
        estimate = np.where(known, _highest(curve, skeleton, trials, share), np.nan)
        before, after = (_score(curve, skeleton, trials, share, estimate + side) for side in (-NUDGE, NUDGE))
        return estimate, np.where(known, 2 * NUDGE / (before - after), np.nan)

    def exceeding(
        self, curve: Curve, skeleton: tuple[float, ...], trials: Trials, rate: float, share: Floats | None = None
    ) -> Floats:
        """P(DLT rate > rate | data) under the flat prior, shape (trial, level)."""
        nodes, lattice = flat_lattice(curve, skeleton)
        return lattice.expectations(trials, _exceeding_weights(curve, skeleton, nodes, rate), share)


def both_seen(trials: Trials) -> Flags:
    """Whether a DLT and a patient without one are seen, shape (trial,)."""
    dlt = trials.dlt.sum(axis=1)
    both: Flags = (dlt > 0) & (dlt < trials.total)
    return both


@lru_cache(maxsize=256)
def normal_lattice(curve: Curve, skeleton: tuple[float, ...], sd: float) -> tuple[Floats, Lattice]:
    """The slope's nodes and the lattice for a normal prior."""
    spacing = min(SPACING, sd / 4)
    nodes = np.arange(-np.ceil(9 * sd / spacing), np.ceil(9 * sd / spacing) + 1) * spacing
    return nodes, Lattice(-0.5 * (nodes / sd) ** 2, *curve.log_rates(nodes, skeleton))


@lru_cache(maxsize=256)
def flat_lattice(curve: Curve, skeleton: tuple[float, ...]) -> tuple[Floats, Lattice]:
    """The slope's nodes and the lattice for a flat prior on (-10, 10)."""
    nodes = np.linspace(-REACH, REACH, round(2 * REACH / SPACING) + 1)
    ends = np.where(np.abs(nodes) == REACH, -np.log(2.0), 0.0)  # the trapezoidal rule halves the ends
    return nodes, Lattice(ends, *curve.log_rates(nodes, skeleton))


def _exceeding_weights(curve: Curve, skeleton: tuple[float, ...], nodes: Floats, rate: float) -> Floats:
    at = curve.slope_at(rate, skeleton)
    below = below_weights(nodes, float(nodes[1] - nodes[0]), np.where(np.isnan(at), 0.0, at))
    weights = np.where(curve.falls(skeleton), below, 1 - below)
    # a level that no slope brings to the rate is always above or always below it
    always = np.exp(curve.log_rates(np.zeros(1), skeleton)[0][0]) > rate
    return np.where(np.isnan(at), always.astype(float), weights)


def _highest(curve: Curve, skeleton: Sequence[float], trials: Trials, share: Floats | None) -> Floats:
    """The slope where the derivative of the log likelihood crosses zero, by bisection to machine precision."""
    low, high = np.full(trials.count, -REACH), np.full(trials.count, REACH)
    for _ in range(60):
        middle = (low + high) / 2
        rising = _score(curve, skeleton, trials, share, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return (low + high) / 2


def _score(curve: Curve, skeleton: Sequence[float], trials: Trials, share: Floats | None, slope: Floats) -> Floats:
    log_p, log_q = curve.log_rates(slope, skeleton)
    growth = curve.growth(slope, skeleton)
    free = trials.n - trials.pending - trials.dlt
    score: Floats = (growth * (trials.dlt - free * np.exp(log_p - log_q))).sum(axis=1)
    if trials.waiting is not None and len(trials.waiting.trial):
        at = (trials.waiting.trial, trials.waiting.level)
        weighed = (trials.waiting.share if share is None else share) * np.exp(log_p[at])
        np.add.at(score, trials.waiting.trial, -growth[at] * weighed / (1 - weighed))
    return score
