import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import curves_summary, evaluate, load_study, simulate
from unmoor.trial.among import condition, members


@pytest.fixture
def parted(write_study):
    """The bag study with heavy people in one arm and light ones in the other."""
    heavy = ("name: drug\n    title: With drug\n", "name: drug\n    title: With drug\n    among: weight > 70\n")
    light = ("title: Without drug\n", "title: Without drug\n    among: weight <= 70\n")
    return load_study(write_study(heavy, light, ("    compare: placebo\n", "")))


def test_an_arm_holds_only_those_who_meet_its_condition(parted, some_people):
    people = some_people(parted, [2.0, 2.0, 0.1, 0.1, 1.0], weight=[80.0, 90, 60, 85, 65], breaking=[0, 0, 0, 0, 0.01])
    result = simulate(parted, people)
    np.testing.assert_array_equal(result.status.sel(arm="drug"), [0, 0, 0, 0, 0])
    assert result.status.sel(arm="placebo").values[4] != 0
    assert list(result.failed["arm"]) == ["placebo"]
    inside = np.isfinite(result.curves["count"].sel(arm="drug")).all("time").values
    np.testing.assert_array_equal(inside, [True, True, False, True, False])
    given = result.doses.groupby("arm")["patient"].agg(set)
    assert (given["drug"], given["placebo"]) == ({100, 101, 103}, {102, 104})
    assert not result.sessions["performed"].sel(arm="drug", patient=102).any()
    rows = evaluate(parted, result).query("endpoint == 'reached-5'").set_index("arm")
    drug, placebo = rows.loc["drug"], rows.loc["placebo"]
    assert (drug["n"], drug["n_failed"], drug["estimate"]) == (3, 0, pytest.approx(2 / 3))
    assert (placebo["n"], placebo["n_failed"], placebo["estimate"]) == (1, 1, 0.0)
    counts = curves_summary(result).groupby("arm")["n"].first()
    assert (counts["drug"], counts["placebo"]) == (3, 1)


def test_chunks_and_folders_change_nothing(parted, some_people, tmp_path):
    people = some_people(parted, [2.0, 0.1, 1.0], weight=[80.0, 60.0, 85.0])
    whole = evaluate(parted, simulate(parted, people))
    stored = simulate(parted, people, chunk=1, to=tmp_path / "run", keep=False)
    pd.testing.assert_frame_equal(evaluate(parted, stored), whole)


def test_members_by_number_and_by_category(bag):
    people = pd.DataFrame({"weight": [60.0, 80.0], "sex": pd.Categorical(["male", "female"])})
    np.testing.assert_array_equal(members(None, people), [True, True])
    np.testing.assert_array_equal(members(condition("weight > 70", bag.population, ""), people), [False, True])
    plain = people.astype({"sex": object})
    for table in (people, plain):
        formula = condition("weight > 70", bag.population, "").__class__('sex == "male" or weight > 90')
        np.testing.assert_array_equal(members(formula, table), [True, False])


@pytest.mark.parametrize(
    ("among", "error", "message"),
    [
        ("wieght > 70", UnknownName, "did you mean 'weight'"),
        ("weight + 1", BadInput, "is not a condition"),
        ("weight >", BadInput, "cannot read formula"),
    ],
)
def test_a_condition_that_cannot_be_meant(write_study, line_of, among, error, message):
    path = write_study(("title: Without drug\n", f"title: Without drug\n    among: {among}\n"))
    with pytest.raises(error, match=message) as caught:
        load_study(path)
    assert f"{path}:{line_of(path, 'among:')}" in str(caught.value)


def test_arms_of_different_people_are_not_compared(write_study):
    with pytest.raises(BadInput, match="cannot be compared"):
        load_study(write_study(("title: Without drug\n", "title: Without drug\n    among: weight > 70\n")))
