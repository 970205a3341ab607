"""Chunks shared out to processes on this machine; a process that dies costs the chunk it was at, which is repeated."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, cast

from unmoor.base.errors import UnmoorError
from unmoor.base.result_tables import Encoded
from unmoor.population import Patients
from unmoor.trial.task import Order
from unmoor.trial.worker import receive, send

#: how often a chunk is given to a new process before its patients are held to be what kills them
TRIES = 3


def in_workers(
    order: Order, patients: Patients, pieces: Sequence[tuple[int, int]], workers: int
) -> Generator[tuple[int, Encoded]]:
    """(place of the first patient, finished chunk) as they get ready, at most `workers` of them waiting.

    Raises UnmoorError when a chunk has killed three processes, or what a chunk itself raised. Leaving the iteration
    early ends all processes.
    """
    pool = _Pool(order, patients, list(pieces), min(workers, len(pieces)))
    try:
        for _ in pieces:
            yield pool.next()
    finally:
        pool.close()


class _Pool:
    """A thread for each process: it hands it a chunk, waits for the answer, and replaces the process when it dies."""

    def __init__(self, order: Order, patients: Patients, pieces: list[tuple[int, int]], workers: int) -> None:
        self.order, self.patients = order, patients
        self.todo: queue.SimpleQueue[tuple[int, int] | None] = queue.SimpleQueue()
        for piece in [*pieces, *[None] * workers]:
            self.todo.put(piece)
        self.ready: queue.Queue[tuple[int, Encoded] | Exception] = queue.Queue(maxsize=max(workers, 1))
        self.processes: set[subprocess.Popen[bytes]] = set()
        self.lock, self.closed = threading.Lock(), threading.Event()
        self.threads = ThreadPoolExecutor(max(workers, 1), thread_name_prefix="unmoor worker")
        for _ in range(workers):
            self.threads.submit(self._serve)

    def next(self) -> tuple[int, Encoded]:
        """The next finished chunk."""
        while True:
            try:
                answer = self.ready.get(timeout=0.5)  # a wait without end hears no Ctrl-C on Windows
            except queue.Empty:
                continue
            if isinstance(answer, Exception):
                raise answer
            return answer

    def close(self) -> None:
        """End all processes and threads."""
        with self.lock:
            self.closed.set()
            for process in self.processes:
                process.kill()
        self.threads.shutdown(wait=True)

    def _serve(self) -> None:
        process: subprocess.Popen[bytes] | None = None
        try:
            while (piece := self.todo.get()) is not None and not self.closed.is_set():
                first, count = piece
                for left in reversed(range(TRIES)):
                    try:
                        process = process or self._start()
                        send(cast(IO[bytes], process.stdin), self.patients[first : first + count])
                        self._tell(receive(cast(IO[bytes], process.stdout)), first)
                        break
                    except (EOFError, OSError) as problem:
                        code = self._end(process)
                        process = None
                        if self.closed.is_set():
                            return
                        if not left:
                            what = f"{TRIES} worker processes died at patients {first} to {first + count - 1}"
                            todo = f"the last one ended with {code}; smaller chunks need less memory"
                            raise UnmoorError(what, todo=todo) from problem
        except Exception as problem:
            self._put(problem)
        finally:
            self._end(process)

    def _tell(self, answer: Encoded | Exception, first: int) -> None:
        self._put(answer if isinstance(answer, Exception) else (first, answer))

    def _put(self, answer: tuple[int, Encoded] | Exception) -> None:
        while not self.closed.is_set():
            try:
                return self.ready.put(answer, timeout=0.2)
            except queue.Full:
                continue

    def _start(self) -> subprocess.Popen[bytes]:
        source = str(Path(__file__).resolve().parents[2])
        paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
        with self.lock:
            if self.closed.is_set():
                raise EOFError
            # a session of its own: Ctrl-C is for the process that writes, which then ends this one
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from unmoor.trial.worker import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,
            )
            self.processes.add(process)
        send(cast(IO[bytes], process.stdin), self.order)
        return process

    def _end(self, process: subprocess.Popen[bytes] | None) -> str:
        """End a process and say how it ended."""
        if process is None:
            return "nothing"
        with self.lock:
            self.processes.discard(process)
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not sent yet
                cast(IO[bytes], stream).close()
        code = process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"
