"""What would happen to each patient at each dose: the truth that a design is run on, the same for every design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput
from unmoor.base.random import uniform
from unmoor.trial.dose_finding.checks import whole
from unmoor.trial.dose_finding.trials import Floats, Ints

NEVER = np.inf


@dataclass(frozen=True)
class Truth:
    """Virtual patients and who enters which trial: `dlt_time`, shape (patient, level), and `who`, shape (trial, entry).

    A DLT time is a share of the DLT window, infinite for no DLT. `gaps`, shape (trial, entry), are the windows between
    one patient's entry and the moment when the next is there. `rates` are the true DLT rates, one a level.
    """

    dlt_time: Floats
    who: Ints
    gaps: Floats
    rates: tuple[float, ...]

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return len(self.who)

    def time_at(self, trial: Ints, entry: Ints, level: Ints) -> Floats:
        """When the DLT of the patients who enter so would come, shape like `trial`."""
        times: Floats = self.dlt_time[self.who[trial, entry], level - 1]
        return times


def from_rates(
    rates: Sequence[float], trials: int, patients: int, seed: int = 1, per_window: float | None = None
) -> Truth:
    """Trials of `patients` whose DLT rates are `rates`, one a level; a DLT comes at a uniform time in the window.

    A patient has one tolerance for all levels: who has a DLT at a level has it at every level with a higher rate.
    Patients arrive `per_window` to the DLT window by a Poisson process; all at once when left out. Every number is
    addressed by (seed, entry, trial), so more trials or larger ones do not change those there are.
    Raises BadInput for rates outside [0, 1] or numbers of trials or patients below 1.
    """
    p = check_rates(rates, len(rates))
    whole("trials", trials, 1, where="truth")
    whole("patients", patients, 1, where="truth")
    draws = [[uniform(seed, f"dose finding: {what}", 0, trials, draw=entry) for entry in range(patients)]
             for what in ("tolerance", "time")]  # fmt: skip
    tolerance, time = (np.stack(each, axis=1).ravel() for each in draws)
    times = np.where(tolerance[:, None] < p, time[:, None], NEVER)
    who = np.arange(trials * patients).reshape(trials, patients)
    return Truth(times, who, _gaps(trials, patients, seed, per_window), tuple(map(float, p)))


def from_patients(
    dlt: ArrayLike,
    times: ArrayLike | None = None,
    *,
    trials: int,
    patients: int,
    seed: int = 1,
    per_window: float | None = None,
) -> Truth:
    """Trials that draw their patients, with replacement, from virtual patients whose DLTs at each level are known.

    `dlt`, shape (patient, level), says whether the patient would have a DLT at the level; `times`, of the same shape,
    when, as a share of the DLT window (at its end when left out; ignored without a DLT). `rates` are the patients'.
    Raises BadInput for shapes that differ, values other than 0 and 1, or times outside [0, 1] where there is a DLT.
    """
    try:
        flags = np.asarray(dlt, dtype=float)
    except (TypeError, ValueError):
        flags = np.full((1, 1), np.nan)
    if flags.ndim != 2 or 0 in flags.shape or not np.isin(flags, (0.0, 1.0)).all():
        text = (
            f"DLTs of shape {flags.shape}" if flags.ndim != 2 or 0 in flags.shape else "a DLT that is neither 0 nor 1"
        )
        raise BadInput(
            text, where="virtual patients", todo="give 0 or 1 for each patient (row) and dose level (column)"
        )
    when = np.ones(flags.shape) if times is None else np.asarray(times, dtype=float)
    if when.shape != flags.shape:
        text = f"DLT times of shape {when.shape} for DLTs of shape {flags.shape}"
        raise BadInput(text, where="virtual patients", todo="give one time for each patient and dose level")
    inside = (when >= 0) & (when <= 1)
    if not inside[flags == 1].all():
        todo = "give times as shares of the DLT window"
        raise BadInput("a DLT outside the DLT window", where="virtual patients", todo=todo)
    whole("trials", trials, 1, where="truth")
    whole("patients", patients, 1, where="truth")
    draws = [uniform(seed, "dose finding: who enters", 0, trials, draw=entry) for entry in range(patients)]
    who = (np.stack(draws, axis=1) * len(flags)).astype(np.int64)
    gaps = _gaps(trials, patients, seed, per_window)
    return Truth(np.where(flags == 1, when, NEVER), who, gaps, tuple(map(float, flags.mean(axis=0))))


def check_rates(rates: Sequence[float], levels: int) -> Floats:
    """True DLT rates as an array, one a level.

    Raises BadInput for another number of rates or one outside [0, 1].
    """
    p = np.asarray(rates, dtype=float)
    if p.shape != (levels,):
        raise BadInput(f"{p.size} true DLT rates for {levels} dose levels", where="truth", todo="give one a level")
    if not ((p >= 0) & (p <= 1)).all():
        raise BadInput("a true DLT rate outside 0 to 1", where="truth", todo="give probabilities")
    return p


def _gaps(trials: int, patients: int, seed: int, per_window: float | None) -> Floats:
    if per_window is None:
        return np.zeros((trials, patients))
    if not per_window > 0:
        raise BadInput(f"{per_window:g} patients arrive in a DLT window", where="truth", todo="give a positive rate")
    draws = [uniform(seed, "dose finding: arrival", 0, trials, draw=entry) for entry in range(patients)]
    gaps: Floats = -np.log(np.stack(draws, axis=1)) / per_window
    return gaps
