import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria.course import (
    best_response,
    confirmed,
    confirmed_where_seen,
    first_and_end,
    ranks,
    response_duration,
)

ORDER = ("CR", "PR", "SD", "PD", "NE")


def test_best_response_and_ranks():
    words = [["SD", "PR", "PD"], ["NE", "PD", "PD"], ["NE", "NE", "NE"]]
    assert list(best_response(words, ORDER)) == ["PR", "PD", "NE"]
    assert ranks(words, ORDER, "test").tolist() == [[2, 1, 3], [4, 3, 3], [4, 4, 4]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["PR", "PR", "CR", "CR"], ["PR", "PR", "CR"]),
        (["CR", "PR", "PR"], ["PR", "PR"]),
        (["PR", "PD", "PD"], ["SD", "PD"]),  # nobody saw the response twice
        (["PR", "PR", "PD", "PR"], ["PR", "SD", "SD"]),  # one that is not repeated is no progression
        (["PD", "SD", "SD"], ["SD", "SD"]),
    ],
)
def test_confirmation(words, expected):
    assert list(confirmed(words, ORDER)[0]) == expected


def test_durations():
    times = np.array([0.0, 10.0, 20.0, 30.0])
    responding = [[False, True, True, False], [False, True, True, True], [False] * 4, [True, False, True, False]]
    ending = [[False, False, False, True], [False] * 4, [True] * 4, [False, True, False, False]]
    found = response_duration(times, responding, ending)
    np.testing.assert_array_equal(found.onset, [10, 10, np.nan, 0])
    np.testing.assert_array_equal(found.duration, [20, 20, np.nan, 10])
    assert list(found.ended) == [True, False, False, True]
    own = response_duration([[0.0, 10.0, np.nan, np.nan]], [[True, True, True, True]], [[False, False, False, True]])
    assert (own.duration[0], own.ended[0]) == (10.0, False)  # after the last look nothing is seen


def test_impossible_input():
    with pytest.raises(UnknownName, match="response"):
        best_response([["XR"]], ORDER)
    with pytest.raises(BadInput, match="no assessment"):
        best_response(np.zeros((2, 0), dtype=str), ORDER)
    with pytest.raises(BadInput, match="at least two"):
        confirmed([["PR"]], ORDER)
    with pytest.raises(BadInput, match="do not fit"):
        response_duration([0.0, 0.0], [[True, True]], [[False, False]])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8), st.booleans())
def test_the_course_is_that_of_one_assessment_after_the_other(visits, progresses):
    first, end = len(visits), None
    for k, (yes, over) in enumerate(visits):
        if over and end is None and (progresses or first < k):
            end = k
        if yes and end is None and first == len(visits):
            first = k
    yes, over = (np.array([[visit[side] for visit in visits]]) for side in (0, 1))
    found = first_and_end(yes, over, progresses=progresses)
    assert [each[0] for each in found] == [first, len(visits) - 1 if end is None else end, end is not None]


def test_a_missed_assessment_leaves_confirmation_to_the_next_one_made():
    words = np.array([
        ["PR", "NE", "PR", "PR", "PD"],
        ["SD", "PD", "NE", "PD", "PD"],
        ["PR", "PR", "NE", "NE", "NE"],
        ["NE", "NE", "NE", "PR", "NE"],
        ["NE", "NE", "NE", "NE", "NE"],
    ])  # fmt: skip
    order = ("CR", "PR", "SD", "PD", "NE")
    found, stands = confirmed_where_seen(words, words != "NE", order)
    assert found.tolist() == [
        ["PR", "NE", "PR", "SD"],
        ["SD", "PD", "NE", "PD"],
        ["PR", "NE", "NE", "NE"],
        ["NE", "NE", "NE", "NE"],
        ["NE", "NE", "NE", "NE"],
    ]
    np.testing.assert_array_equal(stands, found != "NE")
    # where all were made it is `confirmed`
    full = np.array([["PR", "CR", "SD", "PD", "PD"]])
    found, stands = confirmed_where_seen(full, np.ones((1, 5), dtype=bool), order)
    np.testing.assert_array_equal(found, confirmed(full, order))
    assert stands.all()
