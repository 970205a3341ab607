import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.trial.endpoints.time_to_response import Options, measure
from unmoor.trial.responses import response_course


def test_how_soon_a_response_comes(remission, remission_result):
    course = response_course(remission, remission_result, "treated", "iwg")
    found = measure(Options(response="iwg", unit="days", statistic="mean"), remission, "")
    values = found.values(remission_result, "treated")
    np.testing.assert_allclose(values, course.onset / 24)
    assert values[0] == 28
    assert np.isnan(values[[3, 5]]).all()
    assert (found.kind, found.unit, found.statistic) == ("number", "days", "mean")
    with pytest.raises(UnknownName, match="unknown response of IWG2003 'sCR'"):
        measure(Options(response="iwg", counts=["sCR"]), remission, "")
