"""A regimen given since ever as one cycle, against the same regimen written out over many intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput
from unmoor.dosing.events import Action
from unmoor.dosing.steady_doses import SteadyDoses
from unmoor.dosing.table_columns import read_columns
from unmoor.dosing.timeline import in_order


def _doses(amount=10.0, rate=0.0, lag=0.0, interval=12.0, time=100.0):
    one = [np.array([value]) for value in (amount, rate, lag, interval)]
    nobody = np.array([0])
    return SteadyDoses(nobody, nobody, np.array([time]), np.array(["counter"]), *one, np.array([False]))


@pytest.fixture(scope="module")
def columns(model):
    return read_columns(pd.DataFrame({"TIME": [100.0]}), model)


def _input(doses, events, start):
    """What is fed just after each event from `start` on: (time, rate now), and boluses (time, amount)."""
    rate, rates, boluses = start, [], []
    for time, action, value in zip(events.time, events.action, events.value, strict=True):
        if action == Action.ADD:
            boluses.append((time, value))
        else:
            rate += value
            rates.append((time, rate))
    return rates, boluses


times = st.sampled_from([0.0, 0.5, 3.0, 11.5, 12.0, 12.5, 24.0, 30.0])


@given(times, st.sampled_from([0.5, 3.0, 12.0, 13.0, 24.0, 31.0]), st.sampled_from([12.0, 8.0]))
def test_infusions_of_the_past_go_on_and_end_as_written_out(columns, lag, over, interval):
    doses = _doses(amount=over * 2.0, rate=2.0, lag=lag, interval=interval)
    events, _ = in_order(doses.still_to_come(columns))
    rates, boluses = _input(doses, events, 0.0)
    assert boluses == []
    entries = 100.0 + lag - interval * np.arange(1, 60)
    for at in np.concatenate([np.arange(100.0, 200.0, 0.25), [100.0 + 1e-9]]):
        expected = 2.0 * np.sum((entries <= at + 1e-12) & (at < entries + over - 1e-12))
        fed = [rate for time, rate in rates if time <= at + 1e-12]
        assert (fed[-1] if fed else 0.0) == pytest.approx(expected), at


@given(times, st.sampled_from([12.0, 8.0]))
def test_boluses_still_in_their_lag_enter(columns, lag, interval):
    doses = _doses(lag=lag, interval=interval)
    events, _ = in_order(doses.still_to_come(columns))
    expected = [t for t in 100.0 + lag - interval * np.arange(1, 9) if t >= 100.0]
    assert sorted(events.time.tolist()) == pytest.approx(sorted(expected))
    assert set(events.value.tolist()) <= {10.0}


@given(times, st.sampled_from([0.0, 0.5, 3.0, 12.0, 13.0, 24.0, 31.0]), st.sampled_from([12.0, 8.0]))
def test_one_cycle_feeds_what_any_cycle_written_out_feeds(lag, over, interval):
    doses = _doses(amount=10.0, rate=10.0 / over if over else 0.0, lag=lag, interval=interval)
    running, end = doses.running()
    entries = lag - interval * np.arange(-1, 60)
    assert np.any(np.isclose(entries, doses.phase[0]))
    assert 0 <= doses.phase[0] < interval
    before = (entries < -1e-12) & (entries + over > 1e-12)
    assert running[0] == before.sum()
    ends = entries + over
    inside = ends[(ends > 1e-12) & (ends < interval - 1e-12) & (over > 0)]
    assert np.unique(np.round(inside, 9)).size == (end[0] > 0)
    if end[0] > 0:
        assert inside == pytest.approx(np.full(inside.size, end[0]))


def test_an_infusion_without_end_leaves_nothing_to_come(columns):
    doses = _doses(amount=0.0, rate=5.0, interval=0.0)
    assert not doses.cyclic[0]
    assert len(doses.still_to_come(columns)) == 0
    assert (doses.running()[0][0], doses.duration[0]) == (0, 0)


def test_too_many_at_once_are_refused_by_row(columns):
    with pytest.raises(BadInput, match="event table, row 1: 100000 doses of a steady state overlap"):
        _doses(amount=1e5, rate=1.0, interval=1.0).still_to_come(columns)


def test_joining_and_choosing():
    both = SteadyDoses.join([_doses(lag=1.0), _doses(lag=2.0)])
    assert both.lag.tolist() == [1, 2]
    assert both.where(both.lag > 1).lag.tolist() == [2]
    assert SteadyDoses.join([both.where(both.lag > 9)]) is None
