"""Backfill: patients who arrive while a cohort's DLT windows are open enter a lower level that was cleared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.base.errors import BadInput, Unsupported
from unmoor.trial.dose_finding.checks import whole
from unmoor.trial.dose_finding.design import WAIT, Design
from unmoor.trial.dose_finding.open_windows import known_by, next_outcome
from unmoor.trial.dose_finding.simulate import Outcome, check_truth
from unmoor.trial.dose_finding.trials import Flags, Floats, Ints, Trials, counted
from unmoor.trial.dose_finding.truth import Truth


@dataclass(frozen=True, slots=True)
class Backfill:
    """Backfilling up to `per_level` patients a level, the escalation cohorts' included.

    A level is open when the trial has gone above it, its known DLT rate is at most the target and it has room; the
    highest open one is filled (after Barnett et al., Backfilling cohorts in phase I dose-escalation studies,
    arXiv:2204.10047). No response is asked for at the level. Backfilled outcomes count in every decision once known.
    """

    per_level: int

    def __post_init__(self) -> None:
        whole("patients a level", self.per_level, 1, where="Backfill")

    def level(self, design: Design, known: Trials, current: Ints) -> Ints:
        """The level an extra patient enters, shape (trial,); 0 where none is open."""
        levels = np.arange(1, design.levels + 1)
        finished = known.n - known.pending
        safe = (finished > 0) & (known.dlt <= design.target * finished)
        # with a level goes everything above it: nobody is backfilled over a level that looks too toxic
        safe = np.logical_and.accumulate(safe | (finished == 0), axis=1) & safe
        room = known.n < self.per_level
        opened: Ints = np.where(safe & room & (levels < current[:, None]), levels, 0).max(axis=1)
        return opened

    def prose(self) -> str:
        """The rule in words."""
        return (
            f"Patients who arrive while a cohort is observed enter the highest lower level that has fewer than "
            f"{self.per_level} patients and a known DLT rate of at most the target."
        )


def run_with_backfill(design: Design, truth: Truth, backfill: Backfill) -> Outcome:
    """Run a design that waits for its cohorts in every trial of `truth`, backfilling meanwhile; n counts everybody.

    Raises Unsupported for a design that weighs pending patients or for two agents, BadInput as `run_trials` does.
    """
    if design.weighs_pending or design.columns:
        todo = "choose a one-agent design that decides when its cohort is known"
        raise Unsupported(f"{type(design).__name__} with backfill", where="simulation", todo=todo)
    check_truth(design, truth)
    if not truth.gaps.any():
        todo = "give per_window, the patients that arrive in a DLT window"
        raise BadInput("everybody arrives at once, so nobody is there to backfill", where="simulation", todo=todo)
    count = truth.trials
    given = np.zeros((count, design.n), dtype=np.int64)
    extra = np.zeros((count, design.n), dtype=bool)
    entry, time = (np.full((count, design.n), np.inf) for _ in range(2))
    total, level, left = (np.zeros(count, dtype=np.int64) for _ in range(3))
    first, clock = np.zeros(count, dtype=np.int64), np.zeros(count)
    going = np.arange(count)
    while len(going):
        now = clock[going]
        known = known_by(design, given[going], entry[going], time[going], now)
        observed = _cohort_is_known(given[going], extra[going], entry[going], time[going], now)
        deciding = (left[going] == 0) & (observed | (total[going] == 0))
        decided = np.where(
            deciding, design.decide(_finished(known, given, extra, time, level, first, going)), level[going]
        )
        if np.any(decided == WAIT):
            raise Unsupported(f"{type(design).__name__} waits although nothing is pending", where="simulation")
        full = total[going] >= design.n
        over = full | (deciding & (decided == 0))
        opens = deciding & ~over
        level[going[opens]], left[going[opens]], first[going[opens]] = (
            decided[opens],
            design.cohort,
            total[going[opens]],
        )
        cohort = ~over & (left[going] > 0)
        filled = np.where(~over & ~cohort, backfill.level(design, known, level[going]), 0)
        enters = np.where(cohort, level[going], filled)
        trial, number = going[enters > 0], total[going[enters > 0]]
        given[trial, number], entry[trial, number] = enters[enters > 0], now[enters > 0]
        extra[trial, number] = filled[enters > 0] > 0
        time[trial, number] = truth.time_at(trial, number, enters[enters > 0])
        left[going[cohort]] -= 1
        total[trial] += 1
        clock[trial] = now[enters > 0] + truth.gaps[trial, number]
        waits = ~over & (enters == 0)
        clock[going[waits]] = next_outcome(entry[going[waits]], time[going[waits]], now[waits])
        going = going[~over]
    end = np.where(given > 0, entry + np.minimum(time, 1.0), 0.0).max(axis=1)
    done = known_by(design, given, entry, time, end + 1.0)
    entered = np.where(given > 0, entry, np.nan)
    return Outcome(design, truth.rates, done.n, done.dlt, design.final(done), end, given, entered)


def _cohort_is_known(given: Ints, extra: Flags, entry: Floats, time: Floats, now: Floats) -> Flags:
    """Whether no patient of an escalation cohort is pending, shape (trial,)."""
    member = (given > 0) & ~extra
    at: Floats = np.where(member, entry + np.minimum(time, 1.0), -np.inf).max(axis=1)
    return np.asarray(at <= now)


def _finished(known: Trials, given: Ints, extra: Flags, time: Floats, level: Ints, first: Ints, going: Ints) -> Trials:
    """Counts of the outcomes that are known; the last cohort is the escalation one, whatever was backfilled since."""
    place = np.arange(given.shape[1])
    last = (place >= first[going][:, None]) & (given[going] > 0) & ~extra[going]
    dlt = (last & (time[going] <= 1.0)).sum(axis=1)
    return counted(known.n - known.pending, known.dlt, level[going], last.sum(axis=1), dlt)
