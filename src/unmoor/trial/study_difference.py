"""How much one study differs from the next beyond its patients: other assays, devices, practice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import normal
from unmoor.trial.measure import Kind

Floats = NDArray[np.float64]

#: SD of the logarithm of a number between studies: the middle of what the calibration assumes for its rows
NUMBER = 0.2
#: SD of the logit of a share between studies, derived: 0.2 over an SD of 0.83 between patients (CV 100%), times 1.7
SHARE = 0.4


def with_study_difference(trials: Floats, n: int, kind: Kind, seed: int) -> Floats:
    """The statistic of drawn trials, shape (trial,), each moved by a difference of its study.

    A number or time is multiplied by a lognormal factor, a share of `n` patients moved on the logit scale and kept a
    whole count; a rank correlation, which no factor of an assay or device changes, stays. Addressed by the seed.
    """
    if kind == "association":
        return trials
    scores = normal(seed, "difference between studies", 0, len(trials))
    if kind in ("number", "time"):
        return trials * np.exp(NUMBER * scores)
    inside = np.clip(trials, 0.5 / n, 1 - 0.5 / n)
    moved = 1 / (1 + (1 - inside) / inside * np.exp(-SHARE * scores))
    return np.round(moved * n) / n
