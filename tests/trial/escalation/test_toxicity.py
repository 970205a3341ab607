from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.population import sample
from unmoor.trial import simulate
from unmoor.trial.escalation.toxicity import levels_only, planned, toxicity


def test_rates_are_shares_of_patients_beyond_the_level(levels, levels_result) -> None:
    found = toxicity(levels, levels_result)
    curves = levels_result.curves["plerixafor_concentration"]
    shares = [float((curves.sel(arm=arm) >= 1000).any("time").mean()) for arm in levels.escalation.levels]
    assert found.rates == pytest.approx(shares)
    assert found.rates == tuple(sorted(found.rates))
    assert 0.1 < found.rates[2] < 0.4 < found.rates[3]
    assert found.hours.shape == (200, 4)


def test_a_stored_result_gives_the_same(levels, levels_result, tmp_path) -> None:
    levels_result.save(tmp_path / "run")
    one, two = toxicity(levels, levels_result), toxicity(levels, Result.open(tmp_path / "run"))
    assert np.array_equal(one.hours, two.hours)


def test_who_could_not_be_integrated_is_in_no_trial(levels, levels_result) -> None:
    status = levels_result.status.copy()
    status.loc[{"arm": "high"}][3] = 1
    found = toxicity(levels, replace(levels_result, status=status))
    assert found.failed == 1
    assert found.who.tolist() == [patient for patient in range(200) if patient != 3]
    status[:] = 1
    with pytest.raises(BadInput, match="no patient could be integrated"):
        toxicity(levels, replace(levels_result, status=status))


def test_trials_draw_their_patients_the_same_whatever_their_number(levels, levels_result) -> None:
    found = toxicity(levels, levels_result)
    few, many = (found.truth(levels.escalation, trials, 3) for trials in (5, 50))
    assert np.array_equal(few.who, many.who[:5])
    assert np.array_equal(few.gaps, many.gaps[:5])
    assert few.rates == pytest.approx(found.rates)


def test_a_study_without_levels_says_what_to_add(levels) -> None:
    with pytest.raises(BadInput, match="has no dose levels") as refused:
        planned(replace(levels, escalation=None))
    assert "escalation:" in refused.value.todo


def test_only_the_levels_need_be_simulated(levels, levels_result) -> None:
    few = levels_only(levels)
    assert [arm.name for arm in few.arms] == ["low", "middle", "high", "top"]
    assert few.times[-1] == 176.0 < levels.times[-1]
    again = simulate(few, sample(few.population, 30, 1))
    assert np.array_equal(toxicity(few, again).hours, toxicity(levels, levels_result).hours[:30])
