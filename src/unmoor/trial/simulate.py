"""The verb `simulate`: a study and its patients become a Result, chunk of patients by chunk, arm by arm."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Generator, Mapping
from typing import Any, Literal, TypeVar, overload

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.folder_lock import locked
from unmoor.base.result import Result
from unmoor.base.result_tables import Encoded
from unmoor.base.stored_result import StoredResult
from unmoor.engine.ensemble import SHARE, available_threads, driver
from unmoor.population import Patients
from unmoor.trial.chunk import Setup, simulate_chunk
from unmoor.trial.gathering import Gathering
from unmoor.trial.pieces import pieces
from unmoor.trial.provenance import provenance_of
from unmoor.trial.study import Study
from unmoor.trial.task import Order
from unmoor.trial.unfinished import recipe
from unmoor.trial.workers import in_workers

RTOL, ATOL = 1e-6, 1e-9
Progress = Callable[[int, int], None]
Finished = TypeVar("Finished")


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during `simulate`; `result` holds the patients that were finished, or None where there are none.

    It is a KeyboardInterrupt: a script stops as for any Ctrl-C unless it catches this one on purpose.
    """

    def __init__(self, message: str, result: Result | StoredResult | None) -> None:
        super().__init__(message)
        self.result = result


class CannotWrite(UnmoorError):
    """A finished chunk could not be written; `result` holds all finished patients, that chunk's included."""

    def __init__(self, problem: UnmoorError, result: Result | StoredResult) -> None:
        finished = f"{result.n} patients are finished and in this error's `result`; those written before can be loaded"
        super().__init__(f"{problem.what}; {finished}", where=problem.where, todo="free space or choose another folder")
        self.result = result


# fmt: off
@overload
def simulate(
    study: Study, patients: Patients, *, to: str | os.PathLike[str] | None = None, keep: Literal[True] = True,
    chunk: int | None = None, progress: Progress | None = None, threads: int | None = None, workers: int = 0,
    cluster: str | None = None, remember: Mapping[str, Any] | None = None,
) -> Result:
    """All of the result in memory."""


@overload
def simulate(
    study: Study, patients: Patients, *, to: str | os.PathLike[str] | None = None, keep: bool,
    chunk: int | None = None, progress: Progress | None = None, threads: int | None = None, workers: int = 0,
    cluster: str | None = None, remember: Mapping[str, Any] | None = None,
) -> Result | StoredResult:
    """All of the result in memory with `keep`, else read from the folder as needed."""
# fmt: on


def simulate(
    study: Study,
    patients: Patients,
    *,
    to: str | os.PathLike[str] | None = None,
    keep: bool = True,
    chunk: int | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
    workers: int = 0,
    cluster: str | None = None,
    remember: Mapping[str, Any] | None = None,
) -> Result | StoredResult:
    """Simulate every arm of the study in the same patients.

    Each finished chunk of patients is written to the folder `to` at once, where one is given; the same call, or
    `resume`, continues what an interrupted one left there. Without `keep` a written chunk is forgotten, and the result
    is read from the folder as needed: memory holds the patients and a chunk or two a worker, whatever their number.
    `progress(done, total)` hears of simulated patients, each arm counted. Chunks are computed here by `threads`, or by
    so many `workers` (processes, one thread each unless `threads` says otherwise), or by the dask.distributed cluster
    whose scheduler is at the address `cluster`; neither these nor `chunk` (left out: enough patients to keep all
    threads busy) change the result. `remember` is kept in the folder for `unmoor resume`.
    Raises BadInput for no patients, a patient number that stands twice, a chunk below 1, workers and a cluster at once,
    `keep=False` without a folder, or a folder that holds something else or is being written; CannotWrite, with the
    finished patients in `result`, when the disk is full; Interrupted, likewise, after Ctrl-C. A patient that cannot be
    integrated is no error: see `Result.status`.
    """
    chunk = SHARE * max(2, threads or available_threads()) if chunk is None else chunk
    _check(patients, chunk, workers, cluster, keep or to is not None)
    provenance = provenance_of(study, patients, rtol=RTOL, atol=ATOL)
    run = {**recipe(study, patients, chunk), "threads": threads, "workers": workers, "cluster": cluster}
    run |= dict(remember or {})
    with locked(to) if to is not None else contextlib.nullcontext():
        gathered = Gathering.begin(to, provenance, run, keep=keep)
        total, arms = len(patients), len(study.arms)
        done = gathered.patients * arms

        def tick(courses: int = 0) -> None:
            nonlocal done
            done += courses
            if progress is not None:
                progress(done, total * arms)

        try:
            tick()
            made = _made(study, patients, pieces(total, chunk, gathered.finished), tick, threads, workers, cluster)
            with contextlib.closing(made):
                for first, part in made:
                    _writing(functools.partial(gathered.add, first, part), gathered)
            return _writing(gathered.end, gathered)
        except KeyboardInterrupt:
            message = f"interrupted: {gathered.patients} of {total} patients are finished"
            if to is not None:
                message += f"; those written are in '{os.fspath(to)}', and the same call continues from there"
            raise Interrupted(message, gathered.result(complete=False)) from None


def _made(
    study: Study, patients: Patients, todo: list[tuple[int, int]], tick: Callable[[int], None], threads: int | None,
    workers: int, cluster: str | None,
) -> Generator[tuple[int, Result | Encoded]]:  # fmt: skip
    """(place of the first patient, finished chunk) of every chunk, in the order in which they get ready."""
    if not todo:
        return
    # compiled here first, so that processes on this machine find the code in the cache
    setup = Setup.of(study, patients)
    if not workers and cluster is None:
        for first, count in todo:
            some = patients[first : first + count]
            after_each_arm = functools.partial(tick, count)
            yield first, simulate_chunk(setup, some, threads=threads, tick=after_each_arm, rtol=RTOL, atol=ATOL)
        return
    driver()
    order = Order.of(study, patients, threads=threads or 1, rtol=RTOL, atol=ATOL)
    if cluster is not None:
        from unmoor.trial.cluster import in_cluster

        found = in_cluster(order, patients, todo, cluster)
    else:
        found = in_workers(order, patients, todo, workers)
    with contextlib.closing(found):
        for first, part in found:
            tick(part.patients * len(study.arms))
            yield first, part


def _writing(step: Callable[[], Finished], gathered: Gathering) -> Finished:
    """What `step` returns.

    Raises CannotWrite with all finished patients when a file cannot be written.
    """
    try:
        return step()
    except UnmoorError as problem:
        found = gathered.result(complete=False)
        if found is None:
            raise
        raise CannotWrite(problem, found) from problem


def _check(patients: Patients, chunk: int, workers: int, cluster: str | None, kept: bool) -> None:
    if not len(patients):
        raise BadInput("there are no patients", todo="sample at least one: unmoor.sample(study.population, n=1)")
    if chunk < 1:
        raise BadInput(f"chunk is {chunk}", todo="simulate at least one patient at a time")
    if workers < 0:
        raise BadInput(f"workers is {workers}", todo="0 for none, or how many processes")
    if workers and cluster is not None:
        raise BadInput("both workers and a cluster are given", todo="choose one: a cluster has workers of its own")
    if not kept:
        raise BadInput("a result that is neither kept nor written", todo="name a folder with 'to', or keep it")
    numbers: Any = patients.covariates.index
    if not numbers.is_unique:
        twice = numbers[numbers.duplicated()][0]
        raise BadInput(f"patient {twice} stands twice", todo="number every patient once")
