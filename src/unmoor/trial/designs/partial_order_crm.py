"""Partial-order CRM: for combinations whose toxicities are only partly ordered, CRM under the likeliest order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import increasing, one_each
from unmoor.trial.dose_finding.curves import Empiric
from unmoor.trial.dose_finding.design import Design
from unmoor.trial.dose_finding.inference import Likelihood, both_seen
from unmoor.trial.dose_finding.trials import Floats, Ints, Trials

ROUNDING = 1e-9  # order weights this close are equal


@dataclass(frozen=True, kw_only=True)
class PartialOrderCrm(Design):
    """Partial-order CRM (Wages, Conaway and O'Quigley, Clin Trials 2011;8:380), by maximum likelihood.

    Combinations are numbered from 1; each of `orders` lists them from least to most toxic. The empiric model with
    `skeleton` is fitted under every order; the order with the largest posterior weight (prior `weights`, equal when
    left out) gives the rates, the first on a tie. Until a DLT and a patient without one are seen, the trial climbs
    along the first order, one place a cohort.
    """

    looks_back: ClassVar[bool] = False
    skeleton: tuple[float, ...]
    orders: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...] = ()
    cohort: int = 1
    tried_only: bool = True
    curve: Empiric = field(default_factory=Empiric)

    def __post_init__(self) -> None:
        where = "PartialOrderCrm"
        object.__setattr__(self, "skeleton", increasing("skeleton", self.skeleton, where=where, within=(0.0, 1.0)))
        object.__setattr__(self, "orders", tuple(tuple(order) for order in self.orders))
        if not self.orders:
            raise BadInput("no order", where=where, todo="give at least one order of the combinations")
        for number, order in enumerate(self.orders, 1):
            one_each(f"order {number}", len(order), self.levels, where=where)
            if sorted(order) != list(range(1, self.levels + 1)):
                text = f"order {number} does not name each of 1 to {self.levels} once"
                raise BadInput(text, where=where, todo="list every combination once, from least to most toxic")
        if self.weights and (len(self.weights) != len(self.orders) or not min(self.weights) > 0):
            text = f"{len(self.weights)} prior weights for {len(self.orders)} orders"
            raise BadInput(text, where=where, todo="give one positive weight an order")
        super().__post_init__()

    @property
    def levels(self) -> int:
        """How many combinations there are: one for each value of the skeleton."""
        return len(self.skeleton)

    def working_models(self) -> Floats:
        """The skeleton as each order assigns it to the combinations, shape (order, level)."""
        models = np.empty((len(self.orders), self.levels))
        for row, order in zip(models, self.orders, strict=True):
            row[np.array(order) - 1] = self.skeleton
        return models

    def order_weights(self, trials: Trials) -> tuple[Floats, Floats]:
        """Posterior weights of the orders and the exponent fitted under each, both of shape (trial, order)."""
        logs, exponents = [], []
        for model in self.working_models():
            slope, _ = Likelihood().fit(self.curve, tuple(model), trials)
            log_p, log_q = self.curve.log_rates(slope, model)
            logs.append((trials.dlt * log_p + (trials.n - trials.dlt) * log_q).sum(axis=1))
            exponents.append(np.exp(slope))
        log = np.stack(logs, axis=1)
        weight = np.exp(log - log.max(axis=1, keepdims=True)) * (self.weights or np.ones(len(self.orders)))
        return weight / weight.sum(axis=1, keepdims=True), np.stack(exponents, axis=1)

    def estimated(self, trials: Trials) -> Floats:
        """DLT rates under the likeliest order, shape (trial, level); NaN until both outcomes are seen."""
        weight, exponent = self.order_weights(trials)
        best = np.argmax(weight >= weight.max(axis=1, keepdims=True) - ROUNDING, axis=1)
        rates: Floats = self.working_models()[best] ** exponent[np.arange(trials.count), best][:, None]
        return rates

    def nearest(self, trials: Trials) -> Ints:
        """The combination whose estimated rate is nearest the target; along the first order before there is one."""
        fitted = np.argmin(np.abs(self.estimated(trials) - self.target), axis=1) + 1
        order = np.array(self.orders[0])
        place = np.argsort(order)[np.maximum(trials.current, 1) - 1]
        step = np.where(trials.dlt.sum(axis=1) > 0, -1, 1)
        climbing = order[np.clip(place + step, 0, self.levels - 1)]
        return np.where(both_seen(trials), fitted, climbing)

    def propose(self, trials: Trials) -> Ints:
        """The nearest combination."""
        return self.nearest(trials)

    def select(self, trials: Trials) -> Ints:
        """The nearest combination, or with `tried_only` the nearest of those given; none when all had a DLT."""
        known = both_seen(trials)
        if not self.tried_only:
            return self.nearest(trials)
        away = np.where(trials.n > 0, np.abs(self.estimated(trials) - self.target), np.inf)
        nearest = np.argmin(np.where(known[:, None], away, np.inf), axis=1) + 1
        return np.where(known, nearest, np.where(trials.dlt.sum(axis=1) > 0, 0, trials.current))

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        guess = ", ".join(f"{rate:g}" for rate in self.skeleton)
        orders = "; ".join("-".join(map(str, order)) for order in self.orders)
        return (
            f"Partial-order CRM over {self.levels} combinations with skeleton {guess} and the orders {orders}; cohorts "
            f"of {self.cohort}, from combination {self.start}, up to {self.n} patients. The empiric model is fitted by "
            "maximum likelihood under every order, and each cohort gets the combination whose rate under the likeliest "
            f"order is nearest {self.target:g}. Until a DLT and a patient without one are seen, the trial climbs along "
            "the first order."
        )

    def because(self, trials: Trials) -> str:
        """The likeliest order and its rates."""
        rates = self.estimated(trials)[0]
        if np.isnan(rates).any():
            return "no estimate before a DLT and a patient without one are seen: along the first order"
        return f"rates under the likeliest order {', '.join(f'{rate:.3f}' for rate in rates)}; target {self.target:g}"


def orders_of_grid(first: int, second: int) -> tuple[tuple[int, ...], ...]:
    """Three usual orders of a grid of combinations, numbered along the second agent: by rows, columns and diagonals."""
    pairs = [(i, j) for i in range(first) for j in range(second)]
    keys: Sequence = (lambda p: (p[0], p[1]), lambda p: (p[1], p[0]), lambda p: (p[0] + p[1], p[0]))
    return tuple(tuple(pairs.index(pair) + 1 for pair in sorted(pairs, key=key)) for key in keys)
