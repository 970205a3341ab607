"""Designs around a one-parameter dose-toxicity model: what CRM and TITE-CRM share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from unmoor.trial.dose_finding.checks import increasing
from unmoor.trial.dose_finding.curves import Curve, Empiric
from unmoor.trial.dose_finding.design import Design, coherent, not_skipping
from unmoor.trial.dose_finding.inference import Bayes, Inference, both_seen
from unmoor.trial.dose_finding.trials import Floats, Ints, Trials


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model: slope `estimate` and `variance`, shape (trial,), and DLT `rates` at the estimate, (trial, level).

    `lower` and `upper` are the rates at the ends of a normal 90% interval of the slope.
    """

    estimate: Floats
    variance: Floats
    rates: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, kw_only=True)
class ModelDesign(Design):
    """A design that gives the level whose estimated DLT rate is nearest the target.

    The `skeleton` is the prior guess of the DLT rates; `curve` is Empiric() or Logistic(intercept); `inference` is
    Bayes(sd) or Likelihood(), which climbs one level a cohort until a DLT and a patient without one are seen. With
    `skip`, escalation may pass over levels; with `coherence`, it never follows a cohort whose DLT rate reached the
    target. With `tried_only`, only a level that was given is recommended.
    """

    skeleton: tuple[float, ...]
    curve: Curve = field(default_factory=Empiric)
    inference: Inference = field(default_factory=Bayes)
    skip: bool = False
    coherence: bool = True
    tried_only: bool = True

    def __post_init__(self) -> None:
        where = type(self).__name__
        object.__setattr__(self, "skeleton", increasing("skeleton", self.skeleton, where=where, within=(0.0, 1.0)))
        super().__post_init__()

    @property
    def levels(self) -> int:
        """How many dose levels there are: one for each value of the skeleton."""
        return len(self.skeleton)

    def weights(self, trials: Trials) -> Floats | None:
        """The weight of each pending patient's follow-up; None when it is the share of the window observed."""
        return None

    def fit(self, trials: Trials) -> Fit:
        """The model fitted to each trial; NaN where there is no estimate."""
        slope, variance = self.inference.fit(self.curve, self.skeleton, trials, self.weights(trials))
        half = 1.6448536269514722 * np.sqrt(variance)
        ends = [self.curve.rates(each, self.skeleton) for each in (slope, slope + half, slope - half)]
        return Fit(slope, variance, ends[0], np.minimum(ends[1], ends[2]), np.maximum(ends[1], ends[2]))

    def estimated(self, trials: Trials) -> Floats:
        """The DLT rates at the estimated slope, shape (trial, level)."""
        slope, _ = self.inference.fit(self.curve, self.skeleton, trials, self.weights(trials))
        return self.curve.rates(slope, self.skeleton)

    def exceeding(self, trials: Trials, rate: float, normal: bool = False) -> Floats:
        """P(DLT rate > rate | data) at each level, shape (trial, level); `normal` takes the slope's posterior so."""
        weights = self.weights(trials)
        if not normal:
            return self.inference.exceeding(self.curve, self.skeleton, trials, rate, weights)
        from scipy.special import ndtr

        slope, variance = self.inference.fit(self.curve, self.skeleton, trials, weights)
        at = self.curve.slope_at(rate, self.skeleton)
        below = ndtr((at - slope[:, None]) / np.sqrt(variance)[:, None])
        return np.where(self.curve.falls(self.skeleton), below, 1 - below)

    def nearest(self, trials: Trials) -> Ints:
        """The level whose estimated rate is nearest the target, shape (trial,)."""
        level: Ints = np.argmin(np.abs(self.estimated(trials) - self.target), axis=1) + 1
        if not self.inference.needs_both:
            return level
        climbing = np.where(trials.dlt.sum(axis=1) > 0, trials.current - 1, trials.current + 1)
        return np.where(both_seen(trials), level, np.clip(climbing, 1, self.levels))

    def propose(self, trials: Trials) -> Ints:
        """The nearest level, held by `skip` and `coherence`."""
        level = self.nearest(trials)
        if self.coherence:
            level = coherent(level, trials, self.target)
        return level if self.skip else not_skipping(level, trials)

    def select(self, trials: Trials) -> Ints:
        """The nearest level, or with `tried_only` the nearest of those given; none when the lowest of one was lost."""
        if not self.tried_only:
            return self.nearest(trials)
        away = np.where(trials.n > 0, np.abs(self.estimated(trials) - self.target), np.inf)
        if self.inference.needs_both:
            # without both outcomes there is no estimate: the highest level given, or none when all had a DLT
            unlearnt = np.where(trials.dlt.sum(axis=1) > 0, 0, trials.tried)
            away = np.where(both_seen(trials)[:, None], away, np.inf)
            return np.where(both_seen(trials), np.argmin(away, axis=1) + 1, unlearnt)
        return np.where(trials.total > 0, np.argmin(away, axis=1) + 1, 0)

    def model_prose(self) -> str:
        """The model in words."""
        guess = ", ".join(f"{rate:g}" for rate in self.skeleton)
        curve = (
            "empiric"
            if isinstance(self.curve, Empiric)
            else f"logistic (intercept {getattr(self.curve, 'intercept', 0):g})"
        )
        how = (
            f"a normal prior of standard deviation {self.inference.sd:.3g}"
            if isinstance(self.inference, Bayes)
            else "likelihood"
        )
        rules = "" if self.skip else " Untried levels are not skipped."
        if self.coherence:
            rules += " No escalation follows a cohort whose DLT rate reached the target."
        if self.inference.needs_both:
            rules += " Until a DLT and a patient without one are seen, the trial climbs one level a cohort."
        which = "level given" if self.tried_only else "level"
        return (
            f"One-parameter {curve} model with skeleton {guess} and {how}; cohorts of {self.cohort}, from level "
            f"{self.start}, up to {self.n} patients. Each cohort gets the level whose estimated DLT rate is nearest "
            f"{self.target:g}.{rules} At the end the {which} with the nearest estimate is recommended."
        )

    def because(self, trials: Trials) -> str:
        """The estimated DLT rates."""
        rates = self.estimated(trials)[0]
        if np.isnan(rates).any():
            return "no estimate before a DLT and a patient without one are seen: one level at a time"
        return f"estimated DLT rates {', '.join(f'{rate:.3f}' for rate in rates)}; target {self.target:g}"
