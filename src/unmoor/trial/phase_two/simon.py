"""Simon's two-stage designs: stop after the first stage with too few responses; smallest on average, or at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction, whole
from unmoor.trial.dose_finding.trials import Floats
from unmoor.trial.phase_two.looks import binomial

MOST = 150


@dataclass(frozen=True, slots=True)
class TwoStage:
    """A two-stage design: stop with at most `r1` of `n1` responses; the drug is of interest with more than `r` of `n`.

    `null` and `alternative` are response rates, `alpha` and `beta` the actual errors, `stop_null` the chance of
    stopping early and `n_null` the expected number of patients, both at the null rate.
    """

    r1: int
    n1: int
    r: int
    n: int
    null: float
    alternative: float
    alpha: float
    beta: float
    stop_null: float
    n_null: float

    def prose(self) -> str:
        """The design in words, as a protocol would state it."""
        return (
            f"Treat {self.n1} patients; stop with {self.r1} or fewer responses, else treat {self.n - self.n1} "
            f"more. More "
            f"than {self.r} responses in {self.n} reject a rate of {self.null:g} (alpha {self.alpha:.4f}, power "
            f"{1 - self.beta:.4f} at {self.alternative:g}; at {self.null:g}, stops early with probability "
            f"{self.stop_null:.3f} and takes {self.n_null:.1f} patients on average)."
        )


def optimal_two_stage(null: float, alternative: float, alpha: float, beta: float, most: int = MOST) -> TwoStage:
    """The two-stage design with the smallest expected number of patients at the null rate (Simon, Control Clin Trials
    1989;10:1), among those of up to `most` patients whose errors are at most `alpha` and `beta`.

    Raises BadInput for rates or errors outside (0, 1), an alternative not above the null, or when no design is
    so small.
    """
    return min(_checked(null, alternative, alpha, beta, most), key=lambda one: (round(one.n_null, 9), one.n))


def minimax_two_stage(null: float, alternative: float, alpha: float, beta: float, most: int = MOST) -> TwoStage:
    """The two-stage design with the smallest largest number of patients, and of these the smallest expected one.

    Raises BadInput as `optimal_two_stage` does.
    """
    return min(_checked(null, alternative, alpha, beta, most), key=lambda one: (one.n, round(one.n_null, 9)))


@lru_cache(maxsize=32)
def _checked(null: float, alternative: float, alpha: float, beta: float, most: int) -> tuple[TwoStage, ...]:
    for name, value in (("null", null), ("alternative", alternative), ("alpha", alpha), ("beta", beta)):
        fraction(name, value, where="Simon's design")
    whole("most", most, 2, where="Simon's design")
    if not null < alternative:
        text = f"the alternative rate {alternative:g} is not above the null rate {null:g}"
        raise BadInput(text, where="Simon's design", todo="choose null < alternative")
    found = tuple(_feasible(null, alternative, alpha, beta, most))
    if not found:
        text = f"no design of up to {most} patients has errors {alpha:g} and {beta:g}"
        raise BadInput(text, where="Simon's design", todo="allow more patients with most=, or larger errors")
    return found


def _feasible(null: float, alternative: float, alpha: float, beta: float, most: int) -> Iterator[TwoStage]:
    """The best design of each (n, n1) that could still be optimal or minimax."""
    best = np.inf
    smallest = most + 1
    for n in range(2, most + 1):
        # most responses that may still not reject, by the power without an early stop
        r_most = int((np.cumsum(binomial(n, alternative)) <= beta).sum()) - 1
        for n1 in range(1, n):
            if r_most < 0 or (n1 >= best and n > smallest):
                break  # a first stage as long as the best average cannot be better
            stop = np.cumsum(binomial(n1, null))
            r1_most = min(int((np.cumsum(binomial(n1, alternative)) <= beta).sum()) - 1, n1)
            if r1_most < 0 or (n > smallest and n1 + (1 - stop[r1_most]) * (n - n1) >= best):
                continue
            at_null = _rejects(n, n1, null, r1_most, r_most)
            if at_null[-1, -1] > alpha:
                continue
            at_alternative = _rejects(n, n1, alternative, r1_most, r_most)
            fits = (at_null <= alpha) & (at_alternative >= 1 - beta)
            if not fits.any():
                continue
            expected = n1 + (1 - stop[: r1_most + 1]) * (n - n1)
            r1 = int(np.argmin(np.where(fits.any(axis=1), expected, np.inf)))
            r = int(np.argmax(fits[r1]))
            best, smallest = min(best, float(expected[r1])), min(smallest, n)
            errors = float(at_null[r1, r]), 1 - float(at_alternative[r1, r])
            yield TwoStage(r1, n1, r, n, null, alternative, *errors, float(stop[r1]), float(expected[r1]))


@cache
def _second_stage(n2: int, rate: float) -> Floats:
    """P(more than k responses in the second stage), shape (k,), k from 0 to n2."""
    return np.append(np.cumsum(binomial(n2, rate)[::-1])[::-1][1:], 0.0)


def _rejects(n: int, n1: int, rate: float, r1_most: int, r_most: int) -> Floats:
    """P(more than r1 responses in the first stage and more than r in all), shape (r1, r), up to the largest of each."""
    first, tail = binomial(n1, rate), _second_stage(n - n1, rate)
    missing = np.arange(r_most + 1)[None, :] - np.arange(n1 + 1)[:, None]  # r - x, for x responses in the first stage
    enough = np.where(missing < 0, 1.0, tail[np.clip(missing, 0, n - n1)])
    above = np.cumsum((first[:, None] * enough)[::-1], axis=0)[::-1]
    rejects: Floats = np.vstack([above[1:], np.zeros((1, r_most + 1))])[: r1_most + 1]
    return rejects
