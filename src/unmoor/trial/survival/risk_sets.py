"""Sums over risk sets: what Cox's partial likelihood is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.trial.survival.times import Bools, Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """Per event time (and stratum), of the events there: `covariates` summed, their expected sum `mean`, `variance`.

    `hazard` is the increment of the baseline hazard for risk exp(offset), `hazard_mean` that of its mean covariate,
    `hazard_variance` that of its variance.
    """

    time: Floats
    deaths: Floats
    covariates: Floats
    mean: Floats
    variance: Floats
    hazard: Floats
    hazard_mean: Floats
    hazard_variance: Floats
    log_likelihood: float
    offset: float


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Rows at risk in (start, stop], with events, covariates (row, covariate) and strata."""

    start: Floats
    stop: Floats
    event: Bools
    covariates: Floats
    stratum: np.ndarray

    def moments(self) -> list[tuple[float, int]]:
        """Event times with their stratum."""
        found = np.unique(np.column_stack([self.stop[self.event], self.stratum[self.event]]), axis=0)
        return [(float(time), int(layer)) for time, layer in found]

    def sums(self, beta: Floats, ties: str) -> Sums:
        """The sums at coefficients `beta`, ties by "efron" or "breslow"."""
        linear = self.covariates @ beta
        offset = float(linear.max())
        risk = np.exp(linear - offset)
        x = self.covariates
        products = np.einsum("ri,rj->rij", x, x).reshape(len(x), -1)
        size = x.shape[1]
        moments = self.moments()
        shape = len(moments)
        out = {name: np.zeros(shape) for name in ("time", "deaths", "hazard", "hazard_variance")}
        covariates, mean, hazard_mean = (np.zeros((shape, size)) for _ in range(3))
        variance = np.zeros((shape, size, size))
        likelihood = 0.0
        for k, (time, layer) in enumerate(moments):
            inside = (self.stop >= time) & (self.start < time) & (self.stratum == layer)
            dead = inside & self.event & (self.stop == time)
            deaths = int(dead.sum())
            w, wd = risk[inside], risk[dead]
            s0, s1, s2 = w.sum(), w @ x[inside], w @ products[inside]
            d0, d1, d2 = wd.sum(), wd @ x[dead], wd @ products[dead]
            parts = np.arange(deaths) / deaths if ties == "efron" else np.zeros(deaths)
            out["time"][k], out["deaths"][k] = time, deaths
            covariates[k] = x[dead].sum(axis=0)
            likelihood += float(linear[dead].sum()) - deaths * offset
            for part in parts:
                total = s0 - part * d0
                m = (s1 - part * d1) / total
                mean[k] += m
                variance[k] += ((s2 - part * d2) / total).reshape(size, size) - np.outer(m, m)
                likelihood -= float(np.log(total))
                out["hazard"][k] += 1 / total
                hazard_mean[k] += m / total
                out["hazard_variance"][k] += 1 / total**2
        return Sums(
            out["time"], out["deaths"], covariates, mean, variance, out["hazard"], hazard_mean, out["hazard_variance"],
            likelihood, offset,
        )  # fmt: skip

    def score_residuals(self, beta: Floats, ties: str) -> Floats:
        """What each row adds to the score, shape (row, covariate) (Therneau et al., Biometrika 1990;77:147)."""
        linear = self.covariates @ beta
        risk = np.exp(linear - linear.max())
        found = np.zeros_like(self.covariates)
        for time, layer in self.moments():
            inside = (self.stop >= time) & (self.start < time) & (self.stratum == layer)
            dead = inside & self.event & (self.stop == time)
            deaths = int(dead.sum())
            parts = np.arange(deaths) / deaths if ties == "efron" else np.zeros(deaths)
            for part in parts:
                weight = risk * np.where(dead, 1 - part, 1.0) * inside
                total = weight.sum()
                mean = weight @ self.covariates / total
                found[dead] += (self.covariates[dead] - mean) / deaths
                found[inside] -= (weight[inside] / total)[:, None] * (self.covariates[inside] - mean)
        return found
