import dataclasses

import numpy as np
import pytest
import xarray as xr

from unmoor.trial.displays.worst_grades import event_term, grades_so_far, worst_grades


@pytest.fixture
def graded(bag, bag_result):
    """The bag study as if it kept grades of a rash: patients of the first arm reach 0 to 5, the last one failed."""
    arms, n, times = len(bag.arms), bag_result.n, bag_result.times
    grades = np.zeros((arms, n, len(times)), dtype=np.float32)
    for patient in range(n):
        grades[0, patient, 3:] = patient
    grades[0, 2, 5:] = 1.0  # a grade that falls again is still the worst so far
    curve = xr.DataArray(
        grades, dims=("arm", "patient", "time"), coords=dict(bag_result.curves.coords),
        attrs={"units": "1", "long_name": "worst grade of a red rash so far"},
    )  # fmt: skip
    study = dataclasses.replace(bag, outputs={"rash_grade": "rash_grade"})
    return study, dataclasses.replace(bag_result, curves=curve.to_dataset(name="rash_grade"))


def test_every_patient_counts_once_at_the_worst_grade(graded):
    study, result = graded
    first, second = worst_grades(study, result)
    assert (first.arm, first.term, first.counts) == ("drug", "a red rash", (1, 1, 1, 1, 1, 0))
    assert first.n == 5  # the sixth could not be integrated
    assert second.counts == (5, 0, 0, 0, 0, 0)


def test_grades_do_not_fall(graded):
    _, result = graded
    assert grades_so_far(result, "drug", "rash_grade")[2, -1] == 2


def test_a_label_that_says_nothing_leaves_the_name():
    assert event_term("hand_foot_grade", "something else") == "hand foot"
    assert event_term("hand_foot_grade", "worst grade of hand-foot syndrome so far") == "hand-foot syndrome"


def test_no_graded_output_no_rows(bag, bag_result):
    assert worst_grades(bag, bag_result) == []


def test_a_stored_result_gives_the_same(graded, tmp_path):
    study, result = graded
    result.save(tmp_path / "run")
    assert worst_grades(study, type(result).open(tmp_path / "run")) == worst_grades(study, result)
