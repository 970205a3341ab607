import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.estimate import check_level, nothing, present, two_sided


def test_the_95_percent_quantile_is_the_textbook_one():
    assert two_sided(0.95) == pytest.approx(1.959963984540054, rel=1e-12)
    assert two_sided(0.90) == pytest.approx(1.6448536269514722, rel=1e-12)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 95.0, np.nan])
def test_a_level_outside_zero_to_one_is_refused(level):
    with pytest.raises(BadInput, match="confidence level"):
        check_level(level)


def test_nan_patients_do_not_contribute():
    np.testing.assert_array_equal(present([1.0, np.nan, 3.0]), [1.0, 3.0])


def test_nothing_says_nothing():
    found = nothing("m")
    assert np.isnan([found.value, found.lower, found.upper]).all()
    assert found.n == 0
