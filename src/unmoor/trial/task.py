"""A chunk of patients as work for another process: what is sent there, what comes back, and what is kept between."""

from __future__ import annotations

import hashlib
import importlib
import pickle
import threading
from collections import OrderedDict
from dataclasses import dataclass

from unmoor.base.errors import BadInput
from unmoor.base.result_tables import Encoded, encode
from unmoor.population import Patients
from unmoor.trial.chunk import Setup, simulate_chunk
from unmoor.trial.provenance import code_hash
from unmoor.trial.study import Study

_setups: OrderedDict[str, Setup] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Order:
    """A run as other processes need it: `content` holds study and first patient, `token` names it."""

    content: bytes
    token: str
    software: str
    threads: int
    rtol: float
    atol: float

    @classmethod
    def of(cls, study: Study, patients: Patients, *, threads: int, rtol: float, atol: float) -> Order:
        """The order of a run of `patients`; each process compiles, or loads, the same kernel for it once."""
        content = pickle.dumps((study, patients[0]))
        return cls(content, hashlib.sha256(content).hexdigest(), software(), threads, rtol, atol)


def software() -> str:
    """What two processes must share to compute the same numbers."""
    version: str = importlib.import_module("unmoor").__version__
    return f"unmoor {version}, code {code_hash()[:12]}"


def run_piece(order: Order, patients: Patients) -> Encoded:
    """All arms in these patients, as tables.

    Raises BadInput when this process has another unmoor than the one that asks.
    """
    if order.software != software():
        what = f"a worker has {software()}; this run needs {order.software}"
        raise BadInput(what, todo="install the same unmoor for all workers")
    setup = _setup(order)
    done = simulate_chunk(setup, patients, threads=order.threads, tick=_nothing, rtol=order.rtol, atol=order.atol)
    return encode(done)


def _nothing() -> None:
    pass


def _setup(order: Order) -> Setup:
    """The compiled study of an order, kept for the next chunk; a cluster's worker may run several threads."""
    with _lock:
        if order.token not in _setups:
            while len(_setups) > 1:
                _setups.popitem(last=False)
            _setups[order.token] = Setup.of(*pickle.loads(order.content))
        return _setups[order.token]
