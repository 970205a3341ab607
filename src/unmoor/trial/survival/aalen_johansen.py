"""State occupation over time: competing causes, and multi-state courses from any start (Aalen-Johansen)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.survival.times import Floats, codes, numbers

COLUMNS = ("probability", "jackknife", "greenwood", "aalen")


@dataclass(frozen=True, eq=False)
class Occupation:
    """Probability of each state after each event time, `probability` (time, state), with three standard errors.

    `jackknife` is the infinitesimal jackknife over patients; `greenwood` and `aalen` are the recursion of Andersen et
    al. (Statistical Models Based on Counting Processes, 1993, sec. IV.4) with multinomial and with Poisson increments.
    """

    states: tuple[str, ...]
    time: Floats
    probability: Floats
    jackknife: Floats
    greenwood: Floats
    aalen: Floats
    start: Floats

    def at(self, times: ArrayLike, what: str = "probability") -> Floats:
        """`probability` or one of its standard errors at `times`, shape (time, state); constant between event times.

        Raises UnknownName for another column.
        """
        if what not in COLUMNS:
            raise unknown("column", what, COLUMNS, where="Aalen-Johansen")
        first = self.start if what == "probability" else np.zeros_like(self.start)
        places = np.searchsorted(self.time, np.atleast_1d(np.asarray(times, dtype=float)), side="right")
        return np.vstack([first, getattr(self, what)])[places]


def competing_risks(time: ArrayLike, cause: ArrayLike) -> Occupation:
    """Cumulative incidence of each cause, shapes (patient,); `cause` 0 is censored, 1, 2, ... the causes.

    State 0 of the result is freedom from all causes. Raises BadInput for impossible times or causes.
    """
    where = "competing risks"
    times, causes = numbers("times", time, where), numbers("causes", cause, where)
    if times.shape != causes.shape or times.ndim != 1 or not np.all(causes == np.floor(causes)) or np.any(causes < 0):
        raise BadInput("times and causes do not fit", where=where, todo="one time, one cause (0, 1, ...) a patient")
    kinds = int(causes.max(initial=0))
    names = ["free", *(f"cause {k}" for k in range(1, kinds + 1))]
    return aalen_johansen(
        patient=np.arange(len(times)), entry=np.zeros(len(times)), exit=times,
        origin=np.zeros(len(times), dtype=int), target=np.where(causes > 0, causes, -1).astype(int), states=names,
    )  # fmt: skip


def aalen_johansen(
    *, patient: ArrayLike, entry: ArrayLike, exit: ArrayLike, origin: ArrayLike, target: ArrayLike,
    states: list[str] | tuple[str, ...], start: ArrayLike | int = 0, begin: float = 0.0,
) -> Occupation:  # fmt: skip
    """State occupation from stays, one row each: `patient` was in `origin` from `entry` to `exit`, then in `target`.

    `origin` and `target` number `states`; target -1 is censored. `start` is a state or a distribution over states at
    time `begin`: with begin above 0 only those seen later count (landmark Aalen-Johansen). At one time departures
    come before censorings; who enters at a time is at risk after it. Equation: the product of I + dA, dA the
    departures over those at risk. Raises BadInput for stays that end before they begin or states that do not exist.
    """
    where = "Aalen-Johansen"
    begins, ends = numbers("entries", entry, where), numbers("exits", exit, where)
    old, new = np.asarray(origin, dtype=int), np.asarray(target, dtype=int)
    who, _ = codes(patient, len(ends), "patients", where)
    count = len(states)
    if not (begins.shape == ends.shape == old.shape == new.shape) or ends.ndim != 1 or not len(ends):
        raise BadInput("columns of different lengths", where=where, todo="give one entry of each for every stay")
    if not np.isfinite(ends).all() or not np.isfinite(begins).all() or np.any(begins < 0):
        raise BadInput("times are missing or negative", where=where, todo="times count from the start of each patient")
    if np.any(begins > ends) or np.any((begins == ends) & (new >= 0) & (ends > 0)):
        raise BadInput("a stay ends before or when it begins", where=where, todo="give the course in order")
    if old.min() < 0 or max(old.max(), new.max()) >= count or new.min() < -1 or np.any(old == new):
        raise BadInput("states that do not exist", where=where, todo=f"0 to {count - 1}, target -1 for censored")
    share = np.eye(count)[int(np.asarray(start))] if np.ndim(start) == 0 else numbers("the start", start, where)
    if share.shape != (count,) or not np.isclose(share.sum(), 1) or np.any(share < 0):
        raise BadInput("the start is no distribution over the states", where=where, todo="shares that sum to 1")

    moments = np.unique(ends[(new >= 0) & (ends > begin)])
    probability, jackknife, greenwood, aalen = (np.zeros((len(moments), count)) for _ in COLUMNS)
    now, spread, poisson = share.copy(), np.zeros((count, count)), np.zeros((count, count))
    influence = np.zeros((who.max() + 1, count))
    for k, moment in enumerate(moments):
        inside = ((begins < moment) | ((moment == 0) & (begins == 0))) & (ends >= moment)
        moved = inside & (ends == moment) & (new >= 0)
        hazard, number = np.zeros((count, count)), np.bincount(old[inside], minlength=count).astype(float)
        np.add.at(hazard, (old[moved], new[moved]), 1.0)
        departures = hazard.copy()
        with np.errstate(divide="ignore", invalid="ignore"):
            hazard = np.where(number[:, None] > 0, hazard / number[:, None], 0.0)
        hazard[np.arange(count), np.arange(count)] = -hazard.sum(axis=1)
        step = np.eye(count) + hazard
        influence = influence @ step
        # how one patient at risk pulls the increment of the row it stands in
        pull = np.where(number[old[inside]] > 0, now[old[inside]] / np.maximum(number[old[inside]], 1), 0.0)[:, None]
        own = -hazard[old[inside]]
        rows = np.flatnonzero(moved[inside])
        own[rows, new[inside][rows]] += 1
        own[rows, old[inside][rows]] -= 1
        np.add.at(influence, who[inside], pull * own)
        spread, poisson = step.T @ spread @ step, step.T @ poisson @ step
        for j in np.flatnonzero(number).tolist():
            spread += now[j] ** 2 * _increment(departures[j], number[j], j, tied=True)
            poisson += now[j] ** 2 * _increment(departures[j], number[j], j, tied=False)
        now = now @ step
        probability[k], jackknife[k] = now, np.sqrt((influence**2).sum(axis=0))
        greenwood[k], aalen[k] = (np.sqrt(np.maximum(np.diag(one), 0.0)) for one in (spread, poisson))
    return Occupation(tuple(states), moments, probability, jackknife, greenwood, aalen, share)


def _increment(departures: Floats, number: float, state: int, *, tied: bool) -> Floats:
    """Covariance of one row of dA: the stay that is left is minus the sum of the departures."""
    d = departures.copy()
    d[state] = 0.0
    found = (np.diag(d) * number - (np.outer(d, d) if tied else 0.0)) / number**3
    found[state, :] = -found.sum(axis=0)
    found[:, state] = -found.sum(axis=1)
    return np.asarray(found)
