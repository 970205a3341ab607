"""Unit probability mass: posterior probability per length of an interval, which the mTPI designs compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.trials import Floats


def check_width(target: float, below: float, above: float, *, where: str) -> None:
    """Refuses an equivalence interval that is empty or leaves (0, 1).

    Raises BadInput.
    """
    if below < 0 or above < 0 or below + above <= 0 or target - below <= 0 or target + above >= 1:
        text = f"the equivalence interval is {target - below:g} to {target + above:g}"
        raise BadInput(text, where=where, todo="choose below and above so that it lies around the target in (0, 1)")


def heaviest_interval(most: int, edges: Floats, steps: NDArray[np.int64]) -> NDArray[np.int8]:
    """The step of the interval with the largest posterior probability per unit length, shape (patients, DLTs).

    `edges` cut (0, 1) into intervals with one of `steps` each; the prior is Beta(1, 1).
    """
    from scipy.special import betainc

    found = np.zeros((most + 1, most + 1), dtype=np.int8)
    for n in range(most + 1):
        dlt = np.arange(n + 1)[:, None]
        mass = np.diff(betainc(1 + dlt, 1 + n - dlt, edges), axis=1) / np.diff(edges)
        found[n, : n + 1] = steps[np.argmax(mass, axis=1)]
    return found
