"""Predictions: which fitted value acts where, products of scenarios, and spread between people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmoor.calibration.plan import Parameter, load_plan
from unmoor.calibration.predict import Held, predict_spread, predict_typical
from unmoor.calibration.target import Target, read_targets

PLAN = load_plan("mobilisation-first")
TARGETS = {(target.stage, target.id): target for target in read_targets(PLAN.targets, PLAN)}
BASELINE = "cd34_cells_baseline_concentration"


def parameter(symbol: str, *scenarios: str) -> Parameter:
    """A parameter of no table."""
    return Parameter(symbol=symbol, start=1, lower=0.1, upper=10, scenarios=scenarios)


def target(*key: str, **changes: object) -> Target:
    """A target of the library, changed."""
    return replace(TARGETS[key[0], key[1]], **changes)  # type: ignore[arg-type]


def test_what_names_a_scenario_wins_over_what_names_none() -> None:
    held = Held().join([parameter("a", "one"), parameter("a"), parameter("b")], [3.0, 2.0, 5.0])
    assert held.acting("one") == {"a": 3.0, "b": 5.0}
    assert held.acting("two") == {"a": 2.0, "b": 5.0}
    assert held.join([parameter("b")], [7.0]).acting("two")["b"] == 7.0


def test_counts_scale_with_the_baseline_and_folds_do_not() -> None:
    rows = [target("cells", "PPD003"), target("cells", "PPD008")]
    found = predict_typical(PLAN, rows, [parameter(BASELINE)], np.array([[1.0], [4.0]]), Held())
    assert found[:, 0] == pytest.approx([1.0, 4.0])
    assert found[1, 1] == pytest.approx(found[0, 1], rel=1e-6)


def test_a_ratio_and_a_geometric_mean_of_scenarios() -> None:
    here, there = "donor-80", "donor-240"
    plain = [target("cells", "PPD001", scenario=name, terms=((name, 1.0),)) for name in (here, there)]
    ratio = target("cells", "PPD001", terms=((here, 1.0), (there, -1.0)))
    mean = target("cells", "PPD001", terms=((here, 0.25), (there, 0.75)))
    two = [parameter(BASELINE, here), parameter(BASELINE, there)]
    found = predict_typical(PLAN, [*plain, ratio, mean], two, np.array([[2.0, 32.0]]), Held())[0]
    assert found == pytest.approx([2.0, 32.0, 1 / 16, 2**0.25 * 32**0.75])


def test_the_spread_of_a_baseline_is_the_spread_of_its_parameter() -> None:
    row = TARGETS["spread-donors", "PPD001"]
    cvs = np.array([[20.0], [60.0]])
    found = predict_spread(PLAN, [row], [parameter(BASELINE)], cvs, Held(), Held(), 4000)[:, 0]
    assert found == pytest.approx([20, 60], rel=0.04)


def test_people_are_the_same_whatever_the_spread() -> None:
    row = TARGETS["spread-donors", "PPD001"]
    found = [
        predict_spread(PLAN, [row], [parameter(BASELINE)], np.array([[cv]]), Held(), Held(), 64)[0, 0]
        for cv in (30, 30)
    ]
    assert found[0] == found[1]
