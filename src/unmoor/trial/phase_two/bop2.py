"""BOP2: stop for futility when the posterior chance of beating the null falls below a rising cutoff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.dose_finding.trials import Floats
from unmoor.trial.phase_two.looks import binomial_looks, check_looks

SCALES, POWERS = np.round(np.arange(0.5, 1.0, 0.01), 2), np.round(np.arange(0.0, 1.01, 0.05), 2)


@dataclass(frozen=True, slots=True)
class Bop2:
    """A BOP2 design: at looks[i] patients stop with at most `futile`[i] responses; more at the last look reject it.

    The cutoff is scale (n/N)^power. `alpha` and `power` are exact; `n_null` and `n_alternative` are expected numbers.
    """

    null: float
    alternative: float
    looks: tuple[int, ...]
    futile: tuple[int, ...]
    scale: float
    exponent: float
    alpha: float
    power: float
    n_null: float
    n_alternative: float

    def prose(self) -> str:
        """The design in words, as a protocol would state it."""
        pairs = zip(self.looks, self.futile, strict=True)
        steps = "; ".join(f"{bound} or fewer of {look}" for look, bound in pairs if bound >= 0)
        return (
            f"BOP2: stop for futility with {steps} responses; more at the last look reject a rate of {self.null:g} "
            f"(alpha {self.alpha:.4f}, power {self.power:.4f} at {self.alternative:g})."
        )


def bop2(null: float, alternative: float, looks: Sequence[int], alpha: float) -> Bop2:
    """The BOP2 design (Zhou, Lee and Yuan, Stat Med 2017;36:3302) with the most power among errors of at most `alpha`.

    The prior is Beta(null, 1 - null); scales 0.50 to 0.99 and exponents 0 to 1 are searched exactly; of equal power,
    the smaller expected number at the null. Raises BadInput for rates or alpha outside (0, 1), or looks that
    do not increase.
    """
    for name, value in (("null", null), ("alternative", alternative), ("alpha", alpha)):
        fraction(name, value, where="BOP2")
    if not null < alternative:
        text = f"the alternative rate {alternative:g} is not above the null rate {null:g}"
        raise BadInput(text, where="BOP2", todo="choose null < alternative")
    sizes = check_looks(looks)
    chances = [_beats(null, size) for size in sizes]
    best: Bop2 | None = None
    seen: dict[tuple[int, ...], tuple[float, ...]] = {}
    for scale in SCALES:
        for exponent in POWERS:
            cutoffs = scale * (np.array(sizes) / sizes[-1]) ** exponent
            futile = tuple(int((chance < cutoff).sum()) - 1 for chance, cutoff in zip(chances, cutoffs, strict=True))
            if futile not in seen:
                seen[futile] = _characteristics(null, alternative, sizes, futile)
            error, power, n_null, n_alternative = seen[futile]
            found = Bop2(
                null,
                alternative,
                tuple(sizes),
                futile,
                float(scale),
                float(exponent),
                error,
                power,
                n_null,
                n_alternative,
            )
            if error <= alpha and (best is None or _better(found, best)):
                best = found
    if best is None:
        todo = "allow a larger alpha, or more patients"
        raise BadInput(f"no cutoff keeps the error at {alpha:g}", where="BOP2", todo=todo)
    return best


def _better(one: Bop2, other: Bop2) -> bool:
    if abs(one.power - other.power) > 1e-12:
        return one.power > other.power
    return one.n_null < other.n_null - 1e-12


def _beats(null: float, n: int) -> Floats:
    """P(rate > null | responses of n), shape (response,), which rises with the responses."""
    from scipy.special import betaincc

    responses = np.arange(n + 1)
    beats: Floats = betaincc(null + responses, 1 - null + n - responses, null)
    return beats


def _characteristics(null: float, alternative: float, sizes: list[int], futile: tuple[int, ...]) -> tuple[float, ...]:
    found = []
    for rate in (null, alternative):
        stopped, effective = binomial_looks(rate, sizes, futile)
        found.append((float(effective[-1]), float((stopped + effective) @ sizes)))
    (error, n_null), (power, n_alternative) = found
    return error, power, n_null, n_alternative
