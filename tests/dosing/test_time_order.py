"""Places in the records of many patients, and times that rounding only tells apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unmoor.dosing.time_order import first_at, same_instant, snapped, snapped_to


def _array(*values, kind=float):
    return np.array(values, dtype=kind)


times = st.integers(0, 6).map(float)
records = st.lists(st.tuples(st.integers(0, 3), times), max_size=12).map(sorted)


@given(records, st.lists(st.tuples(st.integers(0, 3), times), min_size=1, max_size=8))
def test_first_at_is_the_first_record_not_before(records, asked):
    course, time = np.array([c for c, _ in records], dtype=np.int64), np.array([t for _, t in records])
    of, at = np.array([c for c, _ in asked], dtype=np.int64), np.array([t for _, t in asked])
    found = first_at(course, time, of, at)
    for place, pair in zip(found, asked, strict=True):
        assert place == sum(record < pair for record in records)


def test_sums_of_intervals_mean_the_instant_that_is_written():
    course, time = _array(0, 0, 1, kind=np.int64), _array(0.3, 24.0, 0.7)
    of = _array(0, 0, 1, 1, 0, kind=np.int64)
    at = _array(3 * 0.1, 24.0 + 1e-13, 0.1 * 7, 0.3 + 1e-16, 0.3 + 1e-10)
    assert 3 * 0.1 != 0.3
    assert 0.1 * 7 != 0.7
    found = snapped(course, time, of, at)
    assert found.tolist() == [0.3, 24.0, 0.7, 0.3 + 1e-16, 0.3 + 1e-10]


def test_snapping_to_a_grid():
    grid = np.array([0.0, 0.3, 0.6, 48.0])
    time = np.array([0.1 * 3, 0.2 * 3, 48.0 - 4e-14, 1.0, -1e-9, 49.0])
    assert snapped_to(grid, time).tolist() == [0.3, 0.6, 48.0, 1.0, -1e-9, 49.0]
    assert snapped_to(np.zeros(0), time).tolist() == time.tolist()


def test_the_same_instant_is_relative_to_the_time():
    assert same_instant(_array(1e4 + 1e-10), _array(1e4)).all()
    assert not same_instant(_array(1.0 + 1e-10), _array(1.0)).any()
