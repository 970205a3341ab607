from dataclasses import replace

import numpy as np
import pytest

from unmoor.trial.displays.patient_course import best_changes, first_severe, last_doses, onsets, patient_courses
from unmoor.trial.displays.shown_trial import shown_trial
from unmoor.trial.escalation import escalate
from unmoor.trial.responses import ResponseCourse, response_course


@pytest.fixture(scope="module")
def courses(oncology, oncology_result):
    trial = shown_trial(oncology, oncology_result, "trial", escalate(oncology, oncology_result))
    return trial, patient_courses(oncology, oncology_result, trial, "iwg")


def test_each_patient_has_the_course_of_its_own_arm(oncology, oncology_result, courses):
    trial, found = courses
    assert [each.arm for each in found] == list(trial.arms)
    for who, arm, each in zip(trial.who, trial.arms, found, strict=True):
        course = response_course(oncology, oncology_result, arm, "iwg")
        assert each.patient == str(oncology_result.patients.index[who])
        assert (each.best, each.end, each.ended) == (course.best[who], course.end[who], course.ended[who])
        assert each.treated == pytest.approx(7 * 24 + 8)  # the second dose, on day 8 at 08:00
        if each.onsets:
            assert each.onsets[0][0] == course.onset[who]
        else:
            assert np.isnan(course.onset[who])


def test_a_dose_limiting_rash_is_the_first_severe_event(courses):
    limited = [each for each in courses[1] if np.isfinite(each.dlt)]
    assert limited
    assert all(each.severe == pytest.approx(each.dlt) for each in limited)


def test_the_best_change_is_the_lowest_assessment_up_to_the_end(oncology, oncology_result):
    course = response_course(oncology, oncology_result, "low", "iwg")
    found = best_changes(oncology, oncology_result, "low", "iwg", course)
    blasts = oncology_result.curves["blasts"].sel(arm="low").transpose("patient", "time")
    for who in (0, 7, 31):
        visits = [time for time in course.times if time <= course.end[who]]
        lowest = float(blasts.isel(patient=who).sel(time=visits).min())
        assert found[who] == pytest.approx(100 * (lowest / float(blasts.isel(patient=who, time=0)) - 1), rel=1e-6)
    # an assessment that was not made shows nothing, and a patient without one has no change
    seen = course.seen.copy()
    seen[0, :-1] = seen[7] = False
    hidden = best_changes(oncology, oncology_result, "low", "iwg", replace(course, seen=seen))
    assert hidden[0] >= found[0]
    assert np.isnan(hidden[7])
    np.testing.assert_array_equal(np.delete(hidden, [0, 7]), np.delete(found, [0, 7]))
    # a partial remission has at least halved its blasts
    partial = np.isin(course.best, ["PR", "CR", "CRp", "CRi"])
    assert partial.any()
    assert (found[partial] <= -50).all()


def test_onsets_are_the_first_response_and_every_better_one():
    words = np.array([["NR", "PR", "CRi", "PR", "CR", "CR"]])
    order = ("CR", "CRi", "PR", "NR")
    times = np.arange(6.0)
    end, ended = np.array([4.0]), np.array([False])
    seen, followed = np.ones((1, 6), dtype=bool), np.array([np.inf])
    course = ResponseCourse(times, words, order, np.array(["CR"]), np.array([1.0]), end, ended, seen, followed)
    assert list(onsets(course, 0, ("CR", "CRi", "PR"))) == [(1.0, "PR"), (2.0, "CRi"), (4.0, "CR")]
    best, onset = np.array(["CRi"]), np.array([1.0])
    cut = ResponseCourse(times, words, order, best, onset, np.array([3.0]), np.array([True]), seen, followed)
    assert list(onsets(cut, 0, ("CR", "CRi", "PR"))) == [(1.0, "PR"), (2.0, "CRi")]


def test_the_first_severe_event_is_read_off_the_grades(oncology, oncology_result):
    grades = oncology_result.curves["rash_grade"].sel(arm="high").transpose("patient", "time").values
    found = first_severe(oncology, oncology_result, "high")
    np.testing.assert_array_equal(np.isfinite(found), (grades >= 3).any(axis=1))
    assert set(found[np.isfinite(found)]) <= set(oncology_result.times)


def test_who_had_no_dose_was_never_treated(oncology_result):
    first = oncology_result.patients.index.to_numpy()[:2]
    assert last_doses(oncology_result, "low", np.array([*first, 999])) == pytest.approx([176.0, 176.0, 0.0])
