import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput
from unmoor.trial.conduct import cut_at, cut_at_events

START = [0.0, 10, 20, 300]
EVENT = [100.0, np.inf, 50, 5]


def test_by_hand():
    seen = cut_at(80, start=START, event_time=EVENT, dropout=[np.inf, 30, np.inf, np.inf])
    assert seen.patient.tolist() == [0, 1, 2]
    assert seen.time.tolist() == [80, 30, 50]
    assert seen.event.tolist() == [False, False, True]
    assert seen.reason.tolist() == ["cut", "dropout", "event"]
    assert cut_at(80, start=START, event_time=EVENT, follow_up=40).reason.tolist() == ["end", "end", "end"]


def test_a_cut_by_events_holds_that_many():
    seen = cut_at_events(2, start=START, event_time=EVENT)
    assert (seen.event.sum(), seen.day) == (2, pytest.approx(100))
    assert cut_at_events(9, start=START, event_time=EVENT).event.sum() == 3


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=1, max_size=20), st.integers(1, 20))
def test_the_cut_is_the_day_of_the_event_that_was_asked_for(rows, count):
    start, event = np.array(rows).T
    seen = cut_at_events(count, start=start, event_time=event)
    assert seen.event.sum() >= min(count, len(rows))
    calendar = np.sort(start + event)
    assert seen.day == pytest.approx(calendar[min(count, len(rows)) - 1], abs=1e-6)
    assert (seen.time <= event[seen.patient] + 1e-9).all()


def test_impossible_input():
    with pytest.raises(BadInput, match="nobody has started"):
        cut_at(-1, start=START, event_time=EVENT)
    with pytest.raises(BadInput, match="negative or missing"):
        cut_at(10, start=START, event_time=[1, np.nan, 2, 3])
    with pytest.raises(BadInput, match="ever happen"):
        cut_at_events(1, start=[0.0], event_time=[np.inf])
    with pytest.raises(BadInput, match="do not fit"):
        cut_at(10, start=START, event_time=[1.0])
