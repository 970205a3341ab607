"""Thousands of dose-finding trials on a study's own patients, to the last patient of the whole trial."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.dose_finding.operating import Operating
from unmoor.trial.dose_finding.simulate import Outcome, run_trials
from unmoor.trial.dose_finding.trials import Floats, Ints
from unmoor.trial.dose_finding.truth import Truth
from unmoor.trial.escalation.plan import EscalationPlan, NamedDesign
from unmoor.trial.escalation.toxicity import Toxicity, planned, toxicity
from unmoor.trial.prediction import seed_of
from unmoor.trial.study import Study

if TYPE_CHECKING:
    import pandas as pd

TRIALS = 1000
MONTH = 730.5  # h


@dataclass(frozen=True)
class Escalation:
    """Trials of one design, then of the rest of the patients at the level it recommends.

    `outcome` is what the design did alone, in DLT windows. Of the whole trial, in order of entry, shape (trial, entry):
    `given` the level, 1 the lowest and 0 where nobody entered; `entry` hours from the first entry, and `dlt` hours from
    the patient's first dose to a DLT, infinite for none, both NaN where nobody entered; `who` the patient's position
    in the result, -1 there. A design that recommends nothing ends the trial.
    """

    plan: EscalationPlan
    design: NamedDesign
    toxicity: Toxicity
    outcome: Outcome
    given: Ints
    entry: Floats
    dlt: Floats
    who: Ints

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return len(self.given)

    @cached_property
    def operating(self) -> Operating:
        """The operating characteristics of the design, without the patients treated after it has ended."""
        return self.outcome.operating()

    @property
    def escalated(self) -> Ints:
        """How many patients entered before the design had ended, shape (trial,)."""
        return np.asarray((self.outcome.given > 0).sum(axis=1))

    @property
    def recommended(self) -> Ints:
        """The level each trial recommends, shape (trial,): 1 is the lowest, 0 none."""
        return self.outcome.selected

    @property
    def months_of_design(self) -> Floats:
        """Months from the first entry until the design has ended, shape (trial,)."""
        return self.outcome.duration * self.plan.window / MONTH

    @property
    def months(self) -> Floats:
        """Months from the first entry until the last DLT window of the whole trial is over, shape (trial,)."""
        over = np.nanmax(self.entry + np.minimum(self.dlt, self.plan.window), axis=1)
        return np.asarray(np.maximum(over, self.outcome.duration * self.plan.window) / MONTH)

    @property
    def typical(self) -> int:
        """The first trial that recommends the level recommended most often: one to look at."""
        counts = np.bincount(self.recommended, minlength=len(self.plan.levels) + 1)
        return int(np.argmax(self.recommended == counts.argmax()))

    def table(self) -> pd.DataFrame:
        """A row for none and each level: the true DLT rate and how often the design recommends it, with 95% intervals.

        `rate_lower` and `rate_upper` say how well so many virtual patients know the rate. `patients` and `dlts` are
        means a trial while the design decides, `all_patients` and `all_dlts` of the whole.
        """
        rows = self.operating.table().rename(columns={"n": "patients", "dlt": "dlts"})
        rows["level"] = ["none", *self.plan.levels]
        intervals = [(np.nan, np.nan), *self.toxicity.rate_intervals]
        for place, (name, side) in enumerate((("rate_lower", 0), ("rate_upper", 1)), rows.columns.get_loc("rate") + 1):
            rows.insert(place, name, [interval[side] for interval in intervals])
        numbers = range(1, len(self.plan.levels) + 1)
        rows["all_patients"] = [np.nan, *((self.given == level).sum(axis=1).mean() for level in numbers)]
        limited = np.isfinite(self.dlt)
        rows["all_dlts"] = [np.nan, *(((self.given == level) & limited).sum(axis=1).mean() for level in numbers)]
        return rows

    def path(self, trial: int) -> pd.DataFrame:
        """One trial, a row a patient in order of entry.

        Columns: patient (position in the result), level (1 is the lowest), arm, entry (h from the first entry), dlt,
        dlt_time (h from the first dose, NaN for none), expansion (entered after the design had ended).
        Raises BadInput for a trial that does not exist.
        """
        import pandas as pd

        if not 0 <= trial < self.trials:
            raise BadInput(f"trial {trial}", where="path", todo=f"trials are 0 to {self.trials - 1}")
        here = np.flatnonzero(self.given[trial] > 0)
        level, time = self.given[trial, here], self.dlt[trial, here]
        return pd.DataFrame({
            "patient": self.who[trial, here], "level": level, "arm": np.array(self.plan.levels)[level - 1],
            "entry": self.entry[trial, here], "dlt": np.isfinite(time),
            "dlt_time": np.where(np.isfinite(time), time, np.nan), "expansion": here >= self.escalated[trial],
        })  # fmt: skip


def escalate(
    study: Study,
    result: Result | StoredResult,
    *,
    design: str | None = None,
    trials: int = TRIALS,
    seed: int | None = None,
) -> Escalation:
    """Run the study's dose-finding trial `trials` times on its virtual patients, drawn with replacement.

    `design` names one of the study's alternatives, or another design that needs no more than the study's levels,
    patients and target. The patients of trial k, and when they come, are the same for every design. The seed is that of
    the patients where none is given.
    Raises BadInput for a study without dose levels or fewer than one trial, UnknownName for another design.
    """
    plan = planned(study)
    chosen = plan.design if design is None else plan.named(design)
    known = toxicity(study, result)
    truth = known.truth(plan, trials, seed_of(study, result) if seed is None else seed)
    return run_escalation(plan, chosen, known, truth)


def run_escalation(plan: EscalationPlan, design: NamedDesign, known: Toxicity, truth: Truth) -> Escalation:
    """The trials of `truth` under one design, and after it at the level it recommends."""
    outcome = run_trials(design.design, truth)
    count, size = truth.who.shape
    given, entry = np.zeros((count, size), dtype=np.int64), np.full((count, size), np.nan)
    dlt = np.full((count, size), np.nan)
    given[:, : design.design.n], entry[:, : design.design.n] = outcome.given, outcome.entry
    entered = (given > 0).sum(axis=1)
    # who is left comes as the others did, and waits for the design to end
    for place in range(1, size):
        trial = np.flatnonzero((place >= entered) & (outcome.selected > 0))
        arrival = entry[trial, place - 1] + truth.gaps[trial, place - 1]
        entry[trial, place] = np.maximum(arrival, outcome.duration[trial])
        given[trial, place] = outcome.selected[trial]
    at = np.nonzero(given)
    dlt[at] = truth.time_at(at[0], at[1], given[at]) * plan.window
    who = np.where(given > 0, known.who[truth.who], -1)
    return Escalation(plan, design, known, outcome, given, entry * plan.window, dlt, who)
