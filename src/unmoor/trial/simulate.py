"""The verb `simulate`: a study and its patients become a Result, chunk of patients by chunk, arm by arm."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from typing import Any

from unmoor.base import result_folder
from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.result import Result, join
from unmoor.engine.ensemble import SHARE, available_threads
from unmoor.population import Patients
from unmoor.trial.chunk import Setup, simulate_chunk
from unmoor.trial.provenance import provenance_of
from unmoor.trial.study import Study

RTOL, ATOL = 1e-6, 1e-9


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during `simulate`; `result` holds the patients that were finished, or None where there are none.

    It is a KeyboardInterrupt: a script stops as for any Ctrl-C unless it catches this one on purpose.
    """

    def __init__(self, message: str, result: Result | None) -> None:
        super().__init__(message)
        self.result = result


class CannotWrite(UnmoorError):
    """A finished chunk could not be written; `result` holds all finished patients, that chunk's included."""

    def __init__(self, problem: UnmoorError, result: Result) -> None:
        finished = f"{result.n} patients are finished and in this error's `result`; those written before can be loaded"
        super().__init__(f"{problem.what}; {finished}", where=problem.where, todo="free space or choose another folder")
        self.result = result


def simulate(
    study: Study,
    patients: Patients,
    *,
    to: str | os.PathLike[str] | None = None,
    chunk: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    threads: int | None = None,
) -> Result:
    """Simulate every arm of the study in the same patients.

    Each finished chunk of patients is written to the folder `to` at once, where one is given; the same call continues
    what an interrupted one left there. `progress(done, total)` hears of simulated patients, each arm counted. Neither
    `chunk` (left out: enough patients to keep all threads busy) nor `threads` changes the result.
    Raises BadInput for no patients, a patient number that stands twice, a chunk below 1, or a folder that holds
    something else; CannotWrite, with the finished patients in `result`, when the disk is full; Interrupted, likewise,
    after Ctrl-C. A patient that cannot be integrated is no error: see `Result.status`.
    """
    chunk = SHARE * max(2, threads or available_threads()) if chunk is None else chunk
    _check(patients, chunk)
    provenance = provenance_of(study, patients, rtol=RTOL, atol=ATOL)
    parts: list[Result] = []
    if to is not None:
        earlier = result_folder.begin(to, provenance, resume=True)
        parts += [earlier] if earlier is not None else []
    began, arms = time.perf_counter(), len(study.arms)
    first = sum(part.n for part in parts)
    done = first * arms

    def tick(patients_done: int = 0) -> None:
        nonlocal done
        done += patients_done
        if progress is not None:
            progress(done, len(patients) * arms)

    def joined(complete: bool) -> Result:
        seconds = round(time.perf_counter() - began, 3)
        finished = sum(part.n for part in parts)
        return join(parts, {**provenance, "finished": finished, "complete": complete, "seconds": seconds})

    try:
        tick()
        setup = Setup.of(study, patients)
        for start in range(first, len(patients), chunk):
            some = patients[start : start + chunk]
            after_each_arm = functools.partial(tick, len(some))
            parts.append(simulate_chunk(setup, some, threads=threads, tick=after_each_arm, rtol=RTOL, atol=ATOL))
            if to is not None:
                _append(to, parts[-1], joined)
        result = joined(complete=True)
        if to is not None:
            result_folder.finish(to, result.provenance)
        return result
    except KeyboardInterrupt:
        message = f"interrupted: {sum(part.n for part in parts)} of {len(patients)} patients are finished"
        if to is not None:
            message += f"; those written are in '{os.fspath(to)}', and the same call continues from there"
        raise Interrupted(message, joined(complete=False) if parts else None) from None


def _append(to: str | os.PathLike[str], part: Result, joined: Callable[[bool], Result]) -> None:
    try:
        result_folder.append(to, part)
    except UnmoorError as problem:
        raise CannotWrite(problem, joined(False)) from problem


def _check(patients: Patients, chunk: int) -> None:
    if not len(patients):
        raise BadInput("there are no patients", todo="sample at least one: unmoor.sample(study.population, n=1)")
    if chunk < 1:
        raise BadInput(f"chunk is {chunk}", todo="simulate at least one patient at a time")
    numbers: Any = patients.covariates.index
    if not numbers.is_unique:
        twice = numbers[numbers.duplicated()][0]
        raise BadInput(f"patient {twice} stands twice", todo="number every patient once")
