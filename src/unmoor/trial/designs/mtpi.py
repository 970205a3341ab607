"""mTPI, the modified toxicity probability interval design: under-, equivalent or overdosing, by unit mass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.dose_finding.interval_design import IntervalDesign
from unmoor.trial.dose_finding.unit_mass import check_width, heaviest_interval


@dataclass(frozen=True, kw_only=True)
class Mtpi(IntervalDesign):
    """mTPI with the equivalence interval [target - below, target + above].

    Of (0, target - below), the equivalence interval and (target + above, 1), the one with the largest posterior
    probability per unit length decides: escalate, stay or de-escalate (Ji et al., Clin Trials 2010;7:653).
    """

    below: float = 0.05
    above: float = 0.05

    def __post_init__(self) -> None:
        super().__post_init__()
        check_width(self.target, self.below, self.above, where=type(self).__name__)

    def steps(self, most: int) -> NDArray[np.int8]:
        """The step of the heaviest of the three intervals."""
        edges = [0.0, self.target - self.below, self.target + self.above, 1.0]
        return heaviest_interval(most, np.array(edges), np.array([1, 0, -1]))

    def boundary_prose(self) -> str:
        """The boundaries in words."""
        low, high = self.target - self.below, self.target + self.above
        return (
            f"After each cohort, of the DLT rates below {low:g}, from {low:g} to {high:g} and above {high:g} the "
            "interval with the largest posterior probability per unit length (flat prior, data of the current level) "
            "says whether to escalate one level, stay or de-escalate one level (mTPI)."
        )
