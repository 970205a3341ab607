"""Processes that compute chunks: what they return does not tell them from this one, and killing one loses nothing."""

import os
import subprocess
import sys
import threading
import time

import pytest

from unmoor.base.errors import UnmoorError
from unmoor.base.result_tables import encode
from unmoor.trial import simulate, workers
from unmoor.trial.pieces import pieces
from unmoor.trial.simulate import ATOL, RTOL
from unmoor.trial.task import Order
from unmoor.trial.workers import _Pool, in_workers


def order_of(study, people):
    return Order.of(study, people, threads=1, rtol=RTOL, atol=ATOL)


@pytest.fixture
def some(bag, some_people):
    return some_people(bag, [0.2 + 0.1 * k for k in range(12)])


def test_a_killed_process_costs_its_chunk_which_is_repeated(bag, some, monkeypatch):
    """The process is killed the moment it has been sent its chunk."""
    todo = pieces(12, 3, {})
    killed: list[int] = []
    real, made = workers.send, threading.Event()  # the threads of a pool start before it is whole

    def send(stream, message):
        real(stream, message)
        if not killed and not isinstance(message, Order):
            assert made.wait(20)
            victim = next(p for p in pool.processes if p.stdin is stream)
            killed.append(victim.pid)
            victim.kill()

    monkeypatch.setattr(workers, "send", send)
    pool = _Pool(order_of(bag, some), some, todo, 2)
    made.set()
    try:
        found = dict(pool.next() for _ in todo)
    finally:
        pool.close()
    assert len(killed) == 1
    assert set(found) == {0, 3, 6, 9}
    for first, part in found.items():
        assert part == encode(simulate(bag, some[first : first + 3]))


def test_patients_that_kill_every_process_end_the_run(bag, some, monkeypatch):
    real, made = workers.send, threading.Event()  # the threads of a pool start before it is whole

    def send(stream, message):
        real(stream, message)
        if not isinstance(message, Order):
            assert made.wait(20)
            for process in list(pool.processes):
                process.kill()

    monkeypatch.setattr(workers, "send", send)
    pool = _Pool(order_of(bag, some), some, [(0, 12)], 1)
    made.set()
    try:
        with pytest.raises(UnmoorError, match=r"3 worker processes died at patients 0 to 11\n.*signal 9"):
            pool.next()
    finally:
        pool.close()


def test_an_error_of_a_chunk_is_raised_here(bag, some):
    order = order_of(bag, some)
    wrong = Order(b"no pickle", "other", order.software, 1, RTOL, ATOL)
    with pytest.raises(UnmoorError, match="Traceback"):
        list(in_workers(wrong, some, [(0, 12)], 1))


def test_leaving_early_ends_every_process(bag, some):
    made = in_workers(order_of(bag, some), some, pieces(12, 1, {}), 2)
    next(made)
    pool = made.gi_frame.f_locals["pool"]
    processes = list(pool.processes)
    assert len(processes) == 2
    made.close()
    assert all(process.poll() is not None for process in processes)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("unmoor worker")]


def test_a_run_that_is_killed_leaves_no_process_behind(tmp_path):
    """The pipes of a killed process are closed by the system: its workers see their input end."""
    script = (
        "import sys; from unmoor.population import sample; from unmoor.trial import load_study, simulate\n"
        "study = load_study('dipersio-2009-nhl')\n"
        "say = lambda done, total: print(done, flush=True)\n"
        "simulate(study, sample(study.population, 5000, 1), chunk=50, workers=2, to=sys.argv[1], progress=say)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if int(line) >= 100:
                break
        children = _children(running.pid)
        running.kill()
    assert len(children) == 2
    until = time.monotonic() + 20
    while any(_alive(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(_alive(pid) for pid in children)


def _children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as listed:
            direct = listed.read().split()
    except OSError:
        pytest.skip("this system does not list the children of a process")
    tasks = os.listdir(f"/proc/{pid}/task")
    every = set(direct)
    for each in tasks:
        with open(f"/proc/{pid}/task/{each}/children") as listed:
            every |= set(listed.read().split())
    return [int(each) for each in every]


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as told:
            return told.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
