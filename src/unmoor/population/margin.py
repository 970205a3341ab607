"""One quantity's distribution among patients, as a quantile function of standard normal scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput, unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DISTRIBUTIONS = ("normal", "lognormal", "logitnormal", "uniform")
ROOM = 1e-9  # probability between the bounds below which the bounds contradict the centre and the spread


@dataclass(frozen=True)
class Margin:
    """A distribution by its centre, spread and bounds, all in the declared unit.

    normal: centre is mean and median, spread the SD. lognormal: centre is the median, spread the CV in %, and
    sigma = sqrt(log(1 + (CV/100)^2)), which is exact for the CV of a lognormal quantity. logitnormal: between `lower`
    and `upper` (0 and 1 where not given), centre is the median, spread the SD of the logit. uniform: between `lower`
    and `upper`; centre is only the typical value. Bounds of a normal or lognormal truncate by the inverse of the
    distribution function, so no patients pile up at a bound; the truncated median then differs from the centre.
    """

    distribution: str
    centre: float
    spread: float
    lower: float | None = None
    upper: float | None = None
    where: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant: BadInput for bounds, centre or spread, UnknownName for the distribution."""
        if self.distribution not in DISTRIBUTIONS:
            raise unknown("distribution", self.distribution, DISTRIBUTIONS, where=self.where)
        for what, value in (("centre", self.centre), ("spread", self.spread)):
            if not math.isfinite(value):
                raise self._refused(f"{what} {value} is not a finite number")
        if self.spread < 0:
            raise self._refused(f"spread {self.spread:g} is negative")
        if self.distribution == "uniform" and (self.lower is None or self.upper is None):
            raise self._refused("a uniform distribution needs lower and upper")
        if not self.low < self.high:
            raise self._refused(f"lower {self.low:g} is not below upper {self.high:g}")
        if not self.low <= self.centre <= self.high:
            raise self._refused(f"centre {self.centre:g} is out of range {self.low:g} to {self.high:g}")
        if self.distribution == "lognormal" and self.centre <= 0:
            raise self._refused(f"centre {self.centre:g} of a lognormal distribution is not above zero")
        if self.distribution == "logitnormal" and self.centre in (self.low, self.high):
            raise self._refused(f"centre {self.centre:g} of a logitnormal distribution lies on a bound")
        if self.truncated and self._room() < ROOM:
            raise self._refused(f"bounds {self.low:g} to {self.high:g} leave nearly none of the distribution")

    def _refused(self, what: str) -> BadInput:
        return BadInput(what, where=self.where, todo="give centre, spread, lower and upper in the declared unit")

    @property
    def low(self) -> float:
        """The smallest value that can occur."""
        if self.lower is None:
            return 0.0 if self.distribution in ("lognormal", "logitnormal") else -math.inf
        return max(self.lower, 0.0) if self._positive else self.lower

    @property
    def high(self) -> float:
        """The largest value that can occur."""
        if self.upper is not None:
            return self.upper
        return 1.0 if self.distribution == "logitnormal" else math.inf

    @property
    def _positive(self) -> bool:
        return self.distribution == "lognormal"

    @property
    def sigma(self) -> float:
        """The SD on the scale of the normal scores: of the value, its logarithm or its logit."""
        return math.sqrt(math.log1p((self.spread / 100) ** 2)) if self._positive else self.spread

    @property
    def truncated(self) -> bool:
        """Whether a bound cuts the distribution."""
        bounded = self.low > (0.0 if self._positive else -math.inf) or self.high < math.inf
        return self.distribution in ("normal", "lognormal") and bounded and self.spread > 0

    def _score_bounds(self) -> tuple[float, float]:
        """The bounds as standard normal scores."""

        def score(value: float) -> float:
            if not self._positive:
                return (value - self.centre) / self.sigma
            return -math.inf if value <= 0 else math.log(value / self.centre) / self.sigma

        return score(self.low), score(self.high)

    def _room(self) -> float:
        from scipy.special import ndtr

        low, high = self._score_bounds()
        return float(ndtr(high) - ndtr(low))

    def at(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values, in the declared unit, at standard normal `scores`, shape (patient,)."""
        import numpy as np
        from scipy.special import expit, ndtr, ndtri

        if self.distribution == "uniform":
            return np.asarray(self.low + (self.high - self.low) * ndtr(scores))
        if self.truncated:
            low, high = self._score_bounds()
            first, last = ndtr(low), ndtr(high)
            scores = ndtri(first + (last - first) * ndtr(scores))
        if self.distribution == "lognormal":
            values = self.centre * np.exp(self.sigma * scores)
        elif self.distribution == "logitnormal":
            middle = math.log((self.centre - self.low) / (self.high - self.centre))
            values = self.low + (self.high - self.low) * expit(middle + self.sigma * scores)
        else:
            values = self.centre + self.sigma * scores
        # rounding may step over a bound by one unit in the last place; this clips that and nothing else
        return np.asarray(np.clip(values, self.low, self.high))
