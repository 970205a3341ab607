import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.result import Result, join


def made(patients=(0, 1, 2), key="k", complete=True, study="a study"):
    """A result of two arms with all kinds of content: NaN, a failed patient, texts, empty tables."""
    patients = np.asarray(patients)
    rng = np.random.default_rng(int(patients[0]))
    arms, times = ["drug", "placebo"], np.array([0.0, 1.5, 24.0])
    axes = {"arm": arms, "patient": patients}
    curves = rng.normal(size=(2, patients.size, 3)).astype(np.float32)
    curves[0, 0] = np.nan
    status = np.zeros((2, patients.size), dtype=np.int64)
    status[0, 0] = 2
    return Result(
        curves=xr.Dataset(
            {"cd34": (("arm", "patient", "time"), curves, {"units": "cells/uL", "long_name": "CD34+"})},
            coords={**axes, "time": ("time", times, {"units": "h"})},
        ),
        sessions=xr.Dataset(
            {
                "start": (("arm", "patient", "session"), rng.normal(size=(2, patients.size, 2)), {"units": "h"}),
                "performed": (("arm", "patient", "session"), rng.random((2, patients.size, 2)) > 0.5, {"units": "1"}),
            },
            coords={**axes, "session": ("session", np.array([1, 2]), {"units": "1"})},
        ),
        doses=pd.DataFrame({"arm": ["drug", "placebo"], "patient": patients[:2], "nmol": [1.0, 0.0]}),
        patients=pd.DataFrame({"sex": "female", "weight": 60.0 + patients}, index=pd.Index(patients, name="patient")),
        status=xr.DataArray(status, dims=("arm", "patient"), coords=axes, name="status"),
        failed=pd.DataFrame({"arm": ["drug"], "patient": [patients[0]], "reason": ["too many steps"]}),
        provenance={"key": key, "study": study, "seed": 1, "complete": complete},
    )


def same(one: Result, two: Result) -> None:
    xr.testing.assert_identical(one.curves, two.curves)
    xr.testing.assert_identical(one.sessions, two.sessions)
    xr.testing.assert_identical(one.status, two.status)
    assert one.curves["cd34"].dtype == two.curves["cd34"].dtype
    assert one.sessions["performed"].dtype == two.sessions["performed"].dtype == bool
    pd.testing.assert_frame_equal(one.doses, two.doses)
    pd.testing.assert_frame_equal(one.patients, two.patients)
    pd.testing.assert_frame_equal(one.failed, two.failed)


def test_what_is_saved_is_what_is_loaded(tmp_path):
    result = made()
    assert result.save(tmp_path / "run") == tmp_path / "run"
    loaded = Result.load(tmp_path / "run")
    same(result, loaded)
    assert loaded.provenance == result.provenance
    assert loaded.complete
    assert loaded.arms == ("drug", "placebo")
    assert loaded.n == 3


def test_any_parquet_reader_opens_the_tables(tmp_path):
    result = made()
    result.save(tmp_path)
    curves = pd.read_parquet(tmp_path / "curves")
    assert list(curves.columns) == ["arm", "patient", "time", "cd34"]
    row = curves[(curves["arm"] == "placebo") & (curves["patient"] == 2) & (curves["time"] == 24.0)]
    assert row["cd34"].item() == result.curves["cd34"].sel(arm="placebo", patient=2, time=24.0).item()


def test_saving_the_same_run_again_replaces_it(tmp_path):
    made().save(tmp_path)
    made().save(tmp_path)
    same(Result.load(tmp_path), made())


def test_joined_parts_are_the_whole():
    whole = join([made((0, 1)), made((7, 9))], {"key": "k"})
    assert whole.n == 4
    assert whole.curves["patient"].values.tolist() == [0, 1, 7, 9]
    assert whole.curves["cd34"].attrs["units"] == "cells/uL"
    assert whole.doses[["arm", "patient"]].to_numpy().tolist() == [
        ["drug", 0],
        ["drug", 7],
        ["placebo", 1],
        ["placebo", 9],
    ]
    np.testing.assert_array_equal(whole.curves["cd34"].sel(patient=9), made((7, 9)).curves["cd34"].sel(patient=9))
    with pytest.raises(BadInput, match="no patients finished"):
        join([], {})


def test_an_unknown_arm_has_a_nearest_one():
    assert made().check_arm("drug") == "drug"
    with pytest.raises(UnknownName, match="did you mean 'placebo'"):
        made().check_arm("placeboo")
