"""Exact operating characteristics: every way a trial can go, counted once, weighed by any true DLT rates afterwards.

The chance of a way is the product, over levels, of p^DLTs (1 - p)^others times the number of orders in which its
cohorts' DLTs can fall; so ways that lead to the same counts are merged, and the tree is independent of the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from unmoor.base.errors import Unsupported
from unmoor.trial.dose_finding.design import WAIT, Design
from unmoor.trial.dose_finding.operating import Operating, summary
from unmoor.trial.dose_finding.trials import Floats, Ints, Trials, counted, picked, same_counts, untouched
from unmoor.trial.dose_finding.truth import check_rates

MOST = 3_000_000  # states side by side before enumeration gives up


@dataclass(frozen=True)
class Enumeration:
    """All ends of a design's trials: `n` and `dlt` of shape (end, level), `selected`, and `ways` that lead there.

    `count` is the number of different ends after merging.
    """

    design: Design
    n: Ints
    dlt: Ints
    selected: Ints
    ways: Floats

    @property
    def count(self) -> int:
        """How many different ends there are."""
        return len(self.ways)

    def chances(self, rates: Sequence[float]) -> Floats:
        """The probability of each end, shape (end,), when the true DLT rates are `rates`.

        Raises BadInput for rates outside [0, 1] or not one a level.
        """
        p = check_rates(rates, self.design.levels)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(self.dlt > 0, self.dlt * np.log(p), 0.0)
            logs += np.where(self.n > self.dlt, (self.n - self.dlt) * np.log1p(-p), 0.0)
        chances: Floats = self.ways * np.exp(logs.sum(axis=1))
        return chances

    def operating(self, rates: Sequence[float]) -> Operating:
        """Exact operating characteristics for true DLT rates, one a level.

        Raises BadInput as `chances` does.
        """
        return summary(self.design, rates, self.n, self.dlt, self.selected, self.chances(rates))


def enumerate_trials(design: Design, most: int = MOST) -> Enumeration:
    """Every end of a trial in which all outcomes are known before the next cohort.

    Raises Unsupported when more than `most` states stand side by side: simulate such a design.
    """
    states, ways = untouched(1, design.levels), np.ones(1)
    ends: list[tuple[Trials, Floats]] = []
    while states.count:
        level = design.decide(states)
        if np.any(level == WAIT):
            raise Unsupported(f"{type(design).__name__} waits although nothing is pending", where="enumeration")
        over = level == 0
        if over.any():
            ends.append((picked(states, over), ways[over]))
        states, ways = picked(states, ~over), ways[~over]
        size = np.minimum(design.cohort, design.n - states.total)
        states, ways = _merged(*_treated(states, ways, level[~over], size), looks_back=design.looks_back)
        if states.count > most:
            text = f"{type(design).__name__} with {design.n} patients has more than {most:,} states"
            raise Unsupported(text, where="enumeration", todo="simulate it, or enumerate a smaller trial")
    n, dlt = (np.concatenate([getattr(end, name) for end, _ in ends]) for name in ("n", "dlt"))
    selected = np.concatenate([design.final(end) for end, _ in ends])
    return Enumeration(design, n, dlt, selected, np.concatenate([each for _, each in ends]))


def _treated(states: Trials, ways: Floats, level: Ints, size: Ints) -> tuple[Trials, Floats]:
    """Every state after each number of DLTs among the next cohort."""
    parts = []
    for dlt in range(int(size.max(initial=0)) + 1):
        rows = np.flatnonzero(size >= dlt)
        n, toxic = states.n[rows], states.dlt[rows]
        at = (np.arange(len(rows)), level[rows] - 1)
        n[at] += size[rows]
        toxic[at] += dlt
        orders = np.array([comb(int(each), dlt) for each in range(int(size.max(initial=0)) + 1)], dtype=float)
        parts.append((n, toxic, level[rows], size[rows], np.full(len(rows), dlt), ways[rows] * orders[size[rows]]))
    *fields, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    return counted(*fields), weights


def _merged(states: Trials, ways: Floats, *, looks_back: bool) -> tuple[Trials, Floats]:
    """States that no later decision can tell apart, made one."""
    more = (states.last_n, states.last_dlt) if looks_back else ()
    first, which = same_counts(states, states.current, *more)
    merged = np.bincount(which, weights=ways, minlength=len(first)).astype(float)
    return picked(states, first), merged
