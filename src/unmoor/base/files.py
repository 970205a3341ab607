"""Where library content, caches and outputs live, and how a file is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

from unmoor.base.errors import UnmoorError, unknown

LIBRARY = Path(__file__).resolve().parent.parent / "library"


def library_names(kind: str, suffix: str) -> list[str]:
    """Names (file stems) of the library members in folder `kind` with `suffix`, sorted."""
    return sorted(path.name.removesuffix(suffix) for path in (LIBRARY / kind).rglob(f"*{suffix}"))


def find(kind: str, name: str | os.PathLike[str], suffix: str) -> Path:
    """The file of a library member called `name`, or `name` itself where it is a path to a file.

    Raises UnknownName with the nearest known name when neither exists.
    """
    path = Path(name)
    if path.suffix and (path.is_file() or len(path.parts) > 1):
        if path.is_file():
            return path
        raise UnmoorError(f"no file '{path}'", todo=f"give the path of a {suffix} file or a name of the library")
    for candidate in sorted((LIBRARY / kind).rglob(f"{name}{suffix}")):
        return candidate
    raise unknown(kind.removesuffix("s") if kind != "studies" else "study", str(name), library_names(kind, suffix))


def cache_folder() -> Path:
    """The folder for compiled kernels: $UNMOOR_CACHE, else the user's cache folder (not created here)."""
    chosen = os.environ.get("UNMOOR_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unmoor"


def write_whole(path: str | os.PathLike[str], content: bytes | str) -> Path:
    """Write `content` to `path` atomically: a reader sees the old file or the new one, never a part.

    Raises UnmoorError naming the path when the disk is full or the folder cannot be written.
    """
    path = Path(path)
    data = content.encode() if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name[:200]}.{uuid.uuid4().hex}")
        # not tempfile: its files are private, and a report is to be read by whom the user's umask allows
        with open(temporary, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as problem:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        reason = problem.strerror or str(problem)
        raise UnmoorError(f"cannot write '{path}': {reason}", todo="free space or choose another folder") from problem
    return path
