import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.spread import spread


def test_by_hand():
    """Of 1, 2, 3, 4: variance 5/3, fourth moment 2.5625; z = 1.96."""
    found = spread([1.0, 2.0, 3.0, 4.0, np.nan])
    assert found.value == pytest.approx(np.sqrt(5 / 3))
    error = 1.959964 * np.sqrt(max(2.5625 / (5 / 3) ** 2 - 1, 0) / 4) / 2
    assert found.upper == pytest.approx(found.value * np.exp(error))
    assert found.n == 4


def test_its_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(4)
    found = [spread(rng.gamma(4.0, 1.0, 400)) for _ in range(1500)]
    covered = np.mean([each.lower <= 2.0 <= each.upper for each in found])
    assert 0.92 < covered < 0.97


def test_too_few_or_all_alike():
    assert np.isnan(spread([3.0]).value)
    same = spread([3.0, 3.0])
    assert (same.value, same.lower, same.upper) == (0.0, 0.0, 0.0)
    with pytest.raises(BadInput, match="confidence level"):
        spread([1.0, 2.0], level=1.0)
