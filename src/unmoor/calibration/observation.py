"""Observation models: what a published summary of a group says of a prediction, as one standardised residual."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.base.units import factor

Floats = NDArray[np.float64]
KINDS = ("typical", "mean", "median", "geometric mean", "quantile", "sd", "cv", "log cv", "share", "chance")
PEOPLE_ONLY = ("quantile", "sd", "cv", "log cv", "share", "chance")
SPREADS = ("SD", "SEM", "CV", "IQR", "range")
_QUANTILE = re.compile(r"quantile\s+(?P<level>0?\.\d+)")
_SHARE = re.compile(r"share\s*(?P<side>>=|<)\s*(?P<level>[\d.eE+-]+)\s+(?P<unit>\S.*)")
_TWO = re.compile(r"(?P<low>[\d.eE+]+)\s*-\s*(?P<high>[\d.eE+]+)")


@dataclass(frozen=True)
class Observation:
    """What was summarised: a kind of KINDS; `level` is the fraction of a quantile or the threshold of a share.

    The threshold is in internal units; `below` counts those under it. "typical" is a number read as the typical
    person's, "log cv" the CV in % of a lognormal quantity with the SD of the logarithms, "chance" a share of people
    whose output is each person's own chance.
    """

    kind: str = "typical"
    level: float = math.nan
    below: bool = False

    @classmethod
    def read(cls, text: str, where: str = "") -> Observation:
        """The observation that a table's cell names: a kind, `quantile 0.9`, or `share >= 5 10^6 cells/kg`.

        Raises UnknownName for another kind, BadInput for a level that cannot be meant.
        """
        if found := _QUANTILE.fullmatch(text):
            return cls("quantile", float(found["level"]))
        if found := _SHARE.fullmatch(text):
            try:
                level = float(found["level"]) * factor(found["unit"], where=where)
            except ValueError:
                level = math.nan
            if not level > 0:
                raise BadInput(f"the threshold of '{text}' is not a positive number", where=where)
            return cls("share", level, found["side"] == "<")
        if text in ("quantile", "share"):
            todo = "write quantile 0.9" if text == "quantile" else "write share >= 5 10^6 cells/kg"
            raise BadInput(f"'{text}' needs a level", where=where, todo=todo)
        if text not in KINDS:
            raise unknown("observation", text, KINDS, where=where)
        return cls(text)

    @property
    def in_percent(self) -> bool:
        """Whether the summary is in % whatever the output's unit is."""
        return self.kind in ("cv", "log cv", "share", "chance")

    @property
    def counts(self) -> bool:
        """Whether the summary counts people, so that it varies as a binomial share."""
        return self.kind in ("share", "chance")

    def of_people(self, values: Floats) -> Floats:
        """The summary (set,) of simulated individuals `values` (set, person), in internal units or in %.

        Quantiles weigh all order statistics (Harrell and Davis 1982, doi:10.1093/biomet/69.3.635) and a share counts
        each person by a kernel on the logarithm, so that both are smooth in the parameters.
        """
        if self.kind == "mean":
            return np.asarray(values.mean(axis=1))
        if self.kind == "chance":
            return np.asarray(100 * values.mean(axis=1))
        if self.kind == "sd":
            return np.asarray(values.std(axis=1, ddof=1))
        if self.kind == "cv":
            return np.asarray(100 * values.std(axis=1, ddof=1) / values.mean(axis=1))
        logs = np.log(np.maximum(values, np.finfo(float).tiny))
        if self.kind == "log cv":
            return np.asarray(100 * np.sqrt(np.expm1(logs.var(axis=1, ddof=1))))
        if self.kind == "share":
            above = _share_above(logs, math.log(self.level))
            return 100 * (1 - above if self.below else above)
        if self.kind in ("median", "quantile"):
            level = self.level if self.kind == "quantile" else 0.5
            return np.asarray(np.exp(np.sort(logs, axis=1) @ _harrell_davis(values.shape[1], level)))
        return np.asarray(np.exp(logs.mean(axis=1)))

    def sampling_error(self, sigma: float, n: float) -> float:
        """SD of the logarithm of the summary of `n` people whose logarithms have the SD `sigma`; 0 where unknown.

        Of a mean CV / sqrt(n); of a quantile by the density of the normal distribution (of a median 1.253 sigma /
        sqrt(n)); of an SD by the kurtosis of the lognormal; of a CV 1 / sqrt(2 n) on the logarithms, sqrt(1/2 + CV^2) /
        sqrt(n) for SD over mean.
        """
        from scipy.special import ndtri

        if not math.isfinite(n):
            return 0.0
        if self.kind == "log cv":
            return math.sqrt(0.5 / n)
        if not math.isfinite(sigma):
            return 0.0
        cv = math.sqrt(math.expm1(sigma**2))
        if self.kind in ("typical", "mean"):
            return cv / math.sqrt(n)
        if self.kind == "cv":
            return math.sqrt((0.5 + cv**2) / n)
        if self.kind == "sd":
            w = math.exp(sigma**2)
            return math.sqrt((w**4 + 2 * w**3 + 3 * w**2 - 4) / (4 * n))
        if self.kind == "geometric mean":
            return sigma / math.sqrt(n)
        level = self.level if self.kind == "quantile" else 0.5
        density = math.exp(-(float(ndtri(level)) ** 2) / 2) / math.sqrt(2 * math.pi)
        return sigma * math.sqrt(level * (1 - level) / n) / density


def share_residual(predicted: Floats, published: float, n: float) -> Floats:
    """The deviance residual of a published share of `n` people, both in %; minus half its square is the log-likelihood.

    That is the binomial one, up to the constant that makes it 0 where prediction and publication agree; positive where
    the prediction is higher.
    """
    from scipy.special import xlogy

    q, p = np.clip(predicted / 100, 1e-9, 1 - 1e-9), published / 100
    deviance = 2 * n * (xlogy(p, p) - xlogy(p, q) + xlogy(1 - p, 1 - p) - xlogy(1 - p, 1 - q))
    return np.asarray(np.sign(q - p) * np.sqrt(np.maximum(deviance, 0.0)))


def counted(published: float, n: float, between: float) -> float:
    """People that a share in % weighs as, when studies differ by the SD `between` of the logit on top of sampling.

    The variance p (1 - p) / n + (between p (1 - p))^2 is that of a binomial share of so many people.
    """
    p = (published / 100 * n + 0.5) / (n + 1)
    return 1 / (1 / n + between**2 * p * (1 - p))


def log_sd(kind: str, spread: str, value: float, n: float, where: str = "") -> float:
    """SD of the logarithms that a published spread tells, the quantity taken as lognormal; nan for no spread.

    SD, SEM and CV (in %) by sigma^2 = log(1 + CV^2); IQR `low-high` by 1.349 sigma; range by the expected range of `n`
    normal numbers (Tippett 1925, doi:10.1093/biomet/17.3-4.364).
    Raises UnknownName for another kind, BadInput for text that is no number or no range.
    """
    if not kind:
        return math.nan
    if kind not in SPREADS:
        raise unknown("spread_kind", kind, SPREADS, where=where)
    if kind in ("IQR", "range"):
        found = _TWO.fullmatch(spread)
        if found is None or not 0 < float(found["low"]) < float(found["high"]):
            raise BadInput(f"spread '{spread}' is no {kind}", where=where, todo="write low-high, as 1.5-7.2")
        width = math.log(float(found["high"]) / float(found["low"]))
        if kind == "IQR":
            return width / 1.3489795
        if not n >= 2:
            raise BadInput("a range tells no spread without n", where=where, todo="give n, the people it spans")
        return width / expected_range(n)
    try:
        cv = float(spread) / (100 if kind == "CV" else value)
    except ValueError:
        raise BadInput(f"spread is '{spread}', not a number", where=where) from None
    if kind == "SEM":
        if not math.isfinite(n):
            return math.nan
        cv *= math.sqrt(n)
    return math.sqrt(math.log1p(cv**2))


def expected_range(n: float) -> float:
    """The expected range of `n` standard normal numbers."""
    from scipy.integrate import quad
    from scipy.special import ndtr

    return float(quad(lambda x: 1 - ndtr(x) ** n - ndtr(-x) ** n, -12, 12, limit=200)[0])


def _harrell_davis(people: int, level: float) -> Floats:
    """Weights (person,) of the order statistics."""
    from scipy.special import betainc

    edges = np.arange(people + 1) / people
    return np.asarray(np.diff(betainc((people + 1) * level, (people + 1) * (1 - level), edges)))


def _share_above(logs: Floats, threshold: float) -> Floats:
    """The share (set,) above a threshold of the logarithm, each person a normal kernel instead of a step.

    The points are drawn in so far that kernel and points together keep the variance of the people.
    """
    from scipy.special import ndtr

    centre, spread = logs.mean(axis=1, keepdims=True), logs.std(axis=1, keepdims=True)
    relative = 0.9 * logs.shape[1] ** -0.2  # Silverman's rule, in SDs
    points = centre + (logs - centre) * math.sqrt(1 - min(relative, 0.9) ** 2)
    width = np.maximum(relative * spread, 1e-12)
    return np.asarray(ndtr((points - threshold) / width).mean(axis=1))
