"""What a design looks at: counts by dose level, for one trial or for thousands side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.history import History

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Patients whose DLT window is not over, one row each: `trial`, `level` (from 0) and `share` of the window seen.

    `late` holds, with a row each, the shares of the window at which DLTs came (`late_trial` says in which trial).
    """

    trial: Ints
    level: Ints
    share: Floats
    late_trial: Ints
    late: Floats


@dataclass(frozen=True, slots=True)
class Trials:
    """Trials side by side: `n` patients, `dlt` seen, `pending` patients, each of shape (trial, level).

    `followed`, shape (trial, level), sums over pending patients the share of the DLT window observed. `current`,
    `last_n` and `last_dlt`, shape (trial,), are the level given last (1 is the lowest, 0 before the first patient)
    and the size and DLTs of the last cohort.
    """

    n: Ints
    dlt: Ints
    current: Ints
    last_n: Ints
    last_dlt: Ints
    pending: Ints
    followed: Floats
    waiting: Waiting | None = None

    @property
    def count(self) -> int:
        """How many trials."""
        return len(self.current)

    @property
    def total(self) -> Ints:
        """Patients so far, shape (trial,)."""
        total: Ints = self.n.sum(axis=1)
        return total

    @property
    def tried(self) -> Ints:
        """The highest level given so far, shape (trial,), 0 if none."""
        levels = np.arange(1, self.n.shape[1] + 1)
        tried: Ints = np.where(self.n > 0, levels, 0).max(axis=1)
        return tried

    def at(self, values: NDArray, level: Ints) -> NDArray:
        """`values`, shape (trial, level), at one level a trial; at a level of 0, what stands at the lowest."""
        return values[np.arange(len(level)), np.maximum(level, 1) - 1]


def counted(n: NDArray, dlt: NDArray, current: NDArray, last_n: NDArray, last_dlt: NDArray) -> Trials:
    """Trials in which every outcome is known."""
    shape = np.shape(n)
    return Trials(n, dlt, current, last_n, last_dlt, np.zeros(shape, dtype=np.int64), np.zeros(shape))


def untouched(trials: int, levels: int) -> Trials:
    """Trials before their first patient."""
    none = np.zeros(trials, dtype=np.int64)
    n, dlt = (np.zeros((trials, levels), dtype=np.int64) for _ in range(2))
    return counted(n, dlt, none, none, none)


def of_history(history: History, levels: int) -> Trials:
    """One trial as its history tells it.

    Raises BadInput for a dose level outside 1 to `levels`.
    """
    n, dlt, pending = (np.zeros((1, levels), dtype=np.int64) for _ in range(3))
    followed = np.zeros((1, levels))
    for patient in history.patients():
        if not 1 <= patient.level <= levels:
            raise BadInput(f"dose level {patient.level}", where="outcomes", todo=f"levels are 1 to {levels}")
        at = (0, patient.level - 1)
        n[at] += 1
        dlt[at] += patient.dlt
        pending[at] += patient.pending
        followed[at] += patient.observed if patient.pending else 0.0
    last = history.cohorts[-1] if history.cohorts else ()
    sizes = [last[-1].level if last else 0, len(last), sum(patient.dlt for patient in last)]
    current, last_n, last_dlt = (np.array([number]) for number in sizes)
    return Trials(n, dlt, current, last_n, last_dlt, pending, followed, _waiting(history))


def of_histories(histories: Sequence[History], levels: int) -> Trials:
    """Trials side by side as their histories tell them.

    Raises BadInput as `of_history` does.
    """
    each = [of_history(history, levels) for history in histories]
    names = ("n", "dlt", "current", "last_n", "last_dlt", "pending", "followed")
    fields: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in each]) for name in names}
    waits = [one.waiting for one in each if one.waiting is not None]
    if not any(len(one.trial) or len(one.late) for one in waits):
        return Trials(**fields)
    level, share, late = (np.concatenate([getattr(one, name) for one in waits]) for name in ("level", "share", "late"))
    open_in, late_in = (
        np.repeat(np.arange(len(each)), [len(getattr(one, name)) for one in waits]) for name in ("share", "late")
    )
    return Trials(**fields, waiting=Waiting(open_in, level, share, late_in, late))


def _waiting(history: History) -> Waiting:
    some = [patient for patient in history.patients() if patient.pending]
    late = [patient.observed for patient in history.patients() if patient.dlt and patient.observed < 1.0]
    levels = np.array([patient.level - 1 for patient in some], dtype=np.int64)
    shares = np.array([patient.observed for patient in some], dtype=float)
    zeros, more = np.zeros(len(some), dtype=np.int64), np.zeros(len(late), dtype=np.int64)
    return Waiting(zeros, levels, shares, more, np.array(late, dtype=float))


def picked(trials: Trials, rows: NDArray) -> Trials:
    """Some of the trials, all of whose outcomes are known."""
    fields = (trials.n, trials.dlt, trials.current, trials.last_n, trials.last_dlt)
    return counted(*(field[rows] for field in fields))


def same_counts(trials: Trials, *more: Ints) -> tuple[Ints, Ints]:
    """The first of each group of trials with the same counts (and `more`, shape (trial,)), and each trial's group."""
    key = np.zeros(trials.count, dtype=np.int64)
    room = 1
    for column in (*more, *trials.n.T, *trials.dlt.T):
        base = int(column.max(initial=0)) + 1
        if room * base > 2**62:  # rank the keys so far, so that the product stays a 64-bit number
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            room = int(key.max(initial=0)) + 1
        key, room = key * base + column, room * base
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which


@lru_cache(maxsize=64)
def too_toxic_table(most: int, threshold: float, probability: float, at_least: int) -> Flags:
    """Whether P(p > threshold | data) > `probability` under Beta(1, 1), shape (patients, DLTs), up to `most` patients.

    False below `at_least` patients. P(p > t | data) is P(X <= DLTs) of a binomial X of n + 1 patients with rate t.
    """
    toxic = np.zeros((most + 1, most + 1), dtype=bool)
    up_to = np.ones(most + 1)  # P(X <= dlt) of no patients; one more patient adds a DLT with chance t
    for n in range(most + 1):
        up_to = (1 - threshold) * up_to + threshold * np.concatenate([[0.0], up_to[:-1]])
        if n >= at_least:
            toxic[n, : n + 1] = up_to[: n + 1] > probability
    toxic.flags.writeable = False
    return toxic
