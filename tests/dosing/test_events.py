"""The event table: order, units of selection, infusions as pairs, and what a decision may drop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput
from unmoor.dosing.events import Action, Events

amounts = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.floats(0, 100, allow_nan=False),
        st.sampled_from(["a", "b", "c"]),
        st.floats(0, 50),
        st.one_of(st.none(), st.floats(0.1, 30)),
    ),
    max_size=25,
)


def _table(rows):
    return Events.join(
        [
            Events.bolus(p, t, name, amount) if over is None else Events.infusion(p, t, name, amount, over)
            for p, t, name, amount, over in rows
        ]
    )


def _rows(events):
    columns = (events.patient, events.time, events.action, events.target, events.value, events.start)
    return [
        (int(p), float(t), int(a), events.names[k], float(v), float(s))
        for p, t, a, k, v, s in zip(*columns, strict=True)
    ]


def test_a_bolus_broadcasts_over_patients():
    events = Events.bolus(np.arange(3), 24.0, "depot", [1.0, 2.0, 3.0])
    assert _rows(events) == [(i, 24.0, Action.ADD, "depot", i + 1.0, 24.0) for i in range(3)]


def test_an_infusion_is_a_rate_on_and_off_and_gives_its_amount():
    events = Events.infusion([0, 1], 2.0, "central", 12.0, [3.0, 4.0])
    assert events.time.tolist() == [2, 5, 2, 6]
    assert events.value.tolist() == [4, -4, 3, -3]
    assert set(events.action) == {Action.RATE}


def test_sorted_by_patient_then_time_then_order_of_record():
    one = Events.switch([1, 0], 5.0, "apheresis", 1.0)
    two = Events.switch([1, 0, 0], [5.0, 5.0, 1.0], "apheresis", 0.0)
    joined = Events.join(one, two)
    assert [(p, t, v) for p, t, _, _, v, _ in _rows(joined)] == [(0, 1, 0), (0, 5, 1), (0, 5, 0), (1, 5, 1), (1, 5, 0)]


@given(amounts)
def test_join_keeps_every_record_and_sorts(rows):
    events = _table(rows)
    singles = [row for given_row in rows for row in _rows(_table([given_row]))]
    assert sorted(_rows(events)) == sorted(singles)
    keys = list(zip(events.patient.tolist(), events.time.tolist(), strict=True))
    assert keys == sorted(keys)


@given(amounts, st.floats(0, 130))
def test_between_splits_without_loss_or_repeat(rows, cut):
    events = _table(rows)
    early, late = events.between(-np.inf, cut), events.between(cut, np.inf)
    assert len(early) + len(late) == len(events)
    assert sorted(_rows(early) + _rows(late)) == sorted(_rows(events))
    assert all(time < cut for time in early.time)


@given(amounts, st.floats(0, 100), st.lists(st.booleans(), min_size=6, max_size=6))
def test_drop_never_leaves_an_infusion_without_its_end(rows, after, mask):
    left = _table(rows).drop(mask, after)
    for patient in range(6):
        expected = [
            row
            for p, t, name, amount, over in rows
            if p == patient and not (mask[p] and t > after)
            for row in _rows(_table([(p, t, name, amount, over)]))
        ]
        assert sorted(row for row in _rows(left) if row[0] == patient) == sorted(expected)


def test_drop_of_some_names_keeps_others_and_what_begins_at_the_moment():
    events = Events.join(Events.bolus(0, [10.0, 20.0], "depot", 1.0), Events.bolus(0, [10.0, 20.0], "other", 1.0))
    left = events.drop([True], after=10.0, names=["depot"])
    assert [(t, name) for _, t, _, name, _, _ in _rows(left)] == [(10, "depot"), (10, "other"), (20, "other")]


@given(amounts, st.lists(st.integers(0, 7), max_size=8))
def test_of_renumbers_in_the_order_chosen(rows, chosen):
    events = _table(rows)
    picked = events.of(np.array(chosen, dtype=np.int64))
    expected = [(new, *row[1:]) for new, old in enumerate(chosen) for row in _rows(events) if row[0] == old]
    assert _rows(picked) == expected


def test_a_dose_in_its_lag_is_not_dropped():
    events = Events.join(
        Events.bolus(0, 10.0, "depot", 1.0, lag=0.5), Events.infusion(0, 10.0, "central", 1.0, 2.0, lag=1.0)
    )
    assert events.time.tolist() == [10.5, 11, 13]
    assert len(events.drop([True], after=10.0)) == 3
    assert len(events.drop([True], after=9.9)) == 0


def test_of_takes_a_slice_or_a_mask():
    events = Events.bolus(np.arange(5), 0.0, "depot", np.arange(5.0))
    assert events.of(slice(2, 4)).value.tolist() == [2, 3]
    assert events.of(slice(2, 4)).patient.tolist() == [0, 1]
    assert events.of([True, False, False, True, False]).value.tolist() == [0, 3]


def test_columns_cannot_be_written():
    events = Events.bolus(0, 0.0, "depot", 1.0)
    with pytest.raises(ValueError, match="read-only"):
        events.value[0] = 2.0


def test_an_empty_table_works_everywhere():
    none = Events.none()
    assert len(none) == len(none.between(0, 1)) == len(none.drop([True], 0.0)) == len(none.of(slice(0, 3))) == 0
    assert len(Events.join()) == len(Events.join(none, none)) == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Events.bolus(0, 0.0, "depot", -1.0), "dose of -1 into 'depot' is negative"),
        (lambda: Events.bolus(3, np.nan, "depot", 1.0), "event time of patient 3 is nan"),
        (lambda: Events.bolus(0, 0.0, "depot", np.inf), "event value of patient 0 is inf"),
        (lambda: Events.bolus(-1, 0.0, "depot", 1.0), "patient number -1 is negative"),
        (lambda: Events.infusion(0, 0.0, "central", 1.0, 0.0), "lasts 0 h"),
        (lambda: Events.infusion(0, 0.0, "central", -2.0, 1.0), "dose of -2"),
        (lambda: Events.bolus(0, 0.0, "depot", 1.0, lag=-0.5), "lag of -0.5 h"),
        (lambda: Events(("a",), [0], [0.0], [0], [1], [1.0]), "target outside the 1 names"),
        (lambda: Events(("a",), [0], [0.0], [7], [0], [1.0]), "action outside"),
        (lambda: Events(("a",), [0, 1], [0.0], [0], [0], [1.0]), "differ in shape"),
        (lambda: Events.bolus(4, 0.0, "depot", 1.0).drop([True], 0.0), "does not reach patient 4"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(BadInput, match=message):
        make()
