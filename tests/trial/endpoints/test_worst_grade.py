import numpy as np
import pytest
from pydantic import ValidationError

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria import ctcae_grade
from unmoor.trial.endpoints.worst_grade import Options, measure

TERM = "neutrophil count decreased"


@pytest.mark.parametrize(("criterion", "version"), [("CTCAE5", "v5"), ("CTCAE6", "v6")])
@pytest.mark.parametrize("grade", [2, 3, 4])
def test_the_grade_of_the_lowest_count(remission, remission_result, burden, criterion, version, grade):
    options = Options(criterion=criterion, term=TERM, output="anc", grade=grade, **{"from": "day 15 at 00:00"})
    found = measure(options, remission, "")
    days = remission.times[remission.times >= 336] / 24
    worst = ctcae_grade(version, TERM, (0.5 / burden(days)).min(axis=1), lower_limit=1.5)
    values = found.values(remission_result, "treated")
    np.testing.assert_array_equal(values[:5], (worst >= grade)[:5])
    assert np.isnan(values[5])
    assert (found.kind, found.moments) == ("proportion", (336.0, 8064.0))


def test_limits_of_normal_have_units(remission, remission_result):
    low = {"criterion": "CTCAE5", "term": "platelet count decreased", "output": "platelets", "grade": 1}
    with pytest.raises(BadInput, match="no lower_limit"):
        measure(Options(**low), remission, "")
    with pytest.raises(BadInput, match="'150' has no unit"):
        measure(Options(**low, lower_limit=150), remission, "")
    found = measure(Options(**low, lower_limit="150000 10^6 cells/L"), remission, "")
    assert found.values(remission_result, "treated")[:5].tolist() == [1.0] * 5, "all begin with 40"
    high = {"criterion": "CTCAE5", "term": "creatinine increased", "output": "m_protein", "grade": 2}
    above = measure(Options(**high, upper_limit="20 g/L"), remission, "").values(remission_result, "treated")
    np.testing.assert_array_equal(above[:5], 1.0)  # 40 g/L at the start is twice the limit
    never = measure(Options(**high, upper_limit="20000 g/L"), remission, "").values(remission_result, "treated")
    np.testing.assert_array_equal(never[:5], 0.0)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"criterion": "CTCAE4"}, UnknownName, "unknown version of CTCAE 'CTCAE4'"),
        ({"term": "neutrophil count increased"}, UnknownName, "did you mean 'neutrophil count decreased'"),
        ({"output": "ank"}, UnknownName, "did you mean 'anc'"),
        ({"output": "m_protein"}, BadInput, "cannot be read as '10\\^9 cells/L'"),
        ({"term": "anemia", "grade": 4, "output": "m_protein"}, BadInput, "grade 4 of 'anemia' has no bound"),
        ({"to": "day 1 at 00:00"}, BadInput, "is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(remission, changes, error, message):
    with pytest.raises(error, match=message):
        measure(
            Options(**({"criterion": "CTCAE5", "term": TERM, "output": "anc", "grade": 3} | changes)), remission, ""
        )


def test_there_is_no_grade_without_a_number():
    with pytest.raises(ValidationError, match="grade"):
        Options(criterion="CTCAE5", term=TERM, output="anc", grade=5)
