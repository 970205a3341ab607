import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.trial.endpoints.response import Options, measure
from unmoor.trial.responses import response_course


def test_who_responded(remission, remission_result):
    course = response_course(remission, remission_result, "treated", "iwg")
    assert course.best.tolist() == ["CR", "PR", "NR", "NR", "CR", "NE"]
    found = measure(Options(response="iwg"), remission, "")
    np.testing.assert_array_equal(found.values(remission_result, "treated"), [1, 1, 0, 0, 1, np.nan])
    complete = measure(Options(response="iwg", counts=["CR", "CRp", "CRi"]), remission, "")
    np.testing.assert_array_equal(complete.values(remission_result, "treated"), [1, 0, 0, 0, 1, np.nan])
    assert (found.kind, found.unit) == ("proportion", "1")
    assert set(found.moments) <= set(remission.times)


def test_what_does_not_exist_is_refused(remission):
    with pytest.raises(UnknownName, match="unknown response of IWG2003 'CRh'"):
        measure(Options(response="iwg", counts=["CRh"]), remission, "study.yaml:9")
    with pytest.raises(UnknownName, match="unknown response of the study 'elm'"):
        measure(Options(response="elm"), remission, "study.yaml:9")
