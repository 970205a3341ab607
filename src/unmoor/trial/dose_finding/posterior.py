"""Posteriors by quadrature on a fixed lattice of parameter values, for many trials at once and without a sampler.

A smooth density that vanishes at the lattice's ends is integrated by the trapezoidal rule with an error that falls
exponentially with the spacing (Trefethen and Weideman, SIAM Rev 2014;56:385). A probability P(parameter < t) has an
integrand with a jump; sinc interpolation keeps the same order: the weight of node a is 1/2 + Si(pi (t - a) / h) / pi
(Stenger, SIAM Rev 1981;23:165).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.trial.dose_finding.trials import Floats, Trials, picked, same_counts

BLOCK = 4_000_000  # numbers of a density held at once


@dataclass(frozen=True)
class Lattice:
    """Nodes of a parameter, their log prior weights, shape (node,), and log p and log(1 - p), shape (node, level)."""

    log_prior: Floats
    log_p: Floats
    log_q: Floats

    def expectations(self, trials: Trials, functions: Floats, share: Floats | None = None) -> Floats:
        """Posterior means of `functions`, shape (node, function), for each trial: shape (trial, function).

        The likelihood is that of independent DLTs; a pending patient counts as 1 - w p, w its weight in `share`, one
        for each row of `trials.waiting` (the share of the window observed when left out).
        """
        if trials.waiting is None and trials.count > 1:
            rows_once, which = same_counts(trials)
            if len(rows_once) < trials.count:
                return self.expectations(picked(trials, rows_once), functions)[which]
        found = np.empty((trials.count, functions.shape[1]))
        step = max(1, BLOCK // len(self.log_prior))
        for first in range(0, trials.count, step):
            rows = slice(first, min(first + step, trials.count))
            density = self._density(trials, rows, share)
            found[rows] = density @ functions / density.sum(axis=1, keepdims=True)
        return found

    def _density(self, trials: Trials, rows: slice, share: Floats | None) -> Floats:
        """The posterior at the nodes up to a factor, shape (trial, node), its largest value 1."""
        dlt = trials.dlt[rows].astype(float)
        free = (trials.n[rows] - trials.pending[rows]).astype(float) - dlt
        log = self.log_prior + dlt @ self.log_p.T + free @ self.log_q.T
        if trials.waiting is not None and len(trials.waiting.trial):
            chosen = (trials.waiting.trial >= rows.start) & (trials.waiting.trial < rows.stop)
            weight = (trials.waiting.share if share is None else share)[chosen]
            p = np.exp(self.log_p).T[trials.waiting.level[chosen]]
            np.add.at(log, trials.waiting.trial[chosen] - rows.start, np.log1p(-weight[:, None] * p))
        log -= log.max(axis=1, keepdims=True)
        return np.exp(log, out=log)


def below_weights(nodes: Floats, spacing: float, threshold: Floats) -> Floats:
    """The weights of P(parameter < threshold), shape (node, function), for nodes that are equally spaced.

    `threshold` has shape (function,), or (node, function) where it depends on the node's other parameters.
    """
    from scipy.special import sici

    steps = np.clip((threshold - nodes[:, None]) / spacing, -1e8, 1e8)
    weights: Floats = 0.5 + sici(np.pi * steps)[0] / np.pi
    return weights
