"""Scenarios: one run for many parameter sets, against a closed form and against rules of conservation."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.calibration.plan import Scenario, Session
from unmoor.calibration.scenario import run_scenario, scenario_model


def test_an_intravenous_bolus_follows_the_closed_form() -> None:
    model = scenario_model("plerixafor_pk", None)
    scenario = Scenario(
        model="plerixafor_pk", doses=("plerixafor 80 ug/kg iv once",), covariates={"weight": 50}, until=12, every=0.5
    )
    volumes = np.array([5.0, 20.0])
    curve = run_scenario(
        scenario, ["plerixafor_concentration"], [0.25], {"plerixafor_typical_central_volume": volumes}, 2
    )["plerixafor_concentration"]
    constants, size = model.constants, 50 / 70
    clearance = constants["plerixafor_nonrenal_clearance"] * size**0.75
    clearance += constants["plerixafor_renal_ratio"] * constants["creatinine_clearance"]
    flow = constants["plerixafor_typical_intercompartmental_clearance"] * size**0.75
    for volume, values in zip(volumes * size, curve.values, strict=True):
        out, there = clearance / volume, flow / volume
        back = flow / (constants["plerixafor_typical_peripheral_volume"] * size)
        total = out + there + back
        root = np.sqrt(total**2 - 4 * out * back)
        fast, slow = (total + root) / 2, (total - root) / 2
        shares = (fast - back) / (fast - slow), (back - slow) / (fast - slow)
        expected = (
            80e-9 * 50 / volume * (shares[0] * np.exp(-fast * curve.times) + shares[1] * np.exp(-slow * curve.times))
        )
        np.testing.assert_allclose(values, expected, rtol=1e-6)
    assert 0.25 in curve.times
    assert curve.dose == pytest.approx(80e-9, rel=1e-6)


def test_a_session_fills_the_bag_and_only_while_it_runs() -> None:
    scenario = Scenario(
        model="mobilisation", sessions=(Session(start=2, hours=3),), covariates={"weight": 80}, until=8, every=1
    )
    curve = run_scenario(scenario, ["cd34"], [], {}, 1)["cd34"]
    assert curve.product is not None
    assert curve.processed is not None
    assert curve.product[0, :3] == pytest.approx(0)
    assert np.all(np.diff(curve.product[0, 2:6]) > 0)
    assert curve.product[0, 6] == pytest.approx(curve.product[0, 5])
    assert curve.processed[0, -1] == pytest.approx(3 * 0.65 * 0.07 * 80)


def test_values_set_by_force_win_over_the_start() -> None:
    scenario = Scenario(model="mobilisation", set={"vcam1": 0.5, "vla4_vcam1_turnover_rate": 0}, until=4, every=1)
    curve = run_scenario(scenario, ["vcam1"], [], {}, 1)["vcam1"]
    assert curve.values[0] == pytest.approx(0.5)


def test_an_unknown_output_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="cd34"):
        run_scenario(Scenario(model="mobilisation", until=1, every=1), ["cd43"], [], {}, 1)
