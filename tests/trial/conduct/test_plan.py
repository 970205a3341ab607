"""Against closed forms: constant hazards, uniform entry, and what they leave to see of exponential events."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base.result import Result
from unmoor.trial import load_study
from unmoor.trial.conduct import arrivals
from unmoor.trial.conduct.plan import ConductPlan
from unmoor.trial.endpoints.progression_free import Options, measure
from unmoor.trial.statistics.median_time import median_time

MONTH = 730.5
NOTHING = ConductPlan(leaving=0.0, period=MONTH, missed=0.0, cut=np.inf, accrual=0.0, words=())
PEOPLE = np.arange(20_000)


def test_without_anything_said_everyone_is_seen():
    assert np.isinf(NOTHING.followed(PEOPLE, 1)).all()
    assert NOTHING.seen(PEOPLE[:5], [100.0, 9000.0], 1).all()


def test_patients_leave_at_a_constant_hazard():
    leaves = replace(NOTHING, leaving=0.05).followed(PEOPLE, 3)
    for months in (1, 6, 24):
        still = 0.95**months
        assert np.mean(leaves > months * MONTH) == pytest.approx(still, abs=4 * np.sqrt(still * (1 - still) / 20_000))


def test_assessments_are_missed_with_their_probability_and_independently():
    made = replace(NOTHING, missed=0.2).seen(PEOPLE, np.arange(1, 7) * 500.0, 3)
    assert np.mean(~made, axis=0) == pytest.approx(np.full(6, 0.2), abs=4 * np.sqrt(0.16 / 20_000))
    assert np.mean(~made[:, 0] & ~made[:, 1]) == pytest.approx(0.04, abs=4 * np.sqrt(0.04 * 0.96 / 20_000))


def test_follow_up_at_the_cut_is_uniform_and_who_comes_later_is_not_in_the_trial():
    plan = replace(NOTHING, cut=12 * MONTH, accrual=15 * MONTH)
    followed = plan.followed(PEOPLE, 3)
    np.testing.assert_allclose(followed, plan.cut - plan.entry(PEOPLE, 3))
    assert np.mean(followed < 0) == pytest.approx(0.2, abs=0.012)
    assert followed[followed >= 0].mean() == pytest.approx(6 * MONTH, rel=0.02)
    assert followed.max() <= 12 * MONTH
    at_once = replace(NOTHING, cut=12 * MONTH)
    assert (at_once.followed(PEOPLE, 3) == 12 * MONTH).all()
    assert at_once.seen(PEOPLE[:1], [12 * MONTH, 12 * MONTH + 1], 3).tolist() == [[True, False]]


def test_uniform_entry_has_the_mean_of_arrivals_and_half_their_spread():
    """What decision 0197 gives up: the mean follow-up of a trial varies with how fast it enrols."""
    n, a_day, cut = 28, 2 / 30.4375, 24 * 30.4375
    come = np.stack([arrivals(n, a_day, seed=1, trial=k) for k in range(2000)])
    poisson = cut - (come - come[:, :1])
    plan = replace(NOTHING, cut=24 * cut, accrual=24 * (n - 1) / a_day)
    uniform = plan.followed(np.arange(2000 * n), 1).reshape(2000, n) / 24
    assert uniform.mean() == pytest.approx(poisson.mean(), rel=0.01)
    spread = uniform.mean(axis=1).std(), poisson.mean(axis=1).std()
    print(f"mean follow-up {uniform.mean():.0f} days, SD over trials {spread[0]:.0f} and {spread[1]:.0f} days")
    assert spread[0] / spread[1] == pytest.approx(0.5, abs=0.05)


def test_a_patient_is_the_same_whoever_else_is_there_and_in_whatever_order():
    plan = replace(NOTHING, leaving=0.05, missed=0.2, cut=20 * MONTH, accrual=12 * MONTH)
    times = [500.0, 1000.0, 9000.0]
    some = np.array([70, 3, 15_000])
    np.testing.assert_array_equal(plan.followed(some, 3), plan.followed(PEOPLE, 3)[some])
    np.testing.assert_array_equal(plan.seen(some, times, 3), plan.seen(PEOPLE, times, 3)[some])
    assert (plan.followed(some, 3) != plan.followed(some, 4)).all()
    # what is missed at an hour is missed by every response assessed at it
    np.testing.assert_array_equal(plan.seen(PEOPLE, times[1:], 3), plan.seen(PEOPLE, times, 3)[:, 1:])


@pytest.fixture
def progressing(write_remission):
    """A study, and a result in which patients progress at exponential times of mean 200 days, to day 336."""
    study = load_study(write_remission(("    confirmed: true\n", ""), (" to day 300", "")))
    times = study.times
    when = 24 * np.random.default_rng(11).exponential(200, 4000)
    serum = np.where(times < when[:, None], 40.0, 60.0)[None]  # g/L
    curves = xr.Dataset(
        {"m_protein": (("arm", "patient", "time"), serum)},
        {"arm": ["treated"], "patient": np.arange(4000), "time": times},
    )
    status = xr.zeros_like(curves["m_protein"].isel(time=0, drop=True))
    people = pd.DataFrame(index=pd.RangeIndex(4000, name="patient"))
    none = pd.DataFrame()
    return study, Result(curves, xr.Dataset(), none, people, status, none, {"seed": 5})


def free_of_progression(study, result):
    return measure(Options(response="imwg", unit="days"), study, "").values(result, "treated")


def test_dropout_takes_events_as_the_closed_form_says_and_leaves_the_median_where_it_was(progressing):
    study, result = progressing
    seen = free_of_progression(replace(study, conduct=replace(NOTHING, leaving=0.15)), result)
    visits = np.array(study.response("imwg").times["treated"]) / 24
    hazard = -np.log(0.85) / (MONTH / 24)
    # an event between two visits is seen at the later one by who is still there
    between = -np.diff(np.exp(-np.array([0, *visits]) / 200))
    share = float((between * np.exp(-hazard * visits)).sum())
    assert share < 0.6 * between.sum()
    assert np.mean(seen[:, 1]) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 4000))
    everyone = free_of_progression(study, result)
    assert np.mean(everyone[:, 1]) == pytest.approx(between.sum(), abs=0.03)
    true = visits[visits >= 200 * np.log(2)][0]
    assert median_time(everyone).value == true
    assert median_time(seen).value == true
    assert np.median(seen[:, 0]) < 0.7 * true, "times that are not treated as censored would say much less"


def test_a_data_cut_leaves_what_uniform_entry_lets_happen(progressing):
    study, result = progressing
    # entry over 300 days, cut at 400: followed for 100 to 400 days, the study to 336
    plan = replace(NOTHING, cut=400 * 24.0, accrual=300 * 24.0)
    seen = free_of_progression(replace(study, conduct=plan), result)
    visits = np.array(study.response("imwg").times["treated"]) / 24
    between = -np.diff(np.exp(-np.array([0, *visits]) / 200))
    share = float((between * np.clip((400 - visits) / 300, 0, 1)).sum())
    assert np.mean(seen[:, 1]) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 4000))
    assert median_time(seen).value == visits[visits >= 200 * np.log(2)][0]
    early = free_of_progression(replace(study, conduct=replace(plan, cut=150 * 24.0)), result)
    assert np.mean(np.isnan(early[:, 0])) == pytest.approx(0.5, abs=0.03), "who has not entered has no time"
    at_start = early[:, 0] == 0
    assert np.mean(at_start) == pytest.approx(21 / 300, abs=0.015), "followed for less than 21 days: no assessment"
    assert not early[at_start, 1].any()
