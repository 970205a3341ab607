"""Predictions: which fitted value acts where, products of scenarios, and spread between people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.calibration.observation import Observation
from unmoor.calibration.plan import Parameter, Plan, load_plan
from unmoor.calibration.predict import Held, predict
from unmoor.calibration.target import Target, read_targets

PLAN = load_plan("mobilisation-first")
TARGETS = {(target.stage, target.id): target for target in read_targets(PLAN.targets, PLAN)}
BASELINE = "cd34_cells_baseline_concentration"


def parameter(symbol: str, *scenarios: str) -> Parameter:
    """A parameter of no table."""
    return Parameter(symbol=symbol, start=1, lower=0.1, upper=10, scenarios=scenarios)


def spread(symbol: str) -> Parameter:
    """The CV of a symbol, of no table."""
    return Parameter(symbol=symbol, start=30, lower=1, upper=200, part="spread")


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
    found = predict(PLAN, rows, [parameter(BASELINE)], np.array([[1.0], [4.0]]), Held())
    assert found[:, 0] == pytest.approx([1.0, 4.0])
    assert found[1, 1] == pytest.approx(found[0, 1], rel=1e-6)


def test_a_ratio_and_a_geometric_mean_of_scenarios() -> None:
    here, there = "donor-80", "donor-240"
    plain = [target("cells", "PPD001", scenario=name, terms=((name, 1.0),)) for name in (here, there)]
    ratio = target("cells", "PPD001", terms=((here, 1.0), (there, -1.0)))
    mean = target("cells", "PPD001", terms=((here, 0.25), (there, 0.75)))
    two = [parameter(BASELINE, here), parameter(BASELINE, there)]
    found = predict(PLAN, [*plain, ratio, mean], two, np.array([[2.0, 32.0]]), Held())[0]
    assert found == pytest.approx([2.0, 32.0, 1 / 16, 2**0.25 * 32**0.75])


def people(count: int) -> Plan:
    """The library's plan with so many people in the stage of donors."""
    stages = [each.model_copy(update={"people": count if each.people else 0}) for each in PLAN.stages]
    return PLAN.model_copy(update={"stages": tuple(stages)})


def test_the_spread_of_a_baseline_is_the_spread_of_its_parameter() -> None:
    row = TARGETS["spread-donors", "PPD001"]
    found = predict(people(4000), [row], [spread(BASELINE)], np.array([[20.0], [60.0]]), Held())[:, 0]
    assert found == pytest.approx([20, 60], rel=0.04)


def test_people_are_the_same_whatever_the_spread_and_the_company() -> None:
    row = TARGETS["spread-donors", "PPD001"]
    sets = np.linspace(25, 70, 90)[:, None]  # more than are integrated at once
    together = predict(people(256), [row], [spread(BASELINE)], sets, Held())[:, 0]
    alone = predict(people(256), [row], [spread(BASELINE)], sets[80:81], Held())[0, 0]
    assert together[80] == pytest.approx(alone, rel=1e-9)
    assert np.all(np.diff(together) > 0)


def test_values_and_spreads_act_apart() -> None:
    held = Held().join([parameter("a"), spread("a")], [2.0, 30.0])
    assert held.acting("one") == {"a": 2.0}
    assert held.acting("one", "spread") == {"a": 30.0}


def test_typical_and_people_stand_side_by_side_in_their_own_units() -> None:
    plain = target("spread-donors", "PPD001", against="typical", observed=Observation(), unit="cells/uL")
    summaries = [Observation("median"), Observation("geometric mean"), Observation("mean"), Observation("log cv")]
    rows = [plain, *(replace(plain, observed=each, against="people") for each in summaries)]
    values = np.array([[3.0, 50.0], [3.0, 1.0]])
    found = predict(people(2000), rows, [parameter(BASELINE), spread(BASELINE)], values, Held())
    assert found[:, 0] == pytest.approx([3, 3])
    assert found[0, 1:4] == pytest.approx([3, 3, 3 * np.sqrt(1.25)], rel=0.04)
    assert found[1, 1:4] == pytest.approx([3, 3, 3], rel=0.01)
    assert found[:, 4] == pytest.approx([50, 1], rel=0.05)


def test_a_set_that_cannot_be_integrated_is_refused_or_nan() -> None:
    row = target("cells", "PPD003")
    odd = parameter("cd34_cells_clearance_rate")
    values = np.array([[0.05], [1e300]])
    with pytest.raises(UnmoorError, match="1 of 2 parameter sets"):
        predict(PLAN, [row], [odd], values, Held())
    found = predict(PLAN, [row], [odd], values, Held(), lenient=True)[:, 0]
    assert np.isfinite(found[0])
    assert np.isnan(found[1])
