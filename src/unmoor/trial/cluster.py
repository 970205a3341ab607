"""Chunks shared out to an existing dask.distributed cluster; a worker that dies costs the chunks it was at."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.result_tables import Encoded
from unmoor.population import Patients
from unmoor.trial.task import Order, run_piece

#: seconds in which a scheduler must answer and its first worker be there
PATIENCE = 30
#: how often dask gives a chunk to another worker after one has died with it
RETRIES = 3


def in_cluster(
    order: Order, patients: Patients, pieces: Sequence[tuple[int, int]], address: str
) -> Generator[tuple[int, Encoded]]:
    """(place of the first patient, finished chunk) as they get ready; twice as many are under way as there are threads.

    Raises BadInput where dask.distributed is not installed or nothing answers at the address, UnmoorError when a chunk
    has killed several workers, or what a chunk itself raised. Leaving the iteration early cancels what is under way.
    """
    client = _client(address)
    waiting = iter(pieces)
    under_way: dict[Any, int] = {}
    try:
        from distributed import as_completed

        finished = as_completed(loop=client.loop)

        def send_one() -> None:
            piece = next(waiting, None)
            if piece is not None:
                first, count = piece
                some = patients[first : first + count]
                future = client.submit(run_piece, order, some, pure=False, retries=RETRIES)
                under_way[future] = first
                finished.add(future)

        for _ in range(2 * max(1, sum(client.nthreads().values()))):
            send_one()
        while under_way:
            future = next(finished)
            first = under_way.pop(future)
            found = _result(future, first)
            send_one()
            yield first, found
    finally:
        if under_way:
            client.cancel(list(under_way), force=True)
        client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as problem:
        raise BadInput("dask.distributed is not installed", todo="pip install 'unmoor[cluster]'") from problem
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:
        what = f"no dask scheduler answers at '{address}'"
        raise BadInput(what, where="--cluster", todo="give its address, such as tcp://host:8786") from problem
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as problem:
        client.close()
        raise BadInput(f"the dask scheduler at '{address}' has no workers", todo="start 'dask worker'") from problem
    return client


def _result(future: Any, first: int) -> Encoded:
    try:
        found: Encoded = future.result()
        return found
    except UnmoorError:
        raise
    except Exception as problem:
        what = f"the cluster could not simulate the chunk that begins at patient {first}: {problem}"
        raise UnmoorError(what, todo="finished chunks are kept; see the logs of its workers") from problem
