"""Exact chances of a trial that looks at its responses again and again and may stop at each look."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import whole
from unmoor.trial.dose_finding.trials import Floats


def binomial_looks(
    rate: float, looks: Sequence[int], futile: Sequence[int], effective: Sequence[int] | None = None
) -> tuple[Floats, Floats]:
    """Chances of stopping for futility and for efficacy at each look, both of shape (look,), at a true response rate.

    At looks[i] patients the trial stops as futile with at most futile[i] responses (-1 never does), as effective with
    at least effective[i] (left out, more than futile at the last look alone). Raises BadInput for looks that do not
    increase or bounds that are not one a look.
    """
    sizes = check_looks(looks)
    last = [2**31] * (len(sizes) - 1) + [futile[-1] + 1] if effective is None else list(effective)
    if len(futile) != len(sizes) or len(last) != len(sizes):
        raise BadInput("bounds that are not one a look", where="looks", todo=f"give {len(sizes)} bounds")
    going, before = np.ones(1), 0
    stopped = np.zeros((2, len(sizes)))
    for look, size in enumerate(sizes):
        going = np.convolve(going, binomial(size - before, rate))
        responses = np.arange(len(going))
        for row, stops in enumerate((responses <= futile[look], responses >= last[look])):
            stopped[row, look] = going[stops].sum()
        going = np.where((responses <= futile[look]) | (responses >= last[look]), 0.0, going)
        before = size
    return stopped[0], stopped[1]


@lru_cache(maxsize=4096)
def binomial(n: int, rate: float) -> Floats:
    """Binomial probabilities of 0 to n responses, shape (response,)."""
    from scipy.stats import binom

    chances: Floats = binom.pmf(np.arange(n + 1), n, rate)
    return chances


def check_looks(looks: Sequence[int]) -> list[int]:
    """The patients at each look, which increase.

    Raises BadInput otherwise.
    """
    sizes = [whole("patients at a look", size, 1, where="looks") for size in looks]
    if not sizes or any(later <= earlier for earlier, later in itertools.pairwise(sizes)):
        raise BadInput(
            f"looks at {list(looks)} patients", where="looks", todo="give increasing numbers, such as 10, 20"
        )
    return sizes
