"""A run that was stopped, in whatever way, ends with the same bytes as one that was not."""

import hashlib
import resource
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base import result_folder
from unmoor.base.errors import UnmoorError
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.population import sample
from unmoor.trial import CannotWrite, Interrupted, evaluate, resume, simulate

N, SEED, CHUNK = 60, 8, 10


def content(folder):
    """Hash of every file of tables by its path; the manifest, which holds times of day, is not one."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != result_folder.MANIFEST
    }


def same(one, two):
    for name in ("curves", "sessions", "status"):
        xr.testing.assert_identical(getattr(one, name), getattr(two, name))
    for name in ("doses", "patients", "failed"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)


@pytest.fixture(scope="module")
def people(dipersio):
    return sample(dipersio.population, N, SEED)


@pytest.fixture(scope="module")
def whole(dipersio, people, tmp_path_factory):
    """The folder of a run that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    simulate(dipersio, people, chunk=CHUNK, to=folder)
    assert len(content(folder)) == 6 * N // CHUNK
    return folder


def stop_in_chunk(number):
    def progress(done, total):
        if done == 2 * CHUNK * number + CHUNK:
            raise KeyboardInterrupt

    return progress


def test_ctrl_c(dipersio, people, whole, tmp_path):
    with pytest.raises(Interrupted):
        simulate(dipersio, people, chunk=CHUNK, to=tmp_path, progress=stop_in_chunk(2))
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    assert len(kept) == 12
    heard = []
    result = resume(tmp_path, progress=lambda done, total: heard.append(done))
    assert heard[0] == 40
    assert content(tmp_path) == content(whole)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    same(result, Result.load(whole))
    assert result.complete


def test_twice_interrupted_with_processes_between(whole, dipersio, people, tmp_path):
    with pytest.raises(Interrupted):
        simulate(dipersio, people, chunk=CHUNK, to=tmp_path, progress=stop_in_chunk(1))

    def stop(done, total):
        if done == 60:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=r"(30|20) of 60"):
        resume(tmp_path, workers=2, progress=stop)
    assert isinstance(resume(tmp_path, keep=False), StoredResult)
    assert content(tmp_path) == content(whole)


SCRIPT = """
import sys
from unmoor.population import sample
from unmoor.trial import load_study, simulate
study = load_study("dipersio-2009-nhl")
people = sample(study.population, 60, 8)
say = lambda done, total: print(done, flush=True)
simulate(study, people, chunk=10, to=sys.argv[1], progress=say, workers=int(sys.argv[2]))
"""


@pytest.mark.parametrize("workers", [0, 2])
def test_kill(whole, tmp_path, workers):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if int(line) >= 50:
                running.kill()
                break
    assert running.returncode == -signal.SIGKILL
    finished = result_folder.manifest(tmp_path)["chunks"]
    assert 2 <= len(finished) < 6
    (tmp_path / "curves" / f".00000050.parquet.{'0' * 32}").write_bytes(b"PAR1")  # what a kill in mid-write leaves
    resume(tmp_path)
    assert content(tmp_path) == content(whole)


def test_a_full_disk(dipersio, people, whole, tmp_path):
    """No file may grow beyond a limit, as on a disk without space, from the third chunk on; then there is space."""
    limits, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def progress(done, total):
        if done == 4 * CHUNK:
            resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))

    try:
        with pytest.raises(CannotWrite, match="cannot write"):
            simulate(dipersio, people, chunk=CHUNK, to=tmp_path, progress=progress)
        with pytest.raises(UnmoorError, match="cannot write"):  # still no space
            resume(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert 1 <= len(result_folder.manifest(tmp_path)["chunks"]) <= 2
    resume(tmp_path)
    assert content(tmp_path) == content(whole)


def test_a_complete_run_is_read_not_computed(whole):
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    assert resume(whole).n == N
    assert resume(whole, keep=False).n == N
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before


# --- the same numbers everywhere ---


@pytest.mark.parametrize(
    "how",
    [
        {"threads": 1},
        {"threads": 2},
        {"chunk": 7},
        {"chunk": 1000},
        {"workers": 2, "chunk": 9},
        {"workers": 1, "threads": 2, "chunk": 50},
    ],
    ids=str,
)
def test_nothing_about_how_changes_a_number(dipersio, people, whole, tmp_path, how):
    expected = Result.load(whole)
    same(simulate(dipersio, people, **how), expected)
    stored = simulate(dipersio, people, to=tmp_path, keep=False, **how)
    same(Result.load(tmp_path), expected)
    pd.testing.assert_frame_equal(evaluate(dipersio, stored), evaluate(dipersio, expected), check_exact=True)


def test_patients_in_another_order_have_the_same_rows(dipersio, people, whole, tmp_path):
    order = np.random.default_rng(3).permutation(N)
    result, expected = simulate(dipersio, people[order], chunk=11, to=tmp_path, workers=2), Result.load(whole)
    assert result.patients.index.tolist() == order.tolist()
    same(Result.load(tmp_path), result)
    who = expected.patients.index
    for name in ("curves", "sessions", "status"):
        xr.testing.assert_identical(getattr(result, name).sel(patient=who), getattr(expected, name))
    pd.testing.assert_frame_equal(result.patients.loc[who], expected.patients, check_exact=True)
    order_of = {arm: k for k, arm in enumerate(result.arms)}
    rows = result.doses.assign(place=result.doses["arm"].map(order_of))
    rows = rows.sort_values(["place", "patient"], kind="stable", ignore_index=True).drop(columns="place")
    pd.testing.assert_frame_equal(rows, expected.doses, check_exact=True)


def test_some_patients_have_the_rows_they_have_among_all(dipersio, people, whole):
    some = simulate(dipersio, people[[31, 4, 59]])
    xr.testing.assert_identical(some.curves, Result.load(whole).curves.sel(patient=[31, 4, 59]))
