"""What every dose-finding design answers: next dose, stop, recommended dose, decision table, the rule in prose."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction, whole
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.pathways import by_path
from unmoor.trial.dose_finding.stopping import Stop
from unmoor.trial.dose_finding.table import Columns
from unmoor.trial.dose_finding.trials import Flags, Ints, Trials, counted, of_history

if TYPE_CHECKING:
    import pandas as pd

STOP, WAIT = 0, -1  # what `decide` gives instead of a level


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next: `level` for the next cohort, None when the trial stops or waits; `action` in a word and why."""

    action: str
    level: int | None
    reason: str

    @property
    def stop(self) -> bool:
        """Whether the trial is over."""
        return self.action == "stop"


@dataclass(frozen=True, kw_only=True)
class Design(ABC):
    """A dose-finding design as a frozen value: levels are 1 (lowest) to `levels`, one rule serves one or many trials.

    `n` is the largest number of patients, `cohort` how many are treated between decisions, `start` the first level,
    `stops` further rules that end the trial.
    """

    weighs_pending: ClassVar[bool] = False  # decides while DLT windows are open; else it waits until all are over
    looks_back: ClassVar[bool] = False  # the next level depends on the last cohort's outcomes, not on counts alone
    target: float
    n: int = 30
    cohort: int = 3
    start: int = 1
    stops: tuple[Stop, ...] = ()

    def __post_init__(self) -> None:
        where = type(self).__name__
        fraction("target", self.target, where=where)
        whole("dose levels", self.levels, 1, where=where)
        whole("patients (n)", self.n, 1, where=where)
        whole("cohort", self.cohort, 1, where=where)
        whole("start", self.start, 1, where=where)
        if self.cohort > self.n:
            text = f"a cohort of {self.cohort} in a trial of {self.n}"
            raise BadInput(text, where=where, todo="give a cohort no larger than the trial")
        if self.start > self.levels:
            text = f"the trial starts at level {self.start} of {self.levels}"
            raise BadInput(text, where=where, todo=f"start at 1 to {self.levels}")
        for rule in self.stops:
            rule.check(self)

    # what a design says of itself

    @property
    @abstractmethod
    def levels(self) -> int:
        """How many dose levels, or combinations, there are."""

    @property
    def columns(self) -> int:
        """Doses of the second agent; 0 when there is one agent."""
        return 0

    @abstractmethod
    def propose(self, trials: Trials) -> Ints:
        """The next level of each trial, shape (trial,), STOP or WAIT, for trials that have begun."""

    @abstractmethod
    def select(self, trials: Trials) -> Ints:
        """The level recommended if each trial ended now, shape (trial,); 0 recommends none."""

    @abstractmethod
    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""

    @abstractmethod
    def because(self, trials: Trials) -> str:
        """Why the first of `trials` is decided as it is, in a sentence with the numbers that count."""

    # what follows for every design

    def prose(self) -> str:
        """The rule in words, as a protocol would state it."""
        return self.rule() + "".join(f" Also {rule.prose(self)}." for rule in self.stops)

    def decisions(self) -> Columns:
        """The columns of the decision table, name -> values: every path of the first two cohorts, unless counts do."""
        return by_path(self)

    def table(self) -> pd.DataFrame:
        """The decision table: a row for each outcome with columns history, decision and next (level, 0 to stop)."""
        import pandas as pd

        return pd.DataFrame(self.decisions())

    def decide(self, trials: Trials) -> Ints:
        """The next level of each trial, shape (trial,): 1 to `levels`, STOP or WAIT; stopping rules included.

        A design that cannot weigh pending patients waits for them, save where it steps down even if none has a DLT.
        """
        best = self._at_best(trials)
        level = np.where(trials.current == 0, self.start, self.propose(best))
        if best is not trials:
            down = (level == STOP) | (self._ranks(level) < self._ranks(trials.current))
            level = np.where(trials.pending.any(axis=1) & ~down, WAIT, level)
        for _, fires in self._endings(trials, level):
            level = np.where(fires, STOP, level)
        return level

    def final(self, trials: Trials) -> Ints:
        """The recommended level at the end of each trial, shape (trial,); 0 after a stop for safety."""
        level = self.select(trials)
        for rule in self.stops:
            if rule.unsafe:
                level = np.where(rule.fires(self, trials, level), 0, level)
        return level

    def read(self, history: History | str) -> History:
        """The history itself, or the one a text such as "1NNN 2NNT" tells."""
        return History.of(history, self.columns) if isinstance(history, str) else history

    def next(self, history: History | str = "") -> Decision:
        """What comes after `history`.

        Raises BadInput for outcomes that cannot be read or at a level that does not exist.
        """
        trials = of_history(self.read(history), self.levels)
        level = int(self.decide(trials)[0])
        best = self._at_best(trials)
        before = int(trials.current[0])
        if before == 0 and level > 0:
            return Decision("start", level, f"the trial starts at level {self.label(level)}")
        if level > 0:
            steps = self.rank(level) - self.rank(before)
            action = "escalate" if steps > 0 else "de-escalate" if steps < 0 else "stay"
            return Decision(action, level, self.because(best))
        if level == WAIT:
            needs = f"{trials.pending.sum()} pending, and the rule needs every outcome; were they free of DLT: "
            return Decision("wait", None, ("" if best is trials else needs) + self.because(best))
        proposed = np.where(trials.current == 0, self.start, self.propose(best))
        said = [text for text, fires in self._endings(trials, proposed) if fires[0]]
        return Decision("stop", None, "; ".join(said) or self.because(best))

    def recommend(self, history: History | str) -> int | None:
        """The dose level recommended if the trial ended after `history`; None recommends none.

        Raises BadInput as `next` does.
        """
        return int(self.final(of_history(self.read(history), self.levels))[0]) or None

    def label(self, level: int) -> str:
        """How a level is written: "3", or "2.1" for a combination of two agents."""
        if not self.columns:
            return str(level)
        return f"{(level - 1) // self.columns + 1}.{(level - 1) % self.columns + 1}"

    def rank(self, level: int) -> int:
        """A number that grows with the dose: the level, or the sum of both agents' levels."""
        return level if not self.columns else (level - 1) // self.columns + (level - 1) % self.columns

    def _ranks(self, levels: Ints) -> Ints:
        ranks: Ints = np.array([0, *(self.rank(level) for level in range(1, self.levels + 1))])[levels]
        return ranks

    def _at_best(self, trials: Trials) -> Trials:
        """The trials with every pending patient free of DLT, where the design needs all outcomes; else as they are."""
        if self.weighs_pending or not trials.pending.any():
            return trials
        return counted(trials.n, trials.dlt, trials.current, trials.last_n, trials.last_dlt)

    def _endings(self, trials: Trials, level: Ints) -> list[tuple[str, Flags]]:
        full = (f"all {self.n} patients are treated", trials.total >= self.n)
        return [*((rule.prose(self), rule.fires(self, trials, level)) for rule in self.stops), full]


def not_skipping(proposed: Ints, trials: Trials) -> Ints:
    """At most one level above the current one: untried doses are not skipped."""
    capped: Ints = np.where(proposed > 0, np.minimum(proposed, trials.current + 1), proposed)
    return capped


def coherent(proposed: Ints, trials: Trials, target: float) -> Ints:
    """No escalation right after a cohort whose DLT rate reached the target.

    Cheung (Biometrika 2005;92:863) asks it of single patients: no escalation right after a DLT.
    """
    bad = (trials.last_dlt > 0) & (trials.last_dlt >= target * trials.last_n)
    return np.where(bad, np.minimum(proposed, trials.current), proposed)
