import numpy as np
import pytest

from unmoor.dosing import Regimen
from unmoor.dosing.events import Action
from unmoor.trial.chunk import _people
from unmoor.trial.plan import doses, infused, plan_of, sessions


@pytest.fixture
def two(bag, some_people):
    return _people(bag, some_people(bag, [1.0, 2.0], weight=[50.0, 100.0]))


def test_every_dose_and_session_is_an_occasion_in_order_of_time(bag, two):
    plan = plan_of(bag.arms[0], bag.procedures, bag.model, two)
    assert [(each.kind, each.time) for each in plan.occasions] == [
        ("dose", 94.0), ("session", 105.0), ("dose", 118.0), ("session", 129.0), ("dose", 142.0), ("session", 153.0),
        ("dose", 166.0), ("session", 177.0),
    ]  # fmt: skip
    assert plan.active.all()
    assert plan.active.shape == (8, 2)
    dose = plan.occasions[2]
    assert dose.records["amount"].tolist() == pytest.approx([12.0, 24.0])  # 0.24 mg/kg
    assert dose.records["time"].tolist() == [118.0, 118.0]
    assert dose.events.names == ("plerixafor_depot",)
    assert dose.events.time.tolist() == [118.0, 118.0]
    assert dose.events.value[1] == pytest.approx(2 * dose.events.value[0])


def test_the_events_of_all_occasions_are_those_of_the_regimen(bag, two):
    """Nothing of a regimen is lost or doubled when it is taken apart, infusions and lags included."""
    regimen = Regimen.of("plerixafor 80 ug/kg iv over 15 min every 12 hours x 3\nplerixafor 1 mg sc daily for 2 days")
    whole = regimen.events(bag.model, two.covariates, two.parameters, units=two.units)
    parts = doses(regimen, bag.model, two)
    assert len(parts) == 5
    for column in ("time", "value", "patient", "action"):
        found = np.sort(np.concatenate([getattr(each.events, column) for each in parts]))
        np.testing.assert_array_equal(found, np.sort(getattr(whole.events, column)))
    assert sum(each.records["nmol"].sum() for each in parts) == pytest.approx(whole.doses["nmol"].sum())
    assert infused(parts) == {"plerixafor_central"}


def test_a_placebo_is_recorded_and_nothing_enters(bag, two):
    given = doses(bag.arms[1].placebo, bag.model, two, placebo=True)
    assert [each.time for each in given] == [94.0, 118.0, 142.0, 166.0]
    assert all(len(each.events) == 0 for each in given)
    assert given[0].name == "plerixafor"
    assert given[0].records["drug"].tolist() == ["placebo for plerixafor"] * 2
    assert given[0].records["nmol"].tolist() == [0.0, 0.0]


def test_a_dose_can_be_given_later_than_its_text_says(bag, two):
    (late,) = doses(Regimen.of("plerixafor 1 mg iv over 30 min once"), bag.model, two, shift=50.0)
    assert late.time == 50.0
    assert sorted(set(late.events.time.tolist())) == [50.0, 50.5]
    assert late.records["time"].tolist() == [50.0, 50.0]


def test_a_session_sets_and_resets_its_switch(bag):
    first = sessions(bag.procedures[0], 3)[0]
    assert (first.time, first.end, first.number) == (105.0, 109.0, 0)
    assert first.events.names == ("on",)
    assert set(first.events.action.tolist()) == {int(Action.SET)}
    assert first.events.of([1]).time.tolist() == [105.0, 109.0]
    assert first.events.of([1]).value.tolist() == [1.0, 0.0]


def test_cancelling_skipping_and_looking_ahead(bag, two):
    plan = plan_of(bag.arms[0], bag.procedures, bag.model, two)
    one = np.array([True, False])
    stopped = plan.cancel(one, start=129.0, names=["apheresis"])
    assert stopped.active[:, 0].tolist() == [True, True, True, False, True, False, True, False]
    assert stopped.active[:, 1].all()
    assert plan.active.all()
    assert plan.cancel(one, start=129.0).active[:, 0].tolist() == [True] * 3 + [False] * 5
    assert plan.skip(0, one).active[0].tolist() == [False, True]
    np.testing.assert_array_equal(stopped.follows("apheresis", None, 118.0, 24.0), [False, True])
    np.testing.assert_array_equal(plan.follows("apheresis", None, 109.0, 10.0), [False, False])
    np.testing.assert_array_equal(plan.follows("apheresis", 7, 177.0, 24.0), [False, False])
    np.testing.assert_array_equal(stopped.follows("plerixafor", None, 109.0, np.inf), [True, True])


def test_an_added_dose_finds_its_place(bag, two):
    plan = plan_of(bag.arms[0], bag.procedures, bag.model, two)
    extra = doses(Regimen.of("plerixafor 1 mg sc once"), bag.model, two, shift=118.0)
    more = plan.add(extra, np.array([False, True]))
    assert [each.time for each in more.occasions] == sorted(each.time for each in more.occasions)
    place = more.index(extra[0])
    assert more.occasions[place - 1] is plan.occasions[2]  # after what was planned for the same time
    assert more.active[place].tolist() == [False, True]
    assert len(plan.occasions) == 8
