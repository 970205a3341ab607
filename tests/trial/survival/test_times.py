import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival.times import causes_of, checked, codes, matrix


def test_groups_are_numbered_in_sorted_order():
    found, names = codes(["b", "a", "b"], 3, "groups", "here")
    assert (found.tolist(), names) == ([1, 0, 1], ["a", "b"])


def test_times_keep_their_shape():
    time, event = checked([[1, 2], [3, 4]], [[0, 1], [1, 1]], "here")
    assert time.shape == event.shape == (2, 2)
    assert event.dtype == bool


def test_covariates_are_checked():
    assert matrix([1, 2, 3], 3, "here").shape == (3, 1)
    with pytest.raises(BadInput, match="shape"):
        matrix([1, 2], 3, "here")
    with pytest.raises(BadInput, match="missing"):
        matrix([1, np.nan, 3], 3, "here")


@pytest.mark.parametrize(
    ("time", "event", "match"),
    [
        ([1, -2, 3], [1, 0, 1], r"negative \(-2\)"),
        ([1, np.nan, np.inf], [1, 0, 1], "2 of 3 survival times missing or infinite"),
        ([1, 2, 3], [1, 0, 2], "events other than 0 and 1"),
        ([1, 2, 3], [1, np.nan, 1], "events other than 0 and 1"),
        ([1, 2], [1, 0, 1], "shape"),
        ([], [], "at least one patient"),
        (["a"], [1], "not numbers"),
    ],
)
def test_times_that_cannot_be_are_refused(time, event, match):
    with pytest.raises(BadInput, match=match):
        checked(time, event, "here")


@pytest.mark.parametrize(
    ("time", "cause", "match"),
    [([1, -2], [1, 2], "negative"), ([1, np.nan], [1, 2], "missing"), ([1, 2], [1, 1.5], "fit")],
)
def test_causes_that_cannot_be_are_refused(time, cause, match):
    with pytest.raises(BadInput, match=match):
        causes_of(time, cause, 1, "here")


@pytest.mark.parametrize("labels", [[1, np.nan, 2], ["a", None, "b"]])
def test_missing_labels_are_no_group(labels):
    with pytest.raises(BadInput, match="labels are missing"):
        codes(labels, 3, "groups", "here")
