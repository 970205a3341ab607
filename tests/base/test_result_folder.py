import importlib.util
import json
import resource
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from unmoor.base import result_folder
from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.result import Result, join

_spec = importlib.util.spec_from_file_location("made_results", Path(__file__).with_name("test_result.py"))
assert _spec is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
made, same = _module.made, _module.same


def begun(folder, parts=1, **provenance):
    """A run that was interrupted after so many chunks."""
    result_folder.begin(folder, {**made().provenance, **provenance}, resume=True)
    for k in range(parts):
        result_folder.append(folder, made((10 * k, 10 * k + 1)), 10 * k)
    return folder


def test_finished_chunks_of_an_interrupted_run_can_be_loaded(tmp_path):
    begun(tmp_path, parts=2)
    loaded = Result.load(tmp_path)
    same(loaded, join([made((0, 1)), made((10, 11))], {}))
    assert not loaded.complete
    assert loaded.provenance["finished"] == 4


def test_the_same_run_continues_and_a_finished_one_starts_anew(tmp_path):
    begun(tmp_path)
    earlier = result_folder.begin(tmp_path, made().provenance, resume=True)
    assert earlier == {0: 2}
    result_folder.finish(tmp_path, {**made().provenance, "complete": True})
    assert result_folder.begin(tmp_path, made().provenance, resume=True) == {}
    with pytest.raises(BadInput, match="no finished chunk"):
        Result.load(tmp_path)


def test_a_chunk_counts_only_once_the_manifest_names_it(tmp_path):
    begun(tmp_path)
    for table in result_folder.TABLES:
        shutil.copy(tmp_path / table / "00000000.parquet", tmp_path / table / "00000010.parquet")
    assert Result.load(tmp_path).n == 2


def test_files_of_an_older_longer_run_are_gone_after_it_is_replaced(tmp_path):
    begun(tmp_path, parts=3)
    made((0, 1)).save(tmp_path)
    assert sorted(path.name for path in (tmp_path / "curves").iterdir()) == ["00000000.parquet"]


def test_another_run_or_other_files_are_left_alone(tmp_path):
    begun(tmp_path / "run")
    with pytest.raises(BadInput, match="holds another run"):
        result_folder.begin(tmp_path / "run", {"key": "other"}, resume=True)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("x")
    with pytest.raises(BadInput, match="not empty and holds no result"):
        made().save(tmp_path / "notes")
    assert (tmp_path / "notes" / "thesis.txt").read_text() == "x"
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnmoorError, match="cannot write"):
        made().save(tmp_path / "file")


def test_a_file_that_cannot_grow_leaves_the_chunks_before_it(tmp_path):
    """A full disk as the process sees it: no file may grow beyond a limit, so writing the second chunk fails."""
    begun(tmp_path)
    large = made((10, 11))
    noise = np.random.default_rng(0).random(100_000)  # compresses to nothing less than itself
    big = replace(large, doses=large.doses.loc[np.repeat([0, 1], 50_000)].assign(nmol=noise))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
        with pytest.raises(UnmoorError, match=r"cannot write .*doses.*(too large|No space)"):
            result_folder.append(tmp_path, big)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    same(Result.load(tmp_path), made((0, 1)))
    assert not list(tmp_path.rglob(".*"))  # no half-written file is left
    result_folder.append(tmp_path, big)
    assert Result.load(tmp_path).n == 4


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda run: (run / "result.json").unlink(), "no result in"),
        (lambda run: (run / "result.json").write_text("{"), "damaged"),
        (lambda run: (run / "result.json").write_text("[]"), "format None"),
        (lambda run: _edit(run, format=99), "format 99, this unmoor reads format 2"),
        (lambda run: (run / "curves" / "00000000.parquet").unlink(), "curves.*is missing"),
        (lambda run: (run / "curves" / "00000000.parquet").write_bytes(b"PAR1"), "curves.*is damaged"),
        (lambda run: shutil.copy(run / "status" / "00000000.parquet", run / "curves" / "00000000.parquet"), "damaged"),
    ],
)
def test_damage_is_named(tmp_path, break_it, message):
    made().save(tmp_path / "run")
    break_it(tmp_path / "run")
    with pytest.raises(BadInput, match=message):
        Result.load(tmp_path / "run")


def _edit(run, **changes):
    manifest = json.loads((run / "result.json").read_text())
    (run / "result.json").write_text(json.dumps({**manifest, **changes}))


def test_a_result_without_sessions_or_failures_survives(tmp_path):
    result = made()
    bare = replace(
        result,
        sessions=result.sessions.isel(session=slice(0, 0)),
        failed=result.failed.iloc[:0],
        doses=result.doses.iloc[:0],
    )
    bare.save(tmp_path)
    loaded = Result.load(tmp_path)
    assert loaded.sessions.sizes["session"] == 0
    assert len(loaded.failed) == len(loaded.doses) == 0
    assert list(loaded.failed.columns) == list(result.failed.columns)
