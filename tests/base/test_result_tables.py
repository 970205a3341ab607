import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from unmoor.base.errors import BadInput
from unmoor.base.result_tables import decode, encode, read_all, read_values

_spec = importlib.util.spec_from_file_location("made_results", Path(__file__).with_name("test_result.py"))
assert _spec is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
made, same = _module.made, _module.same


def test_a_chunk_survives_and_its_bytes_are_always_the_same():
    part = made((3, 4))
    encoded = encode(part)
    same(decode(encoded), replace(part, provenance={}))
    assert encode(decode(encoded)) == encoded
    assert encoded.patients == 2
    other = encode(replace(part, curves=part.curves.assign(cd34=part.curves["cd34"] + 1)))
    assert other.tables["curves"] != encoded.tables["curves"]


def test_a_category_that_nobody_has_survives():
    part = made((3, 4))
    people = part.patients.assign(sex=pd.Categorical(["male", "male"], ["female", "male"]))
    found = decode(encode(replace(part, patients=people))).patients["sex"]
    assert list(found) == ["male", "male"]
    assert list(found.cat.categories) == ["female", "male"]


def test_one_arm_of_one_curve_is_read_alone(tmp_path):
    part = made((3, 4))
    (tmp_path / "c").write_bytes(encode(part).tables["curves"])
    assert pq.ParquetFile(tmp_path / "c").num_row_groups == len(part.arms)
    for k, arm in enumerate(part.arms):
        found = read_values(tmp_path / "c", k, "cd34").reshape(part.n, -1)
        np.testing.assert_array_equal(found, part.curves["cd34"].sel(arm=arm).transpose("patient", "time"))


def test_many_tables_are_one_with_texts_as_categories(tmp_path):
    parts = [made((1, 2)), made((3, 4))]
    for k, part in enumerate(parts):
        (tmp_path / str(k)).write_bytes(encode(part).tables["doses"])
    found = read_all([tmp_path / "0", tmp_path / "1"])
    expected = pd.concat([part.doses for part in parts], ignore_index=True)
    assert found["arm"].dtype == "category"
    pd.testing.assert_frame_equal(found.astype(expected.dtypes.to_dict()), expected)


def test_rows_that_are_missing_are_told():
    encoded = encode(made((3, 4)))
    swapped = replace(encoded, tables={**encoded.tables, "curves": encoded.tables["status"]})
    with pytest.raises(BadInput, match="curves' is damaged"):
        decode(swapped)
    assert isinstance(decode(encoded).status, xr.DataArray)
