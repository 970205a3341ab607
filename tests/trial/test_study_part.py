"""A study cut down to what some published rows are about gives those rows the same numbers."""

from __future__ import annotations

import numpy as np

from unmoor.population import sample
from unmoor.trial import evaluate, load_study, simulate
from unmoor.trial.study_part import about


def test_arms_and_endpoints_of_the_rows_stay_and_their_numbers_with_them() -> None:
    study = load_study("dipersio-2009-nhl")
    rows = [part for part in study.published if part.arm == "placebo" and part.endpoint == "fold-increase"]
    part = about(study, rows)
    assert [arm.name for arm in part.arms] == ["placebo"]
    assert [each.name for each in part.endpoints] == ["fold-increase"]
    assert part.published == tuple(rows)
    patients = sample(study.population, 20, seed=1)
    whole, cut = (evaluate(each, simulate(each, patients)) for each in (study, part))
    same = whole[(whole["endpoint"] == "fold-increase") & (whole["arm"] == "placebo")]
    np.testing.assert_allclose(cut["estimate"], same["estimate"], rtol=1e-6)
    np.testing.assert_array_equal(cut["predicted_lower"], same["predicted_lower"])


def test_a_row_of_the_whole_trial_keeps_all_levels() -> None:
    study = load_study("borthakur-2020")
    assert study.escalation is not None
    whole = about(study, [part for part in study.published if part.arm == "trial"])
    assert tuple(arm.name for arm in whole.arms) == study.escalation.levels
    assert whole.escalation is study.escalation


def test_without_a_row_of_the_whole_trial_there_is_no_dose_finding() -> None:
    study = load_study("borthakur-2020")
    level = study.arms[0].name
    rows = [part.model_copy(update={"arm": level}) for part in study.published[:1]]
    part = about(study, rows)
    assert [arm.name for arm in part.arms] == [level]
    assert part.escalation is None
