import numpy as np
import pytest

from unmoor.trial.adam.times import adtte
from unmoor.trial.responses import response_course


def test_times_to_a_target(bag, bag_result):
    table = adtte(bag, bag_result)
    rows = table[table["USUBJID"].str.startswith("bag.drug.")].set_index("USUBJID")
    # of the speeds of the fixture: reached after one to four sessions, and never
    assert rows["AVAL"].tolist()[:5] == [1, 2, 3, 4, 4]
    assert rows["CNSR"].tolist()[:5] == [0, 0, 0, 0, 1]
    assert rows["EVNTDESC"].iloc[4] == "LAST PLANNED SESSION"


def test_a_response_lasts_from_its_onset_to_relapse_or_the_last_assessment(oncology, oncology_result):
    table = adtte(oncology, oncology_result)
    assert set(table["AVALU"]) == {"MONTHS"}
    course = response_course(oncology, oncology_result, "low", "iwg")
    responded = ~np.isnan(course.onset)
    rows = table[table["USUBJID"].str.startswith("oncology.low.")]
    months = 365.25 / 12 * 24
    assert rows["AVAL"].tolist() == pytest.approx(((course.end - course.onset) / months)[responded].tolist())
    np.testing.assert_array_equal(rows["CNSR"] == 0, course.ended[responded])
    words = np.where(rows["CNSR"] == 0, "RELAPSE OR PROGRESSION", "LAST ASSESSMENT")
    assert rows["EVNTDESC"].tolist() == words.tolist()
    assert set(words) == {"RELAPSE OR PROGRESSION", "LAST ASSESSMENT"}


def test_an_end_by_death_is_called_so(remission, remission_result):
    table = adtte(remission, remission_result)
    free = table[table["PARAM"] == "Free of progression"]
    assert set(free["EVNTDESC"]) == {"PROGRESSION OR DEATH", "LAST ASSESSMENT"}
    lasting = table[table["PARAM"] == "Duration of response"]
    assert set(lasting["EVNTDESC"]) <= {"RELAPSE OR PROGRESSION", "LAST ASSESSMENT"}
