"""Noted steps: they add up to the time integrated, keep to the tolerance, and shrink with it as the order says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base.errors import BadInput
from unmoor.engine import integrate, step_trace
from unmoor.engine.outcome import Status
from unmoor.model import load_model

STEPS = ["step_time", "step_size", "step_error", "step_accepted"]


@pytest.fixture(scope="module")
def swing(model):
    """An oscillator, with a rate that can be made to blow up."""
    return model({"x": "w*v + blow*x**2", "v": "-w*x"}, initial={"x": "1"}, constants={"w": 2.0, "blow": 0.0})


def taken(found: xr.Dataset) -> xr.DataArray:
    return found["step_size"].where(found["step_accepted"])


def test_steps_add_up_and_follow_one_another(swing):
    found = integrate(swing, parameters={"w": [1.0, 3.0, 9.0]}, times=[0.0, 7.0, 20.0], debug=True)
    assert found["step_size"].dims == ("patient", "step")
    np.testing.assert_allclose(taken(found).sum("step"), 20.0, rtol=1e-12)
    assert found["step_size"].notnull().sum("step").values.tolist() == found["steps"].values.tolist()
    assert (found["step_size"].notnull() & ~found["step_accepted"]).sum("step").values.tolist() == (
        found["rejected"].values.tolist()
    )
    for who in range(3):
        mine = found.isel(patient=who, step=slice(int(found["steps"][who])))
        ends = (mine["step_time"] + taken(mine)).values[mine["step_accepted"].values]
        np.testing.assert_allclose(ends[:-1], mine["step_time"].values[mine["step_accepted"].values][1:], rtol=1e-12)
    assert int(found["steps"][2]) > int(found["steps"][0])


def test_errors_decide_and_refused_steps_are_tried_again_shorter(model):
    """A rate that sets in within a moment, which steps that have grown long run into."""
    front = model({"x": "-x + 40/(1 + exp(-60*(time - 5)))"}, initial={"x": "1"})
    found = integrate(front, times=[0.0, 10.0], rtol=1e-8, debug=True)
    error, accepted = found["step_error"].values, found["step_accepted"].values
    assert int(found["rejected"]) > 0
    np.testing.assert_array_equal(accepted, error <= 1.0)
    for k in np.flatnonzero(~accepted):
        assert found["step_time"].values[k + 1] == found["step_time"].values[k]
        assert found["step_size"].values[k + 1] < found["step_size"].values[k]


def test_a_32nd_of_the_tolerance_halves_the_steps(swing):
    """The error of a step goes with its fifth power."""
    sizes = [
        float(taken(integrate(swing, times=[0.0, 40.0], rtol=rtol, atol=1e-13, debug=True)).median())
        for rtol in (1e-5, 1e-5 / 32, 1e-5 / 32**2)
    ]
    np.testing.assert_allclose([sizes[0] / sizes[1], sizes[1] / sizes[2]], 2.0, rtol=0.06)


def test_steps_end_at_doses_and_looking_changes_no_number(swing):
    table = pd.DataFrame({"ID": [1, 1, 2], "TIME": [0.0, 3.7, 1.3], "EVID": 1, "AMT": 1.0, "CMT": "x"})
    plain = integrate(swing, events=table, times=[0.0, 6.0])
    found = integrate(swing, events=table, times=[0.0, 6.0], debug=True)
    xr.testing.assert_identical(plain, found.drop_vars([*STEPS, "steps", "rejected"]))
    for who, dose in ((0, 3.7), (1, 1.3)):
        assert dose in found["step_time"].values[who]
    seen = integrate(swing, events=pd.concat([table, table.assign(TIME=6.0, EVID=0, AMT=0.0).iloc[1:]]).sort_values(
        ["ID", "TIME"], kind="stable"), debug=True)  # fmt: skip
    assert seen["step_size"].dims == ("course", "step")
    assert seen["in_course"].values.tolist() == [0, 1]
    np.testing.assert_allclose(taken(seen).sum("step"), 6.0, rtol=1e-9)


def test_a_failure_shows_how_the_steps_shrank(swing):
    found = integrate(swing, parameters={"blow": [0.0, 5.0]}, times=[0.0, 9.0], debug=True)
    assert int(found["status"][1]) in (Status.TOO_SMALL_STEP, Status.UNSTABLE)
    sizes = found["step_size"].values[1, : int(found["steps"][1])]
    assert sizes[-1] < 1e-12 < sizes.max()
    assert float(taken(found)[1].sum()) < 1.0


def test_models_with_events_note_their_steps_too(tmp_path):
    text = "x = 0; n = 0; x' = 1; at x > 2.5: x = 0, n = n + 1;"
    path = tmp_path / "saw.ant"
    antimony = pytest.importorskip("antimony")
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(text) >= 0
    path = tmp_path / "saw.xml"
    path.write_text(antimony.getSBMLString("__main"))
    found = integrate(load_model(path), times=[0.0, 9.0], debug=True)
    assert float(found["n"][-1]) == 3.0
    np.testing.assert_allclose(taken(found).sum("step"), 9.0, rtol=1e-12)
    assert int(found["steps"]) == found["step_size"].notnull().sum()
    assert (~found["step_accepted"]).sum() == int(found["rejected"])


def test_symbols_called_like_the_coordinates_keep_their_names(model):
    made = model({"step_size": "-step_size", "steps": "-steps"}, initial={"step_size": "1"})
    found = integrate(made, times=[0.0, 1.0], debug=True)
    assert float(found["step_size"][1]) == pytest.approx(np.exp(-1), rel=1e-5)
    assert float(found["step_size_"].sum()) == pytest.approx(1.0)
    assert int(found["steps_"]) == found.sizes["step"]


def test_a_population_is_too_much_to_look_into(swing, monkeypatch):
    monkeypatch.setattr(step_trace, "MOST", 10_000)
    with pytest.raises(BadInput, match=r"2 patients with up to \d+ steps are more than debug can hold"):
        integrate(swing, parameters={"w": [30.0, 40.0]}, times=[0.0, 9.0], debug=True)
