from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.dose_finding import enumerate_trials
from unmoor.trial.escalation.escalation import escalate


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
