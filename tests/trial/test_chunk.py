import numpy as np
import pandas as pd
import pytest

from unmoor.trial import load_study
from unmoor.trial.chunk import Setup, simulate_chunk


def run(study, people):
    return simulate_chunk(Setup.of(study, people), people, threads=1, tick=lambda: None, rtol=1e-8, atol=1e-10)


def test_the_model_is_compiled_for_what_curves_sessions_and_rules_need(write_study, some_people):
    study = load_study(write_study(("[count, collected, plerixafor_concentration]", "[plerixafor_concentration]")))
    setup = Setup.of(study, some_people(study, [1.0]))
    assert set(setup.simulator.outputs) == {"plerixafor_concentration", "count", "collected"}
    result = run(study, some_people(study, [2.0]))
    assert list(result.curves.data_vars) == ["plerixafor_concentration"]
    assert result.sessions["cumulative"].values[0, 0].tolist() == pytest.approx([8.0] * 4)


def test_curves_have_their_names_labels_and_units(bag, some_people):
    curves = run(bag, some_people(bag, [1.0])).curves
    assert curves["count"].attrs == {"units": "cells/uL", "long_name": "cells in blood"}
    assert curves["time"].attrs["units"] == "h"
    assert curves["count"].values[0, 0] == pytest.approx(10 + 0.5 * bag.times, rel=1e-6)


def test_a_tick_for_every_arm(bag, some_people):
    ticks = []
    people = some_people(bag, [1.0])
    setup = Setup.of(bag, people)
    simulate_chunk(setup, people, threads=1, tick=lambda: ticks.append(1), rtol=1e-6, atol=1e-9)
    assert len(ticks) == len(bag.arms)


def test_a_patient_keeps_number_and_row(bag, some_people):
    people = some_people(bag, [0.1, 0.2, 0.3])[[2, 0]]
    result = run(bag, people)
    assert result.patients.index.tolist() == [102, 100]
    assert result.curves["patient"].values.tolist() == [102, 100]
    np.testing.assert_allclose(result.sessions["yield"].values[0, :, 0], [1.2, 0.4])
    assert result.patients["speed"].tolist() == [0.3, 0.1]
    assert result.doses[result.doses["arm"] == "drug"]["patient"].tolist() == [100] * 4 + [102] * 4


def test_an_arm_without_any_dose(write_study, some_people):
    placebo = "    placebo:\n      - plerixafor 0.24 mg/kg sc on days 4-7 at 22:00\n"
    study = load_study(write_study((placebo, "")))
    result = run(study, some_people(study, [1.0]))
    assert set(result.doses["arm"]) == {"drug"}
    assert result.sessions["performed"].sel(arm="placebo").values.sum() == 2


def test_a_failure_has_a_reason_a_time_and_a_state(bag, some_people):
    result = run(bag, some_people(bag, [1.0, 1.0], breaking=[0.0, 0.02]))
    row = result.failed.iloc[0]
    assert (row["arm"], row["patient"], row["state"]) == ("drug", 101, "frail")
    assert row["time"] == pytest.approx(50.0, abs=0.1)
    assert len(row["reason"]) > 20
    assert row["state_times_typical"] > 1e6  # frail is 1 in who does not break
    assert row["cause"].startswith(row["reason"])
    assert "'frail' is" in row["cause"]
    assert result.status.dims == ("arm", "patient")


def test_the_state_and_the_parameter_that_are_out_of_the_way_are_named(bag, some_people):
    """A count that starts at its own, high value and rises at a tenth, beside the frailty that fails."""
    result = run(bag, some_people(bag, [1.0, 1.0], breaking=[0.02, 0.0], rise=[0.05, 0.5]))
    failed = result.failed
    assert failed["patient"].tolist() == [100, 100]
    assert failed["parameter"].tolist() == ["rise"] * 2
    assert failed["times_typical"].tolist() == pytest.approx([0.1] * 2)
    assert all("'rise' is 0.1 times its typical value" in text for text in failed["cause"])


def test_who_failed_says_the_same_in_any_company(bag, some_people):
    speeds = {"breaking": [0.02, 0.01, 0.0], "rise": [0.5, 5.0, 0.5]}
    together = run(bag, some_people(bag, [1.0, 2.0, 3.0], **speeds)).failed
    alone = run(bag, some_people(bag, [1.0, 2.0, 3.0], **speeds)[[1]]).failed
    pd.testing.assert_frame_equal(
        together[together["patient"] == 101].reset_index(drop=True), alone.reset_index(drop=True), check_exact=True
    )
