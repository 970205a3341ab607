"""A real scheduler and real workers, each a process of its own, one of them killed in mid-run."""

import json
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
import xarray as xr

from unmoor.base import result_folder
from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.population import sample
from unmoor.trial import Interrupted, resume, simulate

pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install 'unmoor[cluster]'")
N, CHUNK = 60, 5


@pytest.fixture(scope="module")
def people(dipersio):
    return sample(dipersio.population, N, 2)


@pytest.fixture(scope="module")
def local(dipersio, people, tmp_path_factory):
    """The folder of the same run on this machine alone."""
    folder = tmp_path_factory.mktemp("local")
    simulate(dipersio, people, chunk=CHUNK, to=folder)
    return folder


def wait_for(what, seconds=60):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
    return found


@pytest.fixture
def cluster(tmp_path):
    """(address, starts a worker and returns its process) of a scheduler that runs for one test."""
    place, processes = tmp_path / "scheduler.json", []

    def start(module, *words):
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        processes.append(subprocess.Popen(command, cwd=tmp_path, **quiet))
        return processes[-1]

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place))
    address = json.loads(wait_for(lambda: place.is_file() and place.read_text()))["address"]

    def worker(name):
        own = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--name", name)
        return start("dask_worker", address, *own, "--local-directory", str(tmp_path / name))

    yield address, worker
    for process in reversed(processes):
        process.kill()
        process.wait()


def tables(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def workers_of(address):
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return client.scheduler_info()["workers"]


def test_a_worker_killed_in_mid_run_loses_nothing(dipersio, people, local, cluster, tmp_path):
    address, worker = cluster
    both = [worker("a"), worker("b")]
    wait_for(lambda: len(workers_of(address)) == 2)
    busy = []

    def progress(done, total):
        if done >= 20 and not busy:
            busy.append(done)
            both[0].send_signal(signal.SIGKILL)  # its queue is never empty before the end

    result = simulate(dipersio, people, chunk=CHUNK, to=tmp_path / "run", cluster=address, progress=progress)
    assert both[0].wait() == -signal.SIGKILL
    assert 20 <= busy[0] < 2 * N
    assert both[1].poll() is None
    assert tables(tmp_path / "run") == tables(local)
    expected = Result.load(local)
    xr.testing.assert_identical(result.curves, expected.curves)
    pd.testing.assert_frame_equal(result.doses, expected.doses, check_exact=True)


def test_ctrl_c_leaves_a_folder_that_goes_on_elsewhere(dipersio, people, local, cluster, tmp_path):
    address, worker = cluster
    worker("a")

    def stop(done, total):
        if done >= 30:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        simulate(dipersio, people, chunk=CHUNK, to=tmp_path / "run", cluster=address, progress=stop)
    assert 10 <= sum(result_folder.manifest(tmp_path / "run")["chunks"].values()) < N
    resume(tmp_path / "run")
    assert tables(tmp_path / "run") == tables(local)


def test_an_error_of_a_chunk_comes_back(bag, some_people, cluster, monkeypatch):
    address, worker = cluster
    worker("a")
    monkeypatch.setattr("unmoor.trial.task.software", lambda: "unmoor of tomorrow")
    with pytest.raises(BadInput, match="this run needs unmoor of tomorrow"):
        simulate(bag, some_people(bag, [1.0]), cluster=address)


def test_an_address_without_a_scheduler_is_refused(bag, some_people, monkeypatch):
    monkeypatch.setattr("unmoor.trial.cluster.PATIENCE", 1)
    for address in ("tcp://127.0.0.1:9", "no address"):
        with pytest.raises(BadInput, match=f"--cluster: no dask scheduler answers at '{address}'"):
            simulate(bag, some_people(bag, [1.0]), cluster=address)


def test_a_scheduler_without_workers_is_refused(bag, some_people, cluster, monkeypatch):
    monkeypatch.setattr("unmoor.trial.cluster.PATIENCE", 5)
    with pytest.raises(BadInput, match="has no workers"):
        simulate(bag, some_people(bag, [1.0]), cluster=cluster[0])


def test_workers_and_a_cluster_are_not_both(bag, some_people):
    with pytest.raises(BadInput, match="both workers and a cluster"):
        simulate(bag, some_people(bag, [1.0]), cluster="tcp://127.0.0.1:9", workers=2)
