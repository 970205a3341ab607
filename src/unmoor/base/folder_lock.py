"""One writer a folder: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unmoor.base.errors import BadInput, UnmoorError

try:
    import fcntl
except ImportError:  # Windows has no lock of a folder; there, two runs into one folder are the user's to avoid
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Hold `folder`, made where it is not there yet, against every other process that asks.

    Raises BadInput when another process holds it, UnmoorError when it cannot be made.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        what = f"cannot write '{path}': {problem.strerror or problem}"
        raise UnmoorError(what, todo="free space or choose another folder") from problem
    if fcntl is None:
        yield
        return
    # the folder itself is locked: a lock file would be one more thing to find, and to explain, in a result
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            what = f"another process is writing into folder '{path}'"
            raise BadInput(what, todo="wait for it, or choose another folder") from problem
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(handle)
