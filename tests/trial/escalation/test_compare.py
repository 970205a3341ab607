from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import designs
from unmoor.trial.escalation.compare import compare_designs
from unmoor.trial.escalation.escalation import escalate
from unmoor.trial.escalation.plan import NamedDesign


def test_all_designs_of_the_study_meet_the_same_trials(levels, levels_result) -> None:
    heard = []
    found = compare_designs(levels, levels_result, progress=lambda done, total: heard.append((done, total)))
    assert [run.design.name for run in found.runs] == ["three-plus-three", "boin", "crm"]
    # everyone begins at the lowest level, so the first cohort of a trial is the same people
    first = [run.who[:, :3] for run in found.runs]
    assert np.array_equal(first[0], first[1])
    assert np.array_equal(first[0], first[2])
    alone = escalate(levels, levels_result, design="crm")
    assert np.array_equal(alone.given, found.runs[2].given)
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_the_tables_say_what_each_design_did(levels, levels_result) -> None:
    found = compare_designs(levels, levels_result, trials=400)
    table, totals = found.table(), found.totals()
    assert table["design"].unique().tolist() == totals["design"].tolist() == ["three-plus-three", "boin", "crm"]
    assert (totals["true_mtd"] == "high").all()
    for row, run in zip(totals.itertuples(), found.runs, strict=True):
        assert row.correct == np.mean(run.recommended == 3)
        assert row.above_mtd_patients == pytest.approx((run.outcome.given == 4).sum() / (run.outcome.given > 0).sum())
        assert row.months == pytest.approx(run.months_of_design.mean())
        assert row.overdosed_60 == np.mean((run.outcome.given == 4).sum(axis=1) > 0.6 * run.design.design.n)
    # a design that stops at six patients a level treats fewer than one that goes on to 18
    assert totals["patients"][0] < totals["patients"][1] == 18


def test_designs_of_ones_own_and_another_target(levels, levels_result) -> None:
    own = NamedDesign("boin of one", designs.Boin(target=0.3, doses=4, n=12, cohort=1))
    found = compare_designs(levels, levels_result, ["boin", own, "mtpi2"], trials=50, target=0.3)
    assert [run.design.design.target for run in found.runs] == [0.3, 0.3, 0.3]
    assert found.runs[1].escalated.max() <= 12


def test_refusals(levels, levels_result) -> None:
    for asked, message in (([], "no design"), (["boin", "boin"], "'boin' stands twice")):
        with pytest.raises(BadInput, match=message):
            compare_designs(levels, levels_result, asked)
    with pytest.raises(UnknownName, match="did you mean 'crm'"):
        compare_designs(levels, levels_result, ["cmr"])
    with pytest.raises(BadInput, match="target is 0"):
        compare_designs(levels, levels_result, target=0.0)


def test_how_often_the_published_level_is_recommended(oncology, oncology_result, levels, levels_result) -> None:
    totals = compare_designs(oncology, oncology_result, trials=50)
    run = totals.runs[0]
    assert totals.totals()["as_published"][0] == np.mean(run.recommended == 2)
    assert compare_designs(levels, levels_result, trials=50).totals()["as_published"].isna().all()
