from hypothesis import given
from hypothesis import strategies as st

from unmoor.trial.pieces import pieces


def test_a_run_is_cut_at_multiples_of_the_chunk():
    assert pieces(7, 3, {}) == [(0, 3), (3, 3), (6, 1)]
    assert pieces(6, 3, {3: 3}) == [(0, 3)]
    assert pieces(6, 3, {0: 3, 3: 3}) == []


def test_another_chunk_fills_the_gaps_that_are_left():
    assert pieces(10, 4, {3: 3}) == [(0, 3), (6, 2), (8, 2)]


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 9), st.data())
def test_every_patient_is_simulated_once(total, before, chunk, data):
    earlier = pieces(total, before, {})
    finished = dict(data.draw(st.lists(st.sampled_from(earlier), unique=True)))
    every = [*finished.items(), *pieces(total, chunk, finished)]
    assert sorted(place for first, count in every for place in range(first, first + count)) == list(range(total))
    assert all(1 <= count <= chunk for _, count in pieces(total, chunk, finished))
    if chunk == before:
        assert set(every) == set(earlier)
