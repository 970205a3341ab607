"""Competing causes as weighted rows: with them a weighted Cox model is a model of the cumulative incidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.survival.times import Bools, Floats, causes_of

BEFORE = -1.0  # the entry of who is at risk from the start, also of an event at 0


@dataclass(frozen=True, eq=False)
class WeightedRows:
    """Rows (entry, time] of `patient`, with `event` of the cause at the end and `weight`, each of shape (row,)."""

    patient: np.ndarray
    entry: Floats
    time: Floats
    event: Bools
    weight: Floats


def weighted_rows(time: ArrayLike, cause: ArrayLike, *, of: int = 1) -> WeightedRows:
    """The rows for cause `of`: one a patient, and after a competing cause more, whose weight falls as patients leave.

    The weight at t is G(t-)/G(X-), X the time of the competing cause; in the curve G of leaving, whoever has a cause is
    gone before those who are censored at the same time, as in `finegray` of R's survival. `cox(rows.time, rows.event,
    covariates[rows.patient], entry=rows.entry, weights=rows.weight, cluster=rows.patient)` fits them. Equations: Fine
    and Gray, J Am Stat Assoc 1999;94:496. Raises BadInput as `fine_gray` does.
    """
    times, event, competing, censored = causes_of(time, cause, of, "weighted rows")
    leaving, left = np.unique(times[censored], return_counts=True)
    beyond = len(times) - np.searchsorted(np.sort(times), leaving, side="right")
    stays = np.concatenate([[1.0], np.cumprod(1 - left / (beyond + left))])  # G between the times of leaving
    ends = np.concatenate([leaving, [times.max()]])
    used = np.unique(np.searchsorted(leaving, times[event], side="left"))  # where events need a weight
    own = np.searchsorted(leaving, times, side="left")
    first = np.where(competing, ends[own], times)
    who, which = np.nonzero(competing[:, None] & (used > own[:, None]))
    later = used[which]
    patient = np.concatenate([np.arange(len(times)), who])
    entry = np.concatenate([np.full(len(times), BEFORE), ends[later - 1]])
    end = np.concatenate([first, ends[later]])
    happens = np.concatenate([event, np.zeros(len(who), dtype=bool)])
    weight = np.concatenate([np.ones(len(times)), stays[later] / stays[own[who]]])
    order = np.lexsort((entry, patient))
    return WeightedRows(patient[order], entry[order], end[order], happens[order], weight[order])
