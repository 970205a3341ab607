"""The verb `resume`: a run that was stopped goes on, and ends as if it had not been."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.simulate import simulate
from unmoor.trial.unfinished import unfinished


def resume(
    folder: str | os.PathLike[str],
    *,
    study: str | os.PathLike[str] | None = None,
    keep: bool = True,
    progress: Callable[[int, int], None] | None = None,
    threads: int | None = None,
    workers: int = 0,
    cluster: str | None = None,
) -> Result | StoredResult:
    """Compute the chunks that an interrupted run into `folder` did not finish; a complete run is read as it is.

    The folder says which study, patients and chunks; `study` is where the study file is now, if it has moved. Tables
    end bit-identical to those of a run that was not interrupted. Raises what `unfinished` and `simulate` raise.
    """
    found = unfinished(folder, study)
    if found.complete:
        return Result.load(folder) if keep else StoredResult.open(folder)
    how: dict[str, Any] = {"threads": threads, "workers": workers, "cluster": cluster, "progress": progress}
    known = {key: found.run[key] for key in found.run.keys() - {"threads", "workers", "cluster"}}
    return simulate(found.study, found.patients, to=folder, keep=keep, chunk=found.chunk, remember=known, **how)
