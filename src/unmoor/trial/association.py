"""How often a trial would have called an association negative, at the P value at which it was published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.measure import Measure
from unmoor.trial.prediction import Trials
from unmoor.trial.row import Published, Row
from unmoor.trial.statistics.estimate import Estimate, nothing, two_sided
from unmoor.trial.statistics.proportion import score_bounds
from unmoor.trial.statistics.rank_correlation import rank_correlations
from unmoor.trial.study import Endpoint
from unmoor.trial.study_file import PublishedPart

Floats = NDArray[np.float64]


def negative_trials(chosen: NDArray[np.int64], values: Floats, at: float) -> Trials:
    """1 for each drawn trial whose rank correlation is below zero with P <= `at`, else 0; NaN where it has none.

    `values`, shape (patient, 2), are those of an association, `chosen` (trial, patient) who is in each trial.
    """
    rho, p = rank_correlations(values[chosen])
    return Trials(np.where(np.isnan(rho), np.nan, ((rho < 0) & (p <= at)).astype(float)), int(chosen.shape[1]))


def negative_row(
    endpoint: Endpoint,
    measure: Measure,
    arm: str,
    values: Floats,
    chosen: NDArray[np.int64],
    n_failed: int,
    part: PublishedPart | None,
    n: int,
) -> Row:
    """The row that says in which share of the drawn trials the association is negative with P <= `negative_at`.

    `n` virtual patients have the association. Trials drawn from the same patients are not independent: n hold n / size
    trials of `size` that share nobody, and the interval is Wilson's for 1 / (1 / trials + size / n) of them, a little
    too wide since a trial's answer does not hang on every patient alike (Hoeffding, Ann Math Stat 1948;19:293). The
    prediction is the central 90% of one trial's yes (1) or no (0), and a publication that says `negative` is the 1 or 0
    beside them.
    """
    at = measure.negative_at or 0.0
    trials = negative_trials(chosen, values, at)
    known = trials.statistic[~np.isnan(trials.statistic)]
    method = f"share of {known.size} trials with rho below 0 and P <= {at:g}, 95% interval from {n} patients"
    estimate = nothing(method, n)
    if known.size and n:
        share, trials_known = float(known.mean()), 1 / (1 / known.size + chosen.shape[1] / n)
        estimate = Estimate(share, *score_bounds(share, trials_known, two_sided(0.95)), n, method)
    published = Published.of(None if part is None or part.negative is None else part)
    labelled = replace(endpoint, label=f"{endpoint.label}: negative with P <= {at:g}")
    return Row.of(labelled, measure, arm, estimate, n_failed, trials, published)
