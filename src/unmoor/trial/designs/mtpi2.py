"""mTPI-2: the toxicity probability interval design with intervals of equal length, which keeps Ockham's razor away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.designs.mtpi import Mtpi
from unmoor.trial.dose_finding.unit_mass import heaviest_interval


@dataclass(frozen=True, kw_only=True)
class Mtpi2(Mtpi):
    """mTPI-2 with the equivalence interval [target - below, target + above]; the rest is cut into intervals as long.

    The interval with the largest posterior probability per unit length decides: escalate below the equivalence
    interval, stay in it, de-escalate above it (Guo et al., Contemp Clin Trials 2017;58:23).
    """

    def steps(self, most: int) -> NDArray[np.int8]:
        """The step of the heaviest interval."""
        low, high, width = self.target - self.below, self.target + self.above, self.below + self.above
        # the outermost intervals are shorter when the length does not divide what is left; slivers are rounding
        lower = [edge for edge in low - width * np.arange(int(low / width) + 1) if edge > 1e-9]
        upper = [edge for edge in high + width * np.arange(int((1 - high) / width) + 1) if edge < 1 - 1e-9]
        edges = np.array([0.0, *sorted(lower), *upper, 1.0])
        middles = (edges[:-1] + edges[1:]) / 2
        steps = np.where(middles < low, 1, np.where(middles > high, -1, 0))
        return heaviest_interval(most, edges, steps)

    def boundary_prose(self) -> str:
        """The boundaries in words."""
        low, high = self.target - self.below, self.target + self.above
        return (
            f"After each cohort, the range of DLT rates is cut into intervals as long as {low:g} to {high:g}; the one "
            "with the largest posterior probability per unit length (flat prior, data of the current level) says "
            f"whether to escalate one level (below {low:g}), stay or de-escalate one level (above {high:g}) (mTPI-2)."
        )
