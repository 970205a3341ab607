import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.endpoints.response_duration import Options, measure
from unmoor.trial.responses import response_course


def test_how_long_responses_last(remission, remission_result):
    course = response_course(remission, remission_result, "treated", "iwg")
    found = measure(Options(response="iwg"), remission, "")
    values = found.values(remission_result, "treated")
    np.testing.assert_allclose(values[:, 0], (course.end - course.onset) / 730.5)
    np.testing.assert_array_equal(values[:, 1], [1, 1, np.nan, np.nan, 0, np.nan])
    assert values[1, 0] == pytest.approx(2 * 28 / 30.4375), "two assessments of partial response, lost at the third"
    assert (found.kind, found.unit) == ("time", "months")
    days = measure(Options(response="iwg", unit="days"), remission, "").values(remission_result, "treated")
    np.testing.assert_allclose(days[:, 0], values[:, 0] * 30.4375)
    complete = measure(Options(response="iwg", counts=["CR"]), remission, "").values(remission_result, "treated")
    assert np.isnan(complete[1]).all(), "a partial response does not count here"


def test_what_cannot_be_meant_is_refused(remission):
    with pytest.raises(BadInput, match="cannot be read as"):
        measure(Options(response="iwg", unit="kg"), remission, "")
    with pytest.raises(UnknownName, match="unknown response of IWG2003 'VGPR'"):
        measure(Options(response="iwg", counts=["VGPR"]), remission, "")
