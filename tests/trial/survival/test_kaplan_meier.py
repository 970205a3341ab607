import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.survival import INTERVALS, kaplan_meier


def column(rows, name):
    return np.array([np.nan if row[name] in (None, "NA", "NaN") else row[name] for row in rows], dtype=float)


@pytest.mark.parametrize("kind", INTERVALS)
@pytest.mark.parametrize("place", [0, 1])
def test_curves_bounds_and_quantiles_of_the_aml_data(kind, place, vectors):
    name = ("Maintained", "Nonmaintained")[place]
    data, vector = vectors.data("aml"), vectors["km"][f"aml_by_x_{kind}"]
    arm = data[data.x == name]
    curve = kaplan_meier(arm.time, arm.status, interval=kind)
    rows = [row for row in vector["table"] if row["strata"] == f"x={name}"]
    times = column(rows, "time")
    for found, wanted in zip(curve.at(times), ("surv", "lower", "upper"), strict=True):
        np.testing.assert_allclose(found, column(rows, wanted), rtol=0, atol=1e-10)
    np.testing.assert_array_equal(curve.numbers_at_risk(times), column(rows, "n_risk"))
    for p, key in ((0.25, "q25"), (0.5, "median"), (0.75, "q75")):
        assert curve.quantile(p)[0] == vector["quantiles"][key][place][0]
    for bound, key in zip(curve.median[1:], ("lower", "upper"), strict=True):
        wanted = vector["quantiles"][key][place][0]
        assert np.isnan(bound) if wanted is None else bound == wanted


def test_lung_data(vectors):
    data, vector = vectors.data("lung"), vectors["km"]
    everyone = kaplan_meier(data.time, data.status == 2, interval="log")
    rows = vector["lung_all_log"]["table"]
    np.testing.assert_allclose(everyone.at(column(rows, "time"))[1], column(rows, "lower"), atol=1e-10)
    assert [float(value) for value in everyone.median] == vector["lung_all_log"]["median"][-3:]
    for sex in (1, 2):
        one = data[data.sex == sex]
        curve = kaplan_meier(one.time, one.status == 2)
        rows = [row for row in vector["lung_by_sex_loglog"]["t365"] if row["strata"] == f"sex={sex}"]
        times = column(rows, "time")
        np.testing.assert_allclose(curve.at(times)[0], column(rows, "surv"), atol=1e-10)
        np.testing.assert_allclose(curve.standard_error(times), column(rows, "std.err"), atol=1e-10)
        summary = vector["lung_by_sex_loglog"]["summary"][sex - 1]
        assert [float(value) for value in curve.median] == [summary[key] for key in ("median", "0.95LCL", "0.95UCL")]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30))
def test_an_independent_program(rows):
    time, event = np.array(rows, dtype=float).T
    curve, theirs = kaplan_meier(time, event), KaplanMeierFitter().fit(time, event)
    grid = np.arange(0.0, 14)
    np.testing.assert_allclose(curve.at(grid)[0], theirs.survival_function_at_times(grid), atol=1e-12)
    table = curve.table()
    assert table["events"].sum() == event.sum()
    assert table["events"].sum() + table["censored"].sum() == len(rows)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(INTERVALS))
def test_many_curves_are_each_their_own(seed, kind):
    random = np.random.default_rng(seed)
    time, event = random.integers(0, 9, (2, 3, 12)).astype(float), random.random((2, 3, 12)) < 0.6
    many = kaplan_meier(time, event, interval=kind)
    for place in np.ndindex(2, 3):
        one = kaplan_meier(time[place], event[place], interval=kind)
        for found, alone in zip(many.at([1, 4, 8]), one.at([1, 4, 8]), strict=True):
            np.testing.assert_array_equal(found[place], alone)
        for found, alone in zip(many.median, one.median, strict=True):
            np.testing.assert_array_equal(found[place], alone)


@pytest.mark.parametrize(
    ("time", "event", "says"),
    [
        ([1, -2], [1, 1], "negative"),
        ([1, np.nan], [1, 1], "missing"),
        ([1, np.inf], [1, 1], "missing"),
        ([1, 2], [1, 2], "0 and 1"),
        ([1, 2], [1], "shape"),
        ([], [], "shape"),
        (["soon"], [1], "numbers"),
    ],
)
def test_impossible_input(time, event, says):
    with pytest.raises(BadInput, match=says):
        kaplan_meier(time, event)


def test_other_refusals():
    with pytest.raises(UnknownName, match="did you mean 'log-log'"):
        kaplan_meier([1], [1], interval="loglog")
    with pytest.raises(BadInput, match="level"):
        kaplan_meier([1], [1], level=95)
    with pytest.raises(BadInput, match="quantile"):
        kaplan_meier([1], [1]).quantile(0)
    with pytest.raises(BadInput, match="many curves"):
        kaplan_meier([[1.0, 2]], [[1, 1]]).table()


def test_those_who_are_not_counted_are_never_at_risk():
    time, event = np.array([0.0, 2.0, 0.0, 3.0, 5.0]), np.array([1, 1, 1, 0, 1])
    counted = np.array([True, True, False, True, False])
    some, alone = kaplan_meier(time, event, counted=counted), kaplan_meier(time[counted], event[counted])
    for found, wanted in zip(some.at([0.0, 2.5, 4.0]), alone.at([0.0, 2.5, 4.0]), strict=True):
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(some.median, alone.median)
    np.testing.assert_array_equal(some.numbers_at_risk([0.0, 2.5]), alone.numbers_at_risk([0.0, 2.5]))
    assert some.table().equals(alone.table())
