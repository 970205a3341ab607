"""Trials that go on while DLT windows are open: each patient is decided upon at entry, by what is known by then."""

from __future__ import annotations

import numpy as np

from unmoor.trial.dose_finding.design import WAIT, Design
from unmoor.trial.dose_finding.trials import Flags, Floats, Ints, Trials, Waiting, counted
from unmoor.trial.dose_finding.truth import Truth


def run_with_open_windows(design: Design, truth: Truth) -> tuple[Trials, Floats, Ints, Floats]:
    """The finished trials, their durations in DLT windows, the level of each entry and when it was.

    Where the design waits, the patient waits with it until the next outcome of the trial is known.
    """
    count = truth.trials
    given = np.zeros((count, design.n), dtype=np.int64)
    entry, time = (np.full((count, design.n), np.inf) for _ in range(2))
    total, clock = np.zeros(count, dtype=np.int64), np.zeros(count)
    going = np.arange(count)
    while len(going):
        now = clock[going]
        trials = known_by(design, given[going], entry[going], time[going], now)
        # inside a cohort nothing is decided: its level is that of its first patient
        inside = (total[going] % design.cohort > 0) & (total[going] < design.n)
        level = np.where(inside, trials.current, design.decide(trials))
        waits, enters = level == WAIT, level > 0
        clock[going[waits]] = next_outcome(entry[going[waits]], time[going[waits]], now[waits])
        trial, number = going[enters], total[going[enters]]
        given[trial, number], entry[trial, number] = level[enters], now[enters]
        time[trial, number] = truth.time_at(trial, number, level[enters])
        clock[trial] = now[enters] + truth.gaps[trial, number]
        total[trial] += 1
        going = going[waits | enters]
    over = np.where(given > 0, entry + np.minimum(time, 1.0), 0.0).max(axis=1)
    done = known_by(design, given, entry, time, over + 1.0)
    return done, over, given, np.where(given > 0, entry, np.nan)


def known_by(design: Design, given: Ints, entry: Floats, time: Floats, now: Floats) -> Trials:
    """What is known at moment `now`, shape (trial,), of patients of shape (trial, entry)."""
    treated = given > 0
    share = np.where(treated, np.clip(now[:, None] - np.where(treated, entry, 0.0), 0.0, 1.0), 0.0)
    seen = treated & (time <= share) & (time <= 1.0)
    pending = treated & ~seen & (share < 1.0)
    n, dlt, waiting = (_by_level(each, given, design.levels) for each in (treated, seen, pending))
    followed = _by_level(np.where(pending, share, 0.0), given, design.levels)
    total = treated.sum(axis=1)
    current = np.where(total > 0, given[np.arange(len(given)), np.maximum(total, 1) - 1], 0)
    size = np.where(total > 0, (total - 1) % design.cohort + 1, 0)
    place = np.arange(given.shape[1])
    last = (place >= (total - size)[:, None]) & treated
    open_rows, late_rows = np.nonzero(pending), np.nonzero(seen)
    open_windows = Waiting(open_rows[0], given[open_rows] - 1, share[open_rows], late_rows[0], time[late_rows])
    counts = counted(n, dlt, current, size, (seen & last).sum(axis=1))
    return Trials(counts.n, counts.dlt, current, size, counts.last_dlt, waiting, followed, open_windows)


def _by_level(values: Flags | Floats, given: Ints, levels: int) -> np.ndarray:
    """Sums over the patients of each level, shape (trial, level)."""
    flat = np.arange(len(given))[:, None] * (levels + 1) + given
    sums = np.bincount(flat.ravel(), weights=values.ravel(), minlength=len(given) * (levels + 1))
    kept = sums.reshape(len(given), levels + 1)[:, 1:]
    return kept if values.dtype == np.float64 else kept.astype(np.int64)


def next_outcome(entry: Floats, time: Floats, now: Floats) -> Floats:
    """The next moment at which an outcome becomes known, shape (trial,); a hair later, so that it is known then."""
    known = np.where(np.isfinite(entry), entry + np.minimum(time, 1.0), np.inf)
    coming: Floats = np.where(known > now[:, None], known, np.inf).min(axis=1, initial=np.inf)
    return np.where(np.isfinite(coming), coming * (1 + 1e-12) + 1e-12, now + 1.0)
