from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.unit_mass import check_width, heaviest_interval


def test_the_heaviest_interval_per_length_decides() -> None:
    edges, steps = np.array([0.0, 0.25, 0.35, 1.0]), np.array([1, 0, -1])
    found = heaviest_interval(9, edges, steps)
    for n in range(1, 10):
        for dlt in range(n + 1):
            mass = np.diff(beta.cdf(edges, 1 + dlt, 1 + n - dlt)) / np.diff(edges)
            assert found[n, dlt] == steps[np.argmax(mass)]


def test_the_width_is_checked() -> None:
    check_width(0.3, 0.05, 0.05, where="x")
    with pytest.raises(BadInput, match="equivalence interval is 0 to"):
        check_width(0.3, 0.3, 0.05, where="x")
