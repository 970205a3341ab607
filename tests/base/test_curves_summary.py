import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base.curves_summary import curves_summary
from unmoor.base.errors import BadInput
from unmoor.base.result import Result


def ranks() -> Result:
    """101 patients whose value is their number times the time, in two arms, one patient failed in the second."""
    axes = {"arm": ["a", "b"], "patient": np.arange(101)}
    values = np.tile(np.arange(101.0)[:, None] * [1.0, 2.0], (2, 1, 1))
    status = np.zeros((2, 101), dtype=int)
    values[1, 100], status[1, 100] = np.nan, 1
    curve = (("arm", "patient", "time"), values, {"units": "nM", "long_name": "drug"})
    return Result(
        curves=xr.Dataset({"c": curve}, coords={**axes, "time": [1.0, 2.0]}),
        sessions=xr.Dataset(coords=axes),
        doses=pd.DataFrame(),
        patients=pd.DataFrame(index=np.arange(101)),
        status=xr.DataArray(status, dims=("arm", "patient"), coords=axes),
        failed=pd.DataFrame(),
        provenance={},
    )


def test_percentiles_of_ranks_are_the_ranks():
    table = curves_summary(ranks())
    assert list(table.columns) == "output label unit arm time p5 p25 p50 p75 p95 n n_failed".split()
    first = table[(table["arm"] == "a") & (table["time"] == 2.0)].iloc[0]
    assert (first["p5"], first["p50"], first["p95"]) == (10.0, 100.0, 190.0)
    assert (first["output"], first["label"], first["unit"], first["n"], first["n_failed"]) == (
        "c",
        "drug",
        "nM",
        101,
        0,
    )


def test_failed_patients_are_counted_and_contribute_nothing():
    table = curves_summary(ranks(), quantiles=[0.5, 1.0])
    second = table[(table["arm"] == "b") & (table["time"] == 1.0)].iloc[0]
    assert (second["p50"], second["p100"], second["n"], second["n_failed"]) == (49.5, 99.0, 100, 1)
    assert len(table) == 4


def test_a_percentage_is_refused():
    with pytest.raises(BadInput, match="quantiles"):
        curves_summary(ranks(), quantiles=[50])
