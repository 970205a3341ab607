"""Compiled code on disk, addressed by content; a damaged or unwritable cache only costs time, never a result."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from unmoor.base.errors import UnmoorError
from unmoor.base.files import cache_folder, write_whole

_MAGIC = b"unmoor-code-1\n"


def place(key: str) -> Path:
    """The file that holds the code of this key."""
    return cache_folder() / f"{key[:40]}.code"


def read(key: str) -> tuple[bytes, str] | None:
    """(machine code, note) stored under `key`; None when absent, unreadable, cut short or altered."""
    try:
        content = place(key).read_bytes()
    except OSError:
        return None
    if not content.startswith(_MAGIC):
        return None
    try:
        header, code = content[len(_MAGIC) :].split(b"\n", 1)
        known = json.loads(header)
        whole = known["key"] == key and known["sha256"] == _digest(code, known["note"])
        return (code, known["note"]) if whole else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def write(key: str, code: bytes, note: str) -> bool:
    """Store code under `key`; False when the folder cannot be written, and the run goes on without a cache."""
    header = json.dumps({"key": key, "sha256": _digest(code, note), "note": note}).encode()
    try:
        write_whole(place(key), _MAGIC + header + b"\n" + code)
    except UnmoorError:
        return False
    return True


def _digest(code: bytes, note: str) -> str:
    return hashlib.sha256(note.encode() + b"\0" + code).hexdigest()
