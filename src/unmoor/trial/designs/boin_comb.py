"""BOIN-comb: BOIN for two agents, moving along one agent at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.trial.designs.boin import interval_boundaries, rate_steps
from unmoor.trial.dose_finding.checks import fraction, whole
from unmoor.trial.dose_finding.design import STOP, Design
from unmoor.trial.dose_finding.interval_design import AT_LEAST, DEESCALATE, ESCALATE
from unmoor.trial.dose_finding.isotonic import beta_rates, isotonic_grid
from unmoor.trial.dose_finding.trials import Flags, Floats, Ints, Trials, too_toxic_table

STEP = 1e-5  # parts combinations whose fitted rates are equal


@dataclass(frozen=True, kw_only=True)
class BoinComb(Design):
    """BOIN for combinations of `first` x `second` doses; combinations are numbered along the second agent.

    Escalation and de-escalation go to the neighbouring combination whose DLT rate most probably lies between the
    boundaries, under Beta(0.5, 0.5) (Lin and Yin, Stat Methods Med Res 2017;26:2155). Equal chances go to the first
    agent; the authors' program draws lots. A combination is eliminated with all that are at least as high in both.
    """

    first: int
    second: int
    eliminate: float = 0.95
    n: int = 60

    def __post_init__(self) -> None:
        whole("doses of the first agent", self.first, 1, where="BoinComb")
        whole("doses of the second agent", self.second, 1, where="BoinComb")
        fraction("eliminate", self.eliminate, where="BoinComb")
        super().__post_init__()

    @property
    def columns(self) -> int:
        """Doses of the second agent."""
        return self.second

    @property
    def levels(self) -> int:
        """How many combinations there are."""
        return self.first * self.second

    @property
    def boundaries(self) -> tuple[float, float]:
        """The observed DLT rates at which to escalate (at or below) and to de-escalate (at or above)."""
        return interval_boundaries(self.target, 0.6 * self.target, 1.4 * self.target)

    def open_levels(self, trials: Trials) -> Flags:
        """Combinations not eliminated, shape (trial, level)."""
        most = max(self.n + self.cohort, int(trials.n.max(initial=0)))
        toxic = too_toxic_table(most, self.target, self.eliminate, AT_LEAST)[trials.n, trials.dlt]
        grid = toxic.reshape(-1, self.first, self.second)
        closed = np.logical_or.accumulate(np.logical_or.accumulate(grid, axis=1), axis=2)
        opened: Flags = ~closed.reshape(toxic.shape)
        return opened

    def propose(self, trials: Trials) -> Ints:
        """The combination itself or the better neighbour; STOP when the lowest combination is eliminated."""
        opened = self.open_levels(trials)
        n, dlt = trials.at(trials.n, trials.current), trials.at(trials.dlt, trials.current)
        most = max(self.n + self.cohort, int(n.max(initial=0)))
        step = rate_steps(most, *self.boundaries)[n, dlt]
        step = np.where(trials.at(opened, trials.current), step, DEESCALATE)
        chance = self._between(trials)
        up = self._better(trials.current, chance, opened, 1)
        down = self._better(trials.current, chance, np.ones_like(opened), -1)
        level = np.where(step == ESCALATE, up, np.where(step == DEESCALATE, down, trials.current))
        return np.where(opened[:, 0], level, STOP)

    def _between(self, trials: Trials) -> Floats:
        """P(DLT rate between the boundaries | its own data) of every combination, shape (trial, level)."""
        from scipy.special import betainc

        low, high = self.boundaries
        a, b = trials.dlt + 0.5, trials.n - trials.dlt + 0.5
        between: Floats = betainc(a, b, high) - betainc(a, b, low)
        return between

    def _better(self, current: Ints, chance: Floats, opened: Flags, way: int) -> Ints:
        """The neighbour with the larger chance, the first agent's on a tie; the combination itself if there is none."""
        row, column = np.divmod(current - 1, self.second)
        rows = np.arange(len(current))
        best, value = current, np.full(len(current), -np.inf)
        for i, j in ((row + way, column), (row, column + way)):
            inside = (i >= 0) & (i < self.first) & (j >= 0) & (j < self.second)
            level = np.where(inside, i * self.second + j, 0)
            found = np.where(inside & opened[rows, level], chance[rows, level], -np.inf)
            better = found > value
            best, value = np.where(better, level + 1, best), np.where(better, found, value)
        return best

    def fitted(self, trials: Trials) -> Floats:
        """DLT rates that rise along both agents, shape (trial, first, second), from means under Beta(0.05, 0.05)."""
        rates, weights = beta_rates(trials.n, trials.dlt, 0.05)
        shape = (trials.count, self.first, self.second)
        return isotonic_grid(rates.reshape(shape), weights.reshape(shape))

    def select(self, trials: Trials) -> Ints:
        """The tried, open combination whose fitted rate is nearest the target; none when the lowest is eliminated."""
        opened = self.open_levels(trials)
        rise = STEP * (np.arange(self.first)[:, None] + np.arange(self.second))
        away = np.abs((self.fitted(trials) + rise).reshape(trials.n.shape) - self.target)
        usable = opened & (trials.n > 0)
        best = np.argmin(np.where(usable, away, np.inf), axis=1) + 1
        return np.where(opened[:, 0] & usable.any(axis=1), best, 0)

    def rule(self) -> str:
        """The rule in words, without what else ends the trial."""
        up, down = self.boundaries
        return (
            f"BOIN for {self.first} x {self.second} combinations, from combination {self.label(self.start)}, in "
            f"cohorts of {self.cohort}, up to {self.n} patients. Escalate one agent by one dose if the DLT rate at the "
            f"combination is at most {up:.3f}, de-escalate one agent if it is at least {down:.3f}, otherwise stay; the "
            "agent is the one whose move reaches the combination with the larger posterior chance of a rate between "
            f"the two. A combination with P(DLT rate > {self.target:g} | data) > {self.eliminate:g} is "
            f"eliminated with all "
            "that are at least as high in both agents. At the end the tried combination whose rate, fitted to rise "
            f"along both agents, is nearest {self.target:g} is recommended."
        )

    def because(self, trials: Trials) -> str:
        """The counts at the current combination."""
        n, dlt = (int(trials.at(counts, trials.current)[0]) for counts in (trials.n, trials.dlt))
        level = self.label(int(trials.current[0]))
        up, down = self.boundaries
        return f"{dlt} of {n} patients with DLT at {level}, a rate of {dlt / n:.3f}; boundaries {up:.3f} and {down:.3f}"
