import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base import result_folder, stored_result
from unmoor.base.curves_summary import curves_summary
from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.result import Result, join
from unmoor.base.stored_result import StoredResult

_spec = importlib.util.spec_from_file_location("made_results", Path(__file__).with_name("test_result.py"))
assert _spec is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
made, same = _module.made, _module.same

PARTS = [made((0, 1)), made((10, 11, 12)), made((20, 21))]


@pytest.fixture(params=[3, 2], ids=["all written", "one unwritten"])
def stored(request, tmp_path) -> StoredResult:
    """Three chunks, of which the last may be one that could not be written."""
    result_folder.begin(tmp_path, made().provenance, resume=False)
    for part in PARTS[: request.param]:
        result_folder.append(tmp_path, part)
    return StoredResult.open(tmp_path, PARTS[request.param :])


def test_it_reads_like_the_result_in_memory(stored):
    whole = join(PARTS, {})
    assert (stored.arms, stored.n, stored.complete) == (whole.arms, 7, False)
    assert stored.provenance["finished"] == 7
    assert stored.outputs == whole.outputs
    np.testing.assert_array_equal(stored.times, whole.times)
    xr.testing.assert_identical(stored.sessions, whole.sessions)
    xr.testing.assert_identical(stored.status, whole.status)
    as_text = dict.fromkeys(whole.patients.columns[:1], object)
    pd.testing.assert_frame_equal(stored.patients.astype(as_text), whole.patients)
    failed = stored.failed
    pd.testing.assert_frame_equal(failed.astype({"arm": object, "reason": object}), whole.failed)
    order = ["arm", "patient"]
    doses = stored.doses.astype({"arm": object}).sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(doses, whole.doses.sort_values(order, ignore_index=True))
    with pytest.raises(UnknownName, match="did you mean 'placebo'"):
        stored.check_arm("placbo")


def test_its_parts_are_the_chunks(stored):
    same(join(list(stored.parts()), {}), join(PARTS, {}))


@pytest.mark.parametrize("block", [1, 7, 14, 1000])
def test_curves_come_in_stretches_of_time_that_hold_all_patients(stored, block, monkeypatch):
    monkeypatch.setattr(stored_result, "BLOCK", block)
    whole = join(PARTS, {}).curves["cd34"]
    for arm in stored.arms:
        blocks = list(stored.curve_blocks("cd34", arm))
        assert all(values.shape[1] == max(1, min(3, block // 7)) or stretch.stop == 3 for stretch, values in blocks)
        assert [stretch.start for stretch, _ in blocks] == [0, *(stretch.stop for stretch, _ in blocks[:-1])]
        np.testing.assert_array_equal(np.concatenate([values for _, values in blocks], axis=1), whole.sel(arm=arm))


@pytest.mark.parametrize("block", [1, 1000])
def test_percentiles_are_those_of_all_patients_exactly(stored, block, monkeypatch):
    monkeypatch.setattr(stored_result, "BLOCK", block)
    pd.testing.assert_frame_equal(curves_summary(stored), curves_summary(join(PARTS, {})), check_exact=True)


def test_damage_is_named(tmp_path):
    made().save(tmp_path)
    stored = Result.open(tmp_path)
    (tmp_path / "curves" / "00000000.parquet").write_bytes(b"PAR1")
    (tmp_path / "sessions" / "00000000.parquet").unlink()
    with pytest.raises(BadInput, match=r"curves.*is damaged"):
        list(stored.curve_blocks("cd34", "drug"))
    with pytest.raises(BadInput, match=r"sessions.*is missing"):
        _ = stored.sessions


def test_a_folder_without_a_chunk_has_nothing_to_read(tmp_path):
    result_folder.begin(tmp_path, made().provenance, resume=False)
    with pytest.raises(BadInput, match="no finished chunk"):
        Result.open(tmp_path)
    unwritten = StoredResult.open(tmp_path, [replace(made(), provenance={})])
    assert (unwritten.n, unwritten.arms) == (3, ("drug", "placebo"))
    assert len(unwritten.patients) == 3
    assert unwritten.sessions.sizes["patient"] == 3
