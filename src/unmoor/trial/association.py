"""How often a trial would have called an association negative, at the P value at which it was published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.measure import Measure
from unmoor.trial.prediction import Trials
from unmoor.trial.row import Published, Row
from unmoor.trial.statistics.proportion import wilson
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
) -> Row:
    """The row that says in which share of the drawn trials the association is negative with P <= `negative_at`.

    Its interval is Wilson's for that many drawn trials, its prediction the central 90% of one trial's yes (1) or no
    (0), and a publication that says `negative` is the 1 or 0 beside them.
    """
    at = measure.negative_at or 0.0
    trials = negative_trials(chosen, values, at)
    known = trials.statistic[~np.isnan(trials.statistic)]
    share = wilson(int(known.sum()), known.size)
    method = f"share of {known.size} trials with rho below 0 and P <= {at:g}, Wilson 95% interval"
    estimate = replace(share, method=method, n=int(np.isfinite(values).all(axis=1).sum()))
    published = Published.of(None if part is None or part.negative is None else part)
    labelled = replace(endpoint, label=f"{endpoint.label}: negative with P <= {at:g}")
    return Row.of(labelled, measure, arm, estimate, n_failed, trials, published)
