"""Cox's proportional hazards: three ways with ties, strata, delayed entry, robust errors, a test of proportionality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.statistics.estimate import two_sided
from unmoor.trial.survival.cox_exact import exact_likelihood
from unmoor.trial.survival.kaplan_meier import kaplan_meier
from unmoor.trial.survival.log_rank import chi_squared_p
from unmoor.trial.survival.newton import maximise
from unmoor.trial.survival.risk_sets import RiskSets
from unmoor.trial.survival.times import Floats, checked, codes, matrix, numbers

if TYPE_CHECKING:
    import pandas as pd

TIES = ("efron", "breslow", "exact")


@dataclass(frozen=True, eq=False)
class Cox:
    """A fitted model: coefficients with covariance, log likelihoods at 0 and at the fit, tests.

    `robust` is the sandwich covariance over clusters, where asked for. Coefficients are log hazard ratios.
    """

    names: tuple[str, ...]
    coefficient: Floats
    covariance: Floats
    robust: Floats | None
    log_likelihood: tuple[float, float]
    score_test: float
    n: int
    events: int
    ties: str
    sets: RiskSets

    @property
    def standard_error(self) -> Floats:
        """Standard errors, robust where clusters were given, shape (covariate,)."""
        return np.sqrt(np.diag(self.covariance if self.robust is None else self.robust))

    @property
    def likelihood_ratio(self) -> tuple[float, int, float]:
        """Chi-squared, degrees of freedom and p of the likelihood ratio test."""
        chi = 2 * (self.log_likelihood[1] - self.log_likelihood[0])
        return chi, len(self.names), chi_squared_p(chi, len(self.names))

    @property
    def wald(self) -> tuple[float, int, float]:
        """Chi-squared, degrees of freedom and p of Wald's test."""
        used = self.covariance if self.robust is None else self.robust
        chi = float(self.coefficient @ np.linalg.solve(used, self.coefficient))
        return chi, len(self.names), chi_squared_p(chi, len(self.names))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row a covariate: coefficient, hazard ratio with its interval, standard error, z, p."""
        import pandas as pd
        from scipy.special import ndtr

        half, z = two_sided(level) * self.standard_error, self.coefficient / self.standard_error
        low, high = np.exp(self.coefficient - half), np.exp(self.coefficient + half)
        columns = {
            "coefficient": self.coefficient, "hazard_ratio": np.exp(self.coefficient), "lower": low, "upper": high,
            "standard_error": self.standard_error, "z": z, "p": 2 * ndtr(-np.abs(z)),
        }  # fmt: skip
        return pd.DataFrame(columns, index=list(self.names))

    def proportionality(self) -> pd.DataFrame:
        """Does an effect change with time? Score tests, one row a covariate and one for all (GLOBAL).

        Equation: Grambsch and Therneau, Biometrika 1994;81:515, as a score test of covariate times 1 - S(t-), S the
        Kaplan-Meier curve of everyone. Raises BadInput for the exact likelihood, which has no such test here.
        """
        import pandas as pd

        if self.ties == "exact":
            raise BadInput("no test of proportionality for exact ties", where="Cox model", todo="ties='efron'")
        sums = self.sets.sums(self.coefficient, self.ties)
        curve = kaplan_meier(self.sets.stop, self.sets.event)
        before, _, _ = curve.at(np.nextafter(sums.time, -np.inf))
        g = 1 - before
        g = g - np.average(g, weights=sums.deaths)
        score = g @ (sums.covariates - sums.mean)
        mixed, square = np.einsum("t,tij->ij", g, sums.variance), np.einsum("t,tij->ij", g**2, sums.variance)
        left = square - mixed @ np.linalg.solve(sums.variance.sum(axis=0), mixed)
        chi = [*(score**2 / np.diag(left)), score @ np.linalg.solve(left, score)]
        df = [*[1] * len(self.names), len(self.names)]
        rows = {"chi_squared": chi, "df": df, "p": [chi_squared_p(float(c), k) for c, k in zip(chi, df, strict=True)]}
        return pd.DataFrame(rows, index=[*self.names, "GLOBAL"])

    def survival(self, covariates: ArrayLike, times: ArrayLike) -> tuple[Floats, Floats]:
        """Predicted survival of one patient (covariate,) at `times`, with its standard error, both (time,).

        Baseline hazard of Breslow or, with Efron's ties, of Efron; variance of Tsiatis (Ann Stat 1981;9:93). Raises
        BadInput for strata or the exact likelihood, which have no single baseline here.
        """
        if self.ties == "exact" or len(np.unique(self.sets.stratum)) > 1:
            raise BadInput("no single baseline hazard", where="Cox model", todo="fit without strata, ties='efron'")
        row = numbers("covariates", covariates, "Cox model")
        sums = self.sets.sums(self.coefficient, self.ties)
        reached = np.atleast_1d(np.asarray(times, dtype=float))[:, None] >= sums.time
        risk = float(np.exp(row @ self.coefficient - sums.offset))
        hazard = reached @ sums.hazard * risk
        pull = (row * (reached @ sums.hazard)[:, None] - reached @ sums.hazard_mean) * risk
        variance = reached @ sums.hazard_variance * risk**2 + np.einsum("ti,ij,tj->t", pull, self.covariance, pull)
        survival = np.exp(-hazard)
        return survival, survival * np.sqrt(variance)

    def concordance(self) -> float:
        """Harrell's C within strata: the share of comparable pairs in which the higher risk has the event first."""
        risk = self.sets.covariates @ self.coefficient
        good = pairs = 0.0
        for k in np.flatnonzero(self.sets.event):
            t, s = self.sets.stop[k], self.sets.stratum[k]
            later = (self.sets.stop > t) | ((self.sets.stop == t) & ~self.sets.event)
            others = later & (self.sets.stratum == s) & (self.sets.start < t)
            weight, less = self.sets.weight[k] * self.sets.weight[others], risk[others] - risk[k]
            good += weight @ ((less < 0) + 0.5 * (less == 0))
            pairs += weight.sum()
        return good / pairs if pairs else float("nan")


def cox(
    time: ArrayLike, event: ArrayLike, covariates: ArrayLike, *, names: list[str] | None = None, ties: str = "efron",
    strata: ArrayLike | None = None, entry: ArrayLike | None = None, cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> Cox:  # fmt: skip
    """Fit hazard ratios; shapes (row,) and (row, covariate).

    `entry` holds times of entry (rows are (entry, time], several for one patient carry covariates that change);
    `strata` have baselines of their own; `cluster` (patients, say) asks for robust errors, which fractional `weights`
    of the rows need; tied events share theirs. Equations: Cox, J R Stat Soc B 1972;34:187; ties by Efron (J Am Stat
    Assoc 1977;72:557), Breslow, or the exact discrete likelihood. Raises BadInput for impossible input, or where no
    finite hazard ratio fits; UnknownName for a way with ties that does not exist.
    """
    where = "Cox model"
    stop, happened = checked(time, event, where)
    design = matrix(covariates, len(stop), where)
    if ties not in TIES:
        raise unknown("way with ties", ties, TIES, where=where)
    begin = np.full(len(stop), -np.inf) if entry is None else numbers("entries", entry, where)
    if begin.shape != stop.shape or np.any(begin >= stop):
        raise BadInput("an entry at or after its time", where=where, todo="each row is at risk in (entry, time]")
    if ties == "exact" and (entry is not None or weights is not None):
        raise BadInput("exact ties with delayed entry or weights", where=where, todo="ties='efron'")
    heavy = np.ones(len(stop)) if weights is None else numbers("weights", weights, where)
    if heavy.shape != stop.shape or not np.isfinite(heavy).all() or np.any(heavy <= 0):
        raise BadInput("weights do not fit", where=where, todo="one positive number a row")
    if not happened.any():
        raise BadInput("no events", where=where, todo="without events no hazard can be compared")
    labels = [f"x{k + 1}" for k in range(design.shape[1])] if names is None else [str(name) for name in names]
    if len(labels) != design.shape[1]:
        raise BadInput(f"{len(labels)} names for {design.shape[1]} covariates", where=where, todo="one name each")
    layer = np.zeros(len(stop), dtype=np.int64) if strata is None else codes(strata, len(stop), "strata", where)[0]
    sets = RiskSets(begin, stop, happened, design, layer, heavy)

    def likelihood(beta: Floats) -> tuple[float, Floats, Floats]:
        if ties == "exact":
            return exact_likelihood(sets, beta)
        sums = sets.sums(beta, ties)
        return sums.log_likelihood, (sums.covariates - sums.mean).sum(axis=0), sums.variance.sum(axis=0)

    beta, information, values, score_test = maximise(likelihood, design.shape[1], where)
    covariance = np.asarray(np.linalg.inv(information))
    robust: Floats | None = None
    if cluster is not None:
        if ties == "exact":
            raise BadInput("robust errors with exact ties", where=where, todo="ties='efron'")
        member, _ = codes(cluster, len(stop), "clusters", where)
        residual = sets.score_residuals(beta, ties) @ covariance
        summed = np.zeros((member.max() + 1, len(beta)))
        np.add.at(summed, member, residual)
        robust = summed.T @ summed
    events = int(happened.sum())
    return Cox(tuple(labels), beta, covariance, robust, values, score_test, len(stop), events, ties, sets)
