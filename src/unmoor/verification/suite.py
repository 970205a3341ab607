"""All cases of a folder, on all cores, with a kernel cache of their own."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from unmoor.base.errors import UnmoorError
from unmoor.engine import integrate
from unmoor.model import load_model
from unmoor.verification.case import case_folders
from unmoor.verification.check import Finding, check_case


def verify_sbml(
    folder: str | os.PathLike[str],
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sequence[Finding]:
    """Compute every case of the SBML semantic test suite below `folder`; what became of each, in the order of names.

    `workers` processes share the cases (default: one a core); `progress(done, total)` is called after each case. The
    compiled models go to a folder that is removed afterwards. Raises BadInput where there are no cases.
    """
    folders = case_folders(Path(folder))
    count = workers or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else workers or os.cpu_count()
    found: list[Finding] = []
    # the driver, which is the same for all models, is compiled once, into the user's cache
    warm(folders)
    with tempfile.TemporaryDirectory(prefix="unmoor-verify-") as cache:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(count or 1, len(folders)), context, _begin, (cache, folders))
        try:
            for done in as_completed([pool.submit(check_case, each) for each in folders]):
                found.append(done.result())
                if progress is not None:
                    progress(len(found), len(folders))
        except BrokenProcessPool as problem:
            raise UnmoorError("a process that computed cases died", todo="run it again with fewer workers") from problem
        finally:
            pool.shutdown(cancel_futures=True)
    return sorted(found, key=lambda finding: finding.case)


def warm(folders: Sequence[Path]) -> None:
    """Load the driver into this process, by the first case that can be computed."""
    for each in folders[:20]:
        try:
            integrate(load_model(each / "model.xml"), times=[0.0])
        except UnmoorError:
            continue
        return


def _begin(cache: str, folders: Sequence[Path]) -> None:
    warm(folders)
    os.environ["UNMOOR_CACHE"] = cache
