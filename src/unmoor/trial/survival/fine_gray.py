"""Fine and Gray's regression: covariates and the cumulative incidence of a cause, others competing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmoor.trial.survival.kaplan_meier import kaplan_meier
from unmoor.trial.survival.newton import maximise
from unmoor.trial.survival.times import Bools, Floats, causes_of, matrix, numbers


@dataclass(frozen=True, eq=False)
class FineGray:
    """A fitted model: log subdistribution hazard ratios with covariance, log likelihoods at 0 and at the fit."""

    names: tuple[str, ...]
    coefficient: Floats
    covariance: Floats
    log_likelihood: tuple[float, float]
    time: Floats
    hazard: Floats

    @property
    def standard_error(self) -> Floats:
        """Standard errors that know the curve of censoring was estimated, shape (covariate,)."""
        return np.sqrt(np.diag(self.covariance))

    def incidence(self, covariates: ArrayLike, times: ArrayLike) -> Floats:
        """Predicted cumulative incidence of one patient (covariate,) at `times`, shape (time,)."""
        row = numbers("covariates", covariates, "Fine-Gray model")
        reached = np.atleast_1d(np.asarray(times, dtype=float))[:, None] >= self.time
        return 1 - np.exp(-(reached @ self.hazard) * np.exp(row @ self.coefficient))


def fine_gray(
    time: ArrayLike, cause: ArrayLike, covariates: ArrayLike, *, of: int = 1, names: list[str] | None = None
) -> FineGray:
    """Fit the subdistribution hazard of cause `of`; shapes (patient,) and (patient, covariate), cause 0 is censored.

    Equations: Fine and Gray, J Am Stat Assoc 1999;94:496: who had a competing cause stays at risk with weight
    G(t-)/G(X-), G the Kaplan-Meier curve of censoring; the covariance is their sandwich. Raises BadInput for impossible
    input, a cause that nobody has, or where no finite ratio fits.
    """
    where = "Fine-Gray model"
    times, event, competing, censored = causes_of(time, cause, of, where)
    x = matrix(covariates, len(times), where)
    labels = [f"x{k + 1}" for k in range(x.shape[1])] if names is None else [str(name) for name in names]
    moments = np.unique(times[event])
    weight = _weights(times, competing, censored, moments)
    deaths = np.array([np.count_nonzero(event & (times == t)) for t in moments], dtype=float)
    summed = x[event].sum(axis=0)
    products = np.einsum("ri,rj->rij", x, x).reshape(len(x), -1)

    def at_risk(beta: Floats) -> tuple[Floats, Floats, Floats]:
        """Per event time: the sum of risks, their mean covariate, the weighted risks themselves."""
        weighted = weight * np.exp(x @ beta)
        total = weighted.sum(axis=1)
        return total, weighted @ x / total[:, None], weighted

    def likelihood(beta: Floats) -> tuple[float, Floats, Floats]:
        total, mean, weighted = at_risk(beta)
        second = (weighted @ products / total[:, None]).reshape(-1, x.shape[1], x.shape[1])
        spread = np.einsum("t,tij->ij", deaths, second - np.einsum("ti,tj->tij", mean, mean))
        return float((x @ beta)[event].sum() - deaths @ np.log(total)), summed - deaths @ mean, spread

    beta, information, values, _ = maximise(likelihood, x.shape[1], where)
    total, mean, _ = at_risk(beta)
    hazard = deaths / total
    influence = _influence(times, event, censored, competing, x, beta, weight, moments, hazard, mean)
    bread = np.linalg.inv(information)
    return FineGray(tuple(labels), beta, bread @ (influence.T @ influence) @ bread, values, moments, hazard)


def _weights(times: Floats, competing: Bools, censored: Bools, moments: Floats) -> Floats:
    """w_i(t), shape (event time, patient): 1 while at risk, G(t-)/G(X_i-) after a competing cause, else 0."""
    curve = kaplan_meier(times, censored)
    at_events, _, _ = curve.at(np.nextafter(moments, -np.inf))
    at_own, _, _ = curve.at(np.nextafter(times, -np.inf))
    at_risk = times >= moments[:, None]
    later = competing & ~at_risk
    return np.where(at_risk, 1.0, np.where(later, at_events[:, None] / at_own, 0.0))


def _influence(
    times: Floats, event: Bools, censored: Bools, competing: Bools, x: Floats, beta: Floats, weight: Floats,
    moments: Floats, hazard: Floats, mean: Floats,
) -> Floats:  # fmt: skip
    """Each patient's part in the score, eta + psi of Fine and Gray, shape (patient, covariate)."""
    risk = np.exp(x @ beta)
    where_event = np.searchsorted(moments, times)
    eta = np.where(event[:, None], x - mean[np.minimum(where_event, len(moments) - 1)], 0.0)
    flow = weight * risk * hazard[:, None]  # w dLambda, (event time, patient)
    eta -= x * flow.sum(axis=0)[:, None] - flow.T @ mean
    leaving = np.unique(times[censored])
    if not len(leaving):
        return eta
    at_risk = (times[:, None] >= leaving).astype(float)
    number = at_risk.sum(axis=0)
    # q(u): what a wrong G at u does to the terms of those with a competing cause before u, at event times from u on
    q = np.zeros((len(leaving), x.shape[1]))
    for k, u in enumerate(leaving):
        before = competing & (times < u)
        part = flow[moments >= u][:, before]
        q[k] = part.sum(axis=0) @ x[before] - part.sum(axis=1) @ mean[moments >= u]
    left = ((times[:, None] == leaving) & censored[:, None]).astype(float)
    compensated = left - at_risk * (left.sum(axis=0) / number)
    return np.asarray(eta + compensated @ (q / number[:, None]))
