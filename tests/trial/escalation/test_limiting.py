from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.trial.escalation.limiting import Limit, limiting_times

TIMES = np.arange(0.0, 48.0, 6.0)


def test_the_first_time_at_or_above_a_level() -> None:
    values = np.array([[0, 0, 2, 3, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1.9], [2, 0, 0, 0, 0, 0, 0, 0]], dtype=float)
    assert Limit("grade", 2.0).reached(TIMES, values).tolist() == [12.0, np.inf, 0.0]


def test_a_cytopenia_counts_when_it_has_lasted() -> None:
    low, fine = 0.2, 1.0
    values = np.array([
        [fine, low, low, low, fine, fine, fine, fine],
        [fine, low, low, fine, low, low, low, low],
        [fine, low, low, fine, low, low, fine, low],
        [low, low, low, fine, fine, fine, fine, fine],
    ])  # fmt: skip
    # known at the end of the first 12 hours in a row below the level
    assert Limit("anc", 0.5, below=True, lasting=12.0).reached(TIMES, values).tolist() == [18.0, 36.0, np.inf, 12.0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=8, max_size=8), st.sampled_from([6.0, 10.0, 12.0, 30.0]))
def test_durations_agree_with_counting_by_hand(beyond, lasting) -> None:
    values = np.where(beyond, 3.0, 1.0)[None, :]
    expected = np.inf
    for first in range(8):
        for last in range(first, 8):
            whole = all(beyond[first : last + 1]) and (first == 0 or not beyond[first - 1])
            if whole and TIMES[last] - TIMES[first] >= lasting:
                expected = min(expected, TIMES[first] + lasting)
    assert Limit("grade", 3.0, lasting=lasting).reached(TIMES, values)[0] == expected


def test_missing_values_are_no_toxicity() -> None:
    values = np.full((1, 8), np.nan)
    assert Limit("anc", 0.5, below=True).reached(TIMES, values)[0] == np.inf
    assert Limit("anc", 0.5, below=True, lasting=6.0).reached(TIMES, values)[0] == np.inf


def test_only_the_window_is_looked_at(levels_result) -> None:
    curve = levels_result.curves["plerixafor_concentration"].sel(arm="top").transpose("patient", "time").values
    times, limit = levels_result.times, (Limit("plerixafor_concentration", 1000.0),)
    whole = limiting_times(levels_result, "top", limit, 8.0, 168.0)
    late = limiting_times(levels_result, "top", limit, 32.0, 4.0)
    inside = (times >= 32) & (times <= 36)
    assert (np.isfinite(late) == (curve[:, inside] >= 1000).any(axis=1)).all()
    first = np.array([times[row >= 1000][0] - 8 if (row >= 1000).any() else np.inf for row in curve])
    assert whole == pytest.approx(first)


def test_a_limit_in_words() -> None:
    assert Limit("anc", 0.5, below=True, lasting=168.0).prose("10^9 cells/L") == "anc below 0.5 10^9 cells/L for 7 days"
    assert Limit("rash_grade", 3.0).prose("1") == "rash_grade at or above 3"
