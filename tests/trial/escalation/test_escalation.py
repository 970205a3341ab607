from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import designs
from unmoor.trial.dose_finding import enumerate_trials
from unmoor.trial.escalation.escalation import escalate, run_escalation
from unmoor.trial.escalation.toxicity import toxicity
from unmoor.trial.statistics.proportion import wilson


@pytest.fixture(scope="module")
def run(levels, levels_result):
    return escalate(levels, levels_result)


@pytest.mark.parametrize("design", ["three-plus-three", "boin"])
def test_trials_on_patients_meet_the_exact_enumeration(levels, levels_result, design) -> None:
    found = escalate(levels, levels_result, design=design, trials=4000)
    exact = enumerate_trials(found.design.design).operating(found.toxicity.rates)
    error = np.sqrt(exact.selected * (1 - exact.selected) / 4000)
    assert (np.abs(found.operating.selected - exact.selected) < 4 * error + 1e-9).all()
    assert found.operating.n == pytest.approx(exact.n, abs=0.2)
    assert found.operating.dlt == pytest.approx(exact.dlt, abs=0.1)


FIELDS = {
    "blrm": {"doses": [240, 280, 320, 400], "reference": 320, "mean": [-1.1, 0.7], "sd": [1.0, 0.8]},
    "boin_comb": {"first": 2, "second": 2},
    "crm": {"skeleton": [0.05, 0.12, 0.25, 0.4]},
    "ewoc": {"doses": [240, 280, 320, 400], "dose_limit": 480},
    "partial_order_crm": {"skeleton": [0.05, 0.12, 0.25, 0.4], "orders": [[1, 2, 3, 4], [1, 3, 2, 4]]},
    "tite_crm": {"skeleton": [0.05, 0.12, 0.25, 0.4]},
}


@pytest.mark.parametrize("name", designs.design_names())
def test_every_design_runs_on_the_patients_of_a_study(levels, levels_result, name) -> None:
    plan, known = levels.escalation, toxicity(levels, levels_result)
    run = run_escalation(plan, plan.named(name, FIELDS.get(name, {})), known, known.truth(plan, 60, 1))
    design = run.design.design
    assert (run.escalated >= min(3, design.cohort)).all()
    assert (run.escalated <= design.n).all()
    assert ((run.given > 0).sum(axis=1) == np.where(run.recommended > 0, 20, run.escalated)).all()
    entered = run.given > 0
    assert np.array_equal(np.isnan(run.entry), ~entered)
    assert (np.nan_to_num(np.diff(run.entry, axis=1)) >= 0).all()
    # a DLT stands exactly where the patient has one at that level
    rows = np.argsort(known.who)[np.searchsorted(np.sort(known.who), run.who[entered])]
    assert np.array_equal(run.dlt[entered], known.hours[rows, run.given[entered] - 1])
    # two toxic levels of four: no design takes the highest, toxic in four of five, in most trials
    assert (run.recommended == 4).mean() < 0.5


def test_who_is_left_is_treated_at_the_recommended_level(run) -> None:
    assert run.given.shape == (1000, 20)
    for trial in range(0, 1000, 97):
        path = run.path(trial)
        level = run.recommended[trial]
        assert len(path) == (20 if level else run.escalated[trial])
        assert (path["level"][path["expansion"]] == level).all()
        assert (~path["expansion"]).sum() == run.escalated[trial]
        ended = run.outcome.duration[trial] * run.plan.window
        assert (path["entry"][path["expansion"]] >= ended).all()
        assert path["entry"].is_monotonic_increasing
    stopped = run.recommended == 0
    assert ((run.given[stopped] > 0).sum(axis=1) == run.escalated[stopped]).all()


def test_what_happens_to_a_patient_is_what_the_curves_say(run, levels_result) -> None:
    path = run.path(run.typical)
    curves = levels_result.curves["plerixafor_concentration"]
    for row in path.itertuples():
        curve = curves.sel(arm=row.arm).isel(patient=row.patient).values
        assert row.dlt == bool((curve >= 1000).any())
        if row.dlt:
            assert row.dlt_time == levels_result.times[curve >= 1000][0] - 8


def test_months_hold_the_waiting(run) -> None:
    assert (run.months >= run.months_of_design).all()
    path = run.path(0)
    over = (path["entry"] + path["dlt_time"].fillna(run.plan.window)).max()
    assert run.months[0] == pytest.approx(over / 730.5)
    # 20 patients at 2 a month: some ten months, and more where cohorts wait
    assert 8 < run.months.mean() < 12


def test_the_table_adds_up(run) -> None:
    table = run.table()
    assert table["level"].tolist() == ["none", "low", "middle", "high", "top"]
    assert (table["rate_lower"] < table["rate"])[2:].all()
    assert (table["rate"] < table["rate_upper"])[1:].all()
    expected = wilson(round(200 * run.toxicity.rates[2]), 200)
    assert (table["rate_lower"][3], table["rate_upper"][3]) == (expected.lower, expected.upper)
    assert table["selected"].sum() == pytest.approx(1)
    assert table["all_patients"].sum() == pytest.approx((run.given > 0).sum() / 1000)
    assert table["all_dlts"].sum() == pytest.approx(np.isfinite(run.dlt).sum() / 1000)
    assert (table["patients"] <= table["all_patients"] + 1e-12)[1:].all()
    assert (table["lower"] <= table["selected"]).all()


def test_a_trial_does_not_depend_on_how_many_there_are(run, levels, levels_result) -> None:
    few = escalate(levels, levels_result, trials=7)
    assert np.array_equal(few.given, run.given[:7])
    assert np.array_equal(few.who, run.who[:7])


def test_what_does_not_exist_is_refused(run, levels, levels_result) -> None:
    with pytest.raises(BadInput, match="trial 1000"):
        run.path(1000)
    with pytest.raises(UnknownName, match="did you mean 'boin'"):
        escalate(levels, levels_result, design="bion")
    with pytest.raises(BadInput, match="trials"):
        escalate(levels, levels_result, trials=0)
