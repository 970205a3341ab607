from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.conduct.plan import ConductPlan
from unmoor.trial.endpoints.progression_free import Options, measure
from unmoor.trial.responses import response_course


def test_progression_death_and_the_last_assessment(remission, remission_result):
    course = response_course(remission, remission_result, "treated", "imwg")
    alone = measure(Options(response="imwg", unit="days"), remission, "").values(remission_result, "treated")
    np.testing.assert_allclose(alone[:5, 0], course.end[:5] / 24)
    np.testing.assert_array_equal(alone[:5, 1], course.ended[:5])
    assert np.isnan(alone[5]).all()
    found = measure(Options(response="imwg", death="death", unit="days"), remission, "")
    values = found.values(remission_result, "treated")
    np.testing.assert_array_equal(values[:3], alone[:3])
    # dead after 30 days, seen on the grid of 7 days and of the assessments; progression came later
    assert alone[3, 0] > 35
    np.testing.assert_array_equal(values[3], [35, 1])
    # censored on day 273 as far as progression goes, dead after 290 days and seen on day 294
    np.testing.assert_array_equal(alone[4], [273, 0])
    np.testing.assert_array_equal(values[4], [294, 1])
    assert (found.kind, found.unit) == ("time", "days")


def test_what_cannot_be_meant_is_refused(remission):
    with pytest.raises(BadInput, match="IWG2003 knows relapse, not progression"):
        measure(Options(response="iwg"), remission, "")
    with pytest.raises(UnknownName, match="unknown output of sampling 'deth'"):
        measure(Options(response="imwg", death="deth"), remission, "")
    with pytest.raises(BadInput, match="cannot be read as"):
        measure(Options(response="imwg", unit="cells"), remission, "")


def test_a_death_after_the_patient_left_is_not_seen(remission, remission_result):
    # patient 4 dies on day 290; the data are cut before that, all having entered at once, and the last
    # confirmed assessment is that of day 252
    plan = ConductPlan(0.0, 1.0, 0.0, 285 * 24.0, 0.0, ())
    options = Options(response="imwg", death="death", unit="days")
    values = measure(options, replace(remission, conduct=plan), "").values(remission_result, "treated")
    np.testing.assert_array_equal(values[3], [35, 1])
    np.testing.assert_array_equal(values[4], [252, 0])
