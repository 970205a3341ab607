"""Sums over risk sets: what Cox's partial likelihood is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmoor.trial.survival.times import Bools, Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """Per event time (and stratum), of the events there: `covariates` summed, their expected sum `mean`, `variance`.

    Everything counts with the weights of the rows, `deaths` too.

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
    """Rows at risk in (start, stop], with events, covariates (row, covariate), strata and case weights (row,)."""

    start: Floats
    stop: Floats
    event: Bools
    covariates: Floats
    stratum: np.ndarray
    weight: Floats

    def moments(self) -> list[tuple[float, int]]:
        """Event times with their stratum."""
        found = np.unique(np.column_stack([self.stop[self.event], self.stratum[self.event]]), axis=0)
        return [(float(time), int(layer)) for time, layer in found]

    def sums(self, beta: Floats, ties: str) -> Sums:
        """The sums at coefficients `beta`, ties by "efron" or "breslow"."""
        linear = self.covariates @ beta
        offset = float(linear.max())
        weighted = self.weight * np.exp(linear - offset)
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
            w, wd, case = weighted[inside], weighted[dead], self.weight[dead]
            s0, s1, s2 = w.sum(), w @ x[inside], w @ products[inside]
            d0, d1, d2 = wd.sum(), wd @ x[dead], wd @ products[dead]
            parts = np.arange(deaths) / deaths if ties == "efron" else np.zeros(deaths)
            out["time"][k], out["deaths"][k] = time, case.sum()
            covariates[k] = case @ x[dead]
            likelihood += float(case @ linear[dead]) - case.sum() * offset
            each = case.mean()  # tied events share their weight
            for part in parts:
                total = s0 - part * d0
                m = (s1 - part * d1) / total
                mean[k] += each * m
                variance[k] += each * (((s2 - part * d2) / total).reshape(size, size) - np.outer(m, m))
                likelihood -= float(each * np.log(total))
                out["hazard"][k] += each / total
                hazard_mean[k] += each * m / total
                out["hazard_variance"][k] += each / total**2
        return Sums(
            out["time"], out["deaths"], covariates, mean, variance, out["hazard"], hazard_mean, out["hazard_variance"],
            likelihood, offset,
        )  # fmt: skip

    def score_residuals(self, beta: Floats, ties: str) -> Floats:
        """What each weighted row adds to the score, (row, covariate) (Therneau et al., Biometrika 1990;77:147)."""
        linear = self.covariates @ beta
        risk = self.weight * np.exp(linear - linear.max())
        found = np.zeros_like(self.covariates)
        for time, layer in self.moments():
            inside = (self.stop >= time) & (self.start < time) & (self.stratum == layer)
            dead = inside & self.event & (self.stop == time)
            deaths, case = int(dead.sum()), self.weight[dead]
            parts = np.arange(deaths) / deaths if ties == "efron" else np.zeros(deaths)
            for part in parts:
                weight = risk * np.where(dead, 1 - part, 1.0) * inside
                total = weight.sum()
                mean = weight @ self.covariates / total
                found[dead] += case[:, None] * (self.covariates[dead] - mean) / deaths
                found[inside] -= case.mean() * (weight[inside] / total)[:, None] * (self.covariates[inside] - mean)
        return found
