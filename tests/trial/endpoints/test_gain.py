import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.endpoints.gain import Options, measure

DAY_5 = {"from": "day 5 at 06:00", "to": "day 5 at 12:00"}  # the session runs from 09:00


def test_three_hours_of_a_session_add_three_times_the_speed(bag, bag_result):
    found = measure(Options(output="collected", **DAY_5), bag, "")
    expected = [6.0, 2.1, 1.35, 0.96, 0.3, np.nan]
    np.testing.assert_allclose(found.values(bag_result, "drug"), expected, rtol=1e-6)
    assert (found.unit, found.moments) == ("10^6 cells/kg", (102.0, 108.0))


def test_a_gain_over_what_was_there(bag, bag_result):
    """The count is 61 at 102 h and 3 cells/uL higher six hours later."""
    found = measure(Options(output="count", per="count", **DAY_5), bag, "")
    np.testing.assert_allclose(found.values(bag_result, "drug")[:5], 3 / 61, rtol=1e-5)
    assert found.unit == "1"
    other = measure(Options(output="collected", per="count", **DAY_5), bag, "")
    np.testing.assert_allclose(other.values(bag_result, "drug")[0], 6 / 61, rtol=1e-6)
    assert other.unit == "10^6 cells/kg/(cells/uL)"
    drug = measure(Options(output="count", per="plerixafor_concentration", **DAY_5), bag, "")
    assert np.isnan(drug.values(bag_result, "placebo")).all()


def test_what_cannot_be_asked(bag):
    with pytest.raises(BadInput, match="is not after"):
        measure(Options(output="count", **{"from": "apheresis 2", "to": "apheresis 1"}), bag, "")
    with pytest.raises(UnknownName, match="did you mean 'count'"):
        measure(Options(output="count", per="coumt", **DAY_5), bag, "")
