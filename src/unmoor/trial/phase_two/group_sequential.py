"""Group sequential efficacy bounds: critical values of a statistic looked at again and again, one-sided.

The density of the trials still going is carried from look to look by Gauss-Legendre quadrature (Armitage, McPherson
and Rowe, J R Stat Soc A 1969;132:235); the statistic at information t is normal with independent increments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction, whole
from unmoor.trial.dose_finding.trials import Floats

NODES, FAR = 160, 9.0  # quadrature nodes a look; the statistic never falls so far below its mean


@dataclass(frozen=True, slots=True)
class Bounds:
    """Critical values of the z statistic at each look, shape (look,), with what they spend; all one-sided.

    `information` are shares of the largest information, `spent` the error spent up to each look.
    """

    name: str
    information: tuple[float, ...]
    critical: tuple[float, ...]
    spent: tuple[float, ...]

    @property
    def levels(self) -> tuple[float, ...]:
        """The nominal one-sided level of each look."""
        from scipy.special import ndtr

        return tuple(float(level) for level in ndtr(-np.array(self.critical)))

    def crossing(self, drift: float) -> Floats:
        """The chance of crossing first at each look, shape (look,), when the last statistic has mean `drift`."""
        return first_crossing(self.information, self.critical, drift)

    def inflation(self, power: float = 0.8) -> float:
        """How much larger the trial's largest information is than that of one look with the same error and power.

        Raises BadInput for a power outside (0, 1).
        """
        from scipy.optimize import brentq
        from scipy.special import ndtri

        fraction("power", power, where="group sequential bounds")
        single = float(ndtri(1 - self.spent[-1]) + ndtri(power))
        drift = brentq(lambda value: self.crossing(value).sum() - power, 0.1 * single, 3 * single, xtol=1e-12)
        return float((drift / single) ** 2)


def obrien_fleming(looks: int | Sequence[float], alpha: float = 0.025) -> Bounds:
    """Bounds c / sqrt(information) (O'Brien and Fleming, Biometrics 1979;35:549); `looks` counts them or gives shares.

    Raises BadInput for an alpha outside (0, 1) or information that does not increase to 1.
    """
    return _constant("O'Brien-Fleming", looks, alpha, lambda information: 1 / np.sqrt(information))


def pocock(looks: int | Sequence[float], alpha: float = 0.025) -> Bounds:
    """The same bound at every look (Pocock, Biometrika 1977;64:191).

    Raises BadInput as `obrien_fleming` does.
    """
    return _constant("Pocock", looks, alpha, np.ones_like)


def lan_demets(looks: int | Sequence[float], alpha: float = 0.025, *, like_pocock: bool = False) -> Bounds:
    """Bounds that spend the error by the information (Lan and DeMets, Biometrika 1983;70:659), at any looks.

    Spending: 2 - 2 Phi(z(1 - alpha/2) / sqrt(t)), like O'Brien and Fleming's, or alpha log(1 + (e - 1) t), like
    Pocock's. Raises BadInput as `obrien_fleming` does.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    information = _information(looks)
    fraction("alpha", alpha, where="group sequential bounds")
    shares = np.array(information)
    spent = (
        alpha * np.log1p((np.e - 1) * shares) if like_pocock else 2 - 2 * ndtr(ndtri(1 - alpha / 2) / np.sqrt(shares))
    )
    critical: list[float] = []
    for look, step in enumerate(np.diff(spent, prepend=0.0)):

        def over(value: float, look: int = look, step: float = step) -> float:
            return float(first_crossing(information[: look + 1], (*critical, value), 0.0)[-1] - step)

        critical.append(float(brentq(over, 0.0, FAR - 0.5, xtol=1e-12)))
    name = "Lan-DeMets, Pocock spending" if like_pocock else "Lan-DeMets, O'Brien-Fleming spending"
    return Bounds(name, information, tuple(critical), tuple(map(float, spent)))


def first_crossing(information: Sequence[float], critical: Sequence[float], drift: float) -> Floats:
    """The chance that the statistic first reaches its bound at each look, shape (look,); its last mean is `drift`."""
    from scipy.special import ndtr

    at, weight = _legendre()
    found = np.empty(len(critical))
    nodes, mass, before = np.zeros(1), np.ones(1), 0.0
    # in the scale of Brownian motion b(t) = z sqrt(t), with drift
    for look, (time, bound) in enumerate(zip(information, critical, strict=True)):
        step, end = np.sqrt(time - before), bound * np.sqrt(time)
        mean = nodes + drift * (time - before)
        found[look] = mass @ ndtr((mean - end) / step)
        low = min(drift, 0.0) * time - FAR * np.sqrt(time)
        half = max(end - low, 0.0) / 2
        following = low + half * (at + 1)
        kernel = np.exp(-(((following[:, None] - mean) / step) ** 2) / 2) / (step * np.sqrt(2 * np.pi))
        nodes, mass, before = following, half * weight * (kernel @ mass), time
    return found


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    at, weight = np.polynomial.legendre.leggauss(NODES)
    return at, weight


def _constant(name: str, looks: int | Sequence[float], alpha: float, shape: Callable[[Floats], Floats]) -> Bounds:
    from scipy.optimize import brentq

    information = _information(looks)
    fraction("alpha", alpha, where="group sequential bounds")
    form = shape(np.array(information))

    def over(constant: float) -> float:
        return float(first_crossing(information, (constant * form).tolist(), 0.0).sum() - alpha)

    critical: list[float] = (brentq(over, 0.0, 8.0, xtol=1e-12) * form).tolist()
    spent = np.cumsum(first_crossing(information, critical, 0.0))
    return Bounds(name, information, tuple(map(float, critical)), tuple(map(float, spent)))


def _information(looks: int | Sequence[float]) -> tuple[float, ...]:
    where = "group sequential bounds"
    if isinstance(looks, int):
        whole("looks", looks, 1, where=where)
        return tuple((look + 1) / looks for look in range(looks))
    shares = tuple(float(share) for share in looks)
    steps = np.diff(shares, prepend=0.0)
    if not shares or not (steps > 0).all() or abs(shares[-1] - 1) > 1e-9:
        todo = "give increasing shares that end at 1, such as 0.5, 1"
        raise BadInput(f"information {list(looks)}", where=where, todo=todo)
    return shares
