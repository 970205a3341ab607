"""A worker process: orders and chunks of patients come in by standard input, finished chunks go out by standard output.

Started by `workers.py`; it ends when its input does, so it never outlives a run.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import traceback
from typing import IO, Any

from unmoor.base.errors import UnmoorError

_LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message.

    Raises OSError when nobody listens.
    """
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message.

    Raises EOFError when the other side has ended, in mid-message too.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) != length:
        raise EOFError
    return content


def main() -> None:
    """Serve one run: its order first, then chunks of patients until the input ends."""
    from unmoor.trial.task import run_piece

    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints here must not print into the messages
    try:
        order = receive(sys.stdin.buffer)
        while True:
            patients = receive(sys.stdin.buffer)
            try:
                answer: Any = run_piece(order, patients)
            except Exception as problem:
                answer = problem if isinstance(problem, UnmoorError) else UnmoorError(traceback.format_exc().strip())
            send(channel, answer)
    except (EOFError, BrokenPipeError):
        # the run is over, or killed: nobody waits for what is still buffered
        os._exit(0)
