"""Thousands of trials of one design side by side on the same truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.design import WAIT, Design
from unmoor.trial.dose_finding.open_windows import run_with_open_windows
from unmoor.trial.dose_finding.operating import Operating, summary
from unmoor.trial.dose_finding.trials import Floats, Ints, Trials, counted
from unmoor.trial.dose_finding.truth import Truth, from_rates


@dataclass(frozen=True)
class Outcome:
    """What came of each trial: `n` and `dlt` of shape (trial, level), `selected` level (0 for none) and `duration`.

    `duration` is in DLT windows, from the first entry to the last outcome. `given`, shape (trial, entry), is the
    level of each patient in order of entry, 0 where nobody entered, and `entry` when, in DLT windows, NaN there.
    """

    design: Design
    rates: tuple[float, ...]
    n: Ints
    dlt: Ints
    selected: Ints
    duration: Floats
    given: Ints
    entry: Floats

    def operating(self) -> Operating:
        """The operating characteristics, as shares of the trials and means over them."""
        return summary(self.design, self.rates, self.n, self.dlt, self.selected, duration=self.duration)


def run_trials(design: Design, truth: Truth) -> Outcome:
    """Run a design in every trial of `truth`; equal entries meet the same virtual patients whatever the design.

    Designs that cannot weigh open DLT windows wait at each decision until all are over.
    Raises BadInput when the truth has another number of levels, or fewer patients a trial, than the design.
    """
    check_truth(design, truth)
    run = run_with_open_windows if design.weighs_pending else _run_in_cohorts
    trials, duration, given, entry = run(design, truth)
    return Outcome(design, truth.rates, trials.n, trials.dlt, design.final(trials), duration, given, entry)


def check_truth(design: Design, truth: Truth) -> None:
    """Refuses a truth with another number of levels, or fewer patients a trial, than the design.

    Raises BadInput.
    """
    if truth.dlt_time.shape[1] != design.levels:
        text = f"{truth.dlt_time.shape[1]} dose levels in the truth, {design.levels} in the design"
        raise BadInput(text, where="simulation", todo="give one true rate a dose level")
    if truth.who.shape[1] < design.n:
        text = f"{truth.who.shape[1]} patients a trial in the truth, up to {design.n} in the design"
        raise BadInput(text, where="simulation", todo="make the truth with as many patients as the design's n")


def operating_characteristics(
    design: Design, rates: Sequence[float], trials: int = 10_000, seed: int = 1, per_window: float | None = None
) -> Operating:
    """Simulated operating characteristics for true DLT rates, one a level; `per_window` patients arrive a window.

    Raises BadInput as `from_rates` and `run_trials` do.
    """
    return run_trials(design, from_rates(rates, trials, design.n, seed, per_window)).operating()


def _run_in_cohorts(design: Design, truth: Truth) -> tuple[Trials, Floats, Ints, Floats]:
    count = truth.trials
    n, dlt = (np.zeros((count, design.levels), dtype=np.int64) for _ in range(2))
    given = np.zeros((count, design.n), dtype=np.int64)
    entered = np.full((count, design.n), np.nan)
    current, last_n, last_dlt, total = (np.zeros(count, dtype=np.int64) for _ in range(4))
    clock, last = np.zeros(count), np.zeros(count)
    going = np.arange(count)
    while len(going):
        level = design.decide(counted(n[going], dlt[going], current[going], last_n[going], last_dlt[going]))
        if np.any(level == WAIT):
            raise BadInput(f"{type(design).__name__} waits although nothing is pending", where="simulation")
        going, level = going[level > 0], level[level > 0]
        size = np.minimum(design.cohort, design.n - total[going])
        toxic, over = np.zeros(len(going), dtype=np.int64), clock[going]
        entry = over.copy()
        for place in range(int(size.max(initial=0))):
            here = place < size
            trial, number = going[here], total[going[here]]
            time = truth.time_at(trial, number, level[here])
            given[trial, number], entered[trial, number] = level[here], entry[here]
            toxic[here] += time <= 1.0
            # the outcome is known at the DLT or at the end of the window, and the next patient comes after a gap
            over[here] = np.maximum(over[here], entry[here] + np.minimum(time, 1.0))
            entry[here] += truth.gaps[trial, number]
            total[trial] += 1
        n[going, level - 1] += size
        dlt[going, level - 1] += toxic
        current[going], last_n[going], last_dlt[going] = level, size, toxic
        last[going] = over
        clock[going] = np.maximum(over, entry)
    return counted(n, dlt, current, last_n, last_dlt), last, given, entered
