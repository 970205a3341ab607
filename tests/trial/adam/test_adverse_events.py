import dataclasses

import numpy as np
import pytest
import xarray as xr

from unmoor.trial.adam.adverse_events import adae


def test_adverse_events_happen_where_a_hazard_crosses_its_draw(bag, bag_result):
    times = bag_result.times
    arms, n = len(bag.arms), bag_result.n
    rise = np.zeros((arms, n, len(times)))
    rise[0, 1] = times / 50.0  # crosses 1 at 50 h
    rise[0, 5] = times / 10.0  # of the patient who failed
    curve = xr.DataArray(rise, dims=("arm", "patient", "time"), coords=dict(bag_result.curves.coords))
    study = dataclasses.replace(bag, outputs={"rash_reached": "rash_reached"})
    result = dataclasses.replace(bag_result, curves=curve.to_dataset(name="rash_reached"))
    table = adae(study, result)
    assert table["USUBJID"].tolist() == ["bag.drug.101"]
    assert table["AETERM"].tolist() == ["RASH"]
    assert table["ASTRLTM"].iloc[0] == pytest.approx(50, abs=1e-9)
    assert (table["ASTDY"].iloc[0], table["AESEQ"].iloc[0]) == (3, 1)
    assert adae(bag, bag_result).empty


def test_a_graded_event_is_one_record_at_its_worst_grade(oncology, oncology_result):
    table = adae(oncology, oncology_result)
    assert set(table["AETERM"]) == {"RASH"}
    for arm in ("low", "high"):
        grades = oncology_result.curves["rash_grade"].sel(arm=arm).transpose("patient", "time").values
        worst = grades.max(axis=1)
        rows = table[table["USUBJID"].str.startswith(f"oncology.{arm}.")].set_index("USUBJID")
        assert len(rows) == (worst >= 1).sum() > 0
        for number, patient in enumerate(oncology_result.patients.index):
            if worst[number] >= 1:
                row = rows.loc[f"oncology.{arm}.{patient}"]
                assert row["ATOXGR"] == str(int(worst[number]))
                assert row["ASTRLTM"] == oncology_result.times[np.argmax(grades[number] >= 1)]
                assert row["AESEQ"] == 1
    assert set(table["ATOXGR"]) == {"1", "3"}
