import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.endpoints.value_at import Options, measure


def test_a_count_of_22_after_a_day_and_of_58_two_hours_after_the_first_dose(bag, bag_result):
    day = measure(Options(output="count", at="day 2 at 00:00"), bag, "")
    np.testing.assert_allclose(day.values(bag_result, "drug"), [22.0] * 5 + [np.nan], rtol=1e-6)
    assert (day.unit, day.moments, day.statistic) == ("cells/uL", (24.0,), "median")
    dose = measure(Options(output="count", at="2 h after first plerixafor", statistic="mean"), bag, "")
    np.testing.assert_allclose(dose.values(bag_result, "placebo")[:5], 58.0, rtol=1e-6)


def test_what_cannot_be_asked(bag):
    with pytest.raises(BadInput, match="outside the study"):
        measure(Options(output="count", at="day 20 at 00:00"), bag, "")
    with pytest.raises(UnknownName, match="did you mean 'count'"):
        measure(Options(output="cuont", at="day 2 at 00:00"), bag, "")
