from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.base.stored_result import StoredResult
from unmoor.trial import load_study
from unmoor.trial.conduct.plan import ConductPlan
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


class Conduct(ConductPlan):
    """Patient 0 misses its fourth assessment, 1 leaves on day 100, 2 on day 10, 3 would enter after the cut."""

    def followed(self, patients, seed):
        return 24.0 * np.array([np.inf, 100, 10, -5, np.inf, np.inf])

    def seen(self, patients, times, seed):
        made = np.asarray(times) <= self.followed(patients, seed)[:, None]
        made[0, 3] = False
        return made


@pytest.fixture
def watched(remission):
    return replace(remission, conduct=Conduct(0.0, 1.0, 0.0, np.inf, 0.0, ()))


def test_what_is_not_seen_is_not_evaluable_and_follow_up_ends_with_the_last_assessment_made(
    remission, watched, remission_result
):
    whole = response_course(remission, remission_result, "treated", "iwg")
    assert whole.seen.all()
    assert np.isinf(whole.followed).all()
    course = response_course(watched, remission_result, "treated", "iwg")
    assert (course.response[~course.seen] == "NE").all()
    np.testing.assert_array_equal(course.response[course.seen], whole.response[course.seen])
    np.testing.assert_array_equal(course.seen.sum(axis=1), [11, 3, 0, 0, 12, 12])
    # patient 0 relapsed by the assessment it missed, seen at the next one; 1 is censored on day 84, 2 at baseline
    assert whole.end[0] == course.times[3]
    np.testing.assert_array_equal(course.end[:3], [course.times[4], 84 * 24, 0])
    np.testing.assert_array_equal(course.ended[:4], [whole.ended[0], whole.ended[1] and whole.end[1] <= 2400, 0, 0])
    assert course.best[2] == "NE"
    assert np.isnan(course.onset[2])
    assert np.isnan(course.end[3]), "who enters after the cut is not in the trial"
    np.testing.assert_array_equal(course.end[4:], whole.end[4:])


def test_a_nadir_and_a_confirmation_use_the_assessments_made(watched, remission_result, burden):
    course = response_course(watched, remission_result, "treated", "imwg")
    days = np.delete(21 * np.arange(1, 14), 3)
    serum = 4 * burden([0, *days])[0]
    nadir = np.minimum.accumulate(serum)
    risen = serum[1:] >= nadir[:-1] + np.maximum(0.5, 0.25 * nadir[:-1])
    assert course.end[0] == 24 * (days[risen][0] if risen.any() else days[-1])
    assert course.seen[0].tolist() == [True] * 3 + [False] + [True] * 9
    assert course.end[1] == 63 * 24, "the assessment on day 84 only bears out that of day 63"


def test_a_stored_result_meets_the_same_conduct(remission, remission_result, tmp_path):
    study = replace(remission, conduct=ConductPlan(0.2, 730.5, 0.2, 6000.0, 3000.0, ()))
    stored = StoredResult.open(remission_result.save(tmp_path / "run"))
    one = response_course(study, remission_result, "treated", "imwg")
    other = response_course(study, stored, "treated", "imwg")
    np.testing.assert_array_equal(one.seen, other.seen)
    np.testing.assert_array_equal(one.end, other.end)
    assert not one.seen.all()
