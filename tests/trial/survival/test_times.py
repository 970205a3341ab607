import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival.times import checked, codes, matrix


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
