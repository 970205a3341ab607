from __future__ import annotations

import numpy as np
import pytest

from unmoor.population import sample
from unmoor.trial import evaluate, load_study, simulate
from unmoor.trial.escalation.whole_trial import whole_trial


@pytest.fixture(scope="module")
def table(levels, levels_result):
    return evaluate(levels, levels_result)


@pytest.fixture(scope="module")
def whole(levels, levels_result):
    return whole_trial(levels, levels_result)


def test_a_patient_counts_at_the_level_that_was_given(levels, levels_result, whole) -> None:
    measure = levels.measure(levels.endpoint("peak"))
    arms = {name: measure.values(levels_result, name) for name in levels_result.arms}
    drawn = whole.values(arms)[whole.chosen]
    run = whole.escalation
    for trial in (0, 17, 400):
        path = run.path(trial)
        expected = [arms[row.arm][row.patient] for row in path.itertuples()]
        assert drawn[trial][: len(path)].tolist() == expected
        assert np.isnan(drawn[trial][len(path) :]).all()


def test_every_patient_stands_once_for_the_whole(whole) -> None:
    assert sorted(whole.once % 200) == list(range(200))
    entered = set(whole.chosen.ravel().tolist())
    assert set(whole.once.tolist()) <= entered
    # the levels of those who stand for all are those of all, within what 200 of them can say
    given = np.bincount(whole.escalation.given.ravel(), minlength=5)[1:] / (whole.escalation.given > 0).sum()
    stands = np.bincount(whole.once // 200, minlength=4) / 200
    assert stands == pytest.approx(given, abs=4 * 0.5 / np.sqrt(200))


def test_the_row_of_the_whole_trial(table, levels, levels_result, whole) -> None:
    rows = table[(table["endpoint"] == "above-700") & (table["arm"] == "trial")]
    assert len(rows) == 1
    row = rows.iloc[0]
    measure = levels.measure(levels.endpoint("above-700"))
    values = whole.values({name: measure.values(levels_result, name) for name in levels_result.arms})
    trials = np.nanmean(values[whole.chosen], axis=1)
    assert (row["predicted_lower"], row["predicted_upper"]) == pytest.approx(tuple(np.quantile(trials, [0.05, 0.95])))
    assert row["lower"] < trials.mean() < row["upper"]
    assert (row["predicted_n"], row["published"], row["published_n"], row["n"]) == (20, 0.75, 20, 200)
    assert row["predicted_lower"] <= 0.75 <= row["predicted_upper"]
    assert row["verdict"] == "inside"
    low, high = (table[(table["endpoint"] == "above-700") & (table["arm"] == arm)]["estimate"].item()
                 for arm in ("low", "top"))  # fmt: skip
    assert low < row["estimate"] < high


def test_every_endpoint_has_the_row(table) -> None:
    assert table[table["arm"] == "trial"]["endpoint"].tolist() == ["peak", "above-700"]


def test_an_association_is_that_of_the_levels_as_given(write_levels) -> None:
    asked = """endpoints:
  - name: clearance
    type: association
    label: Weight and peak
    parameter: weight
    output: plerixafor_concentration
    negative_at: 0.05
"""
    study = load_study(write_levels(("endpoints:\n", asked)))
    table = evaluate(study, simulate(study, sample(study.population, 60, 1)))
    rows = table[(table["endpoint"] == "clearance") & (table["arm"] == "trial")]
    assert rows["n"].tolist() == [60, 60]
    assert rows["predicted_n"].tolist() == [20, 20]
    assert rows["predicted_lower"].iloc[0] < rows["estimate"].iloc[0] < rows["predicted_upper"].iloc[0]
    assert "1000 trials" in rows["statistic"].iloc[1]
