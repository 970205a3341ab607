import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.base.stored_result import StoredResult
from unmoor.trial import load_study
from unmoor.trial.criteria.aml import aml_response
from unmoor.trial.criteria.course import confirmed
from unmoor.trial.responses import response_course


def test_a_leukaemia_comes_and_goes_as_worked_out_by_hand(remission, remission_result, burden):
    course = response_course(remission, remission_result, "treated", "iwg")
    days = 28 * np.arange(1, 13)
    np.testing.assert_array_equal(course.times, 24.0 * days)
    here, first = burden(days), burden(0)
    by_hand = aml_response(
        "IWG2003",
        blasts=100 * here / (here + 0.5),
        neutrophils=0.5 / here,
        platelets=40 / here,
        baseline_blasts=100 * first / (first + 0.5),
        circulating_blasts=1000 * here >= 100,
    )
    np.testing.assert_array_equal(course.response[:5], by_hand[:5])
    assert course.order[:2] == ("CR", "CRp")
    assert course.best[[0, 1, 3, 5]].tolist() == ["CR", "PR", "NR", "NE"]
    # a remission is lost with 5% of blasts, which is a burden of 0.5 * 0.05 / 0.95
    relapse = days[(here[0] >= 0.5 * 0.05 / 0.95) & (days > days[by_hand[0].tolist().index("CR")])][0]
    assert (course.onset[0], course.end[0], course.ended[0]) == (28 * 24, relapse * 24, True)
    assert np.isnan(course.onset[3])
    assert (course.end[3], course.ended[3]) == (336 * 24, False), "who never responded has nothing to lose"
    assert np.isnan(course.end[5])
    assert not course.ended[5]
    assert (course.response[5] == "NE").all()


def test_progression_is_the_first_confirmed_rise_from_the_nadir(remission, remission_result, burden):
    course = response_course(remission, remission_result, "treated", "imwg")
    days = 21 * np.arange(1, 14)
    np.testing.assert_array_equal(course.times, 24.0 * days)
    serum = 4 * burden([0, *days])
    nadir = np.minimum.accumulate(serum, axis=1)
    # the nadir before each assessment and 0.5 g/dL or 25% above it, whichever is more
    risen = serum[:, 1:] >= nadir[:, :-1] + np.maximum(0.5, 0.25 * nadir[:, :-1])
    for patient in range(5):
        wanted = days[risen[patient]][0] if risen[patient].any() else days[-1]
        assert course.end[patient] == 24 * wanted
        assert course.ended[patient] == risen[patient].any()
    assert course.best[3] == "SD", "the assessment before progression"
    assert course.ended[3]
    assert np.isnan(course.onset[3])


def test_the_best_response_is_the_best_before_progression(remission, remission_result, burden):
    """A patient who would respond again after progression keeps what was best before it."""
    course = response_course(remission, remission_result, "treated", "imwg")
    order = {word: k for k, word in enumerate(course.order)}
    for patient in np.flatnonzero(course.ended):
        seen = course.response[patient][course.times <= course.end[patient]]
        assert course.best[patient] == min(seen, key=order.__getitem__)


def test_what_counts_decides_the_onset(remission, remission_result):
    any_response = response_course(remission, remission_result, "treated", "iwg")
    complete = response_course(remission, remission_result, "treated", "iwg", ["CR"])
    assert complete.onset[0] > any_response.onset[0]
    assert np.isnan(complete.onset[1])
    np.testing.assert_array_equal(complete.best, any_response.best)
    with pytest.raises(UnknownName, match="unknown response of the study 'iwgg'"):
        response_course(remission, remission_result, "treated", "iwgg")


def test_confirmation_asks_for_two_assessments_in_a_row(write_remission, remission, remission_result):
    study = load_study(write_remission(("    confirmed: true\n", "")))
    at_once = response_course(study, remission_result, "treated", "imwg")
    twice = response_course(remission, remission_result, "treated", "imwg")
    np.testing.assert_array_equal(twice.times, at_once.times[:-1])
    np.testing.assert_array_equal(twice.response, confirmed(at_once.response, at_once.order))
    assert (twice.response != at_once.response[:, :-1]).any()


def test_a_stored_result_reads_the_same(remission, remission_result, tmp_path):
    stored = StoredResult.open(remission_result.save(tmp_path / "run"))
    for name in ("iwg", "imwg"):
        one = response_course(remission, remission_result, "treated", name)
        other = response_course(remission, stored, "treated", name)
        np.testing.assert_array_equal(one.response, other.response)
        np.testing.assert_array_equal(one.end, other.end)
