"""Patients in memory and threads: builds the driver's task, shares patients out, and runs it without the GIL."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.dosing.events import Action, Events
from unmoor.engine import machine
from unmoor.engine import task as at
from unmoor.engine.kernel import Kernel
from unmoor.engine.layout import Layout
from unmoor.engine.rosenbrock import CONTROL_ROWS, SCRATCH, STAGES
from unmoor.engine.vector_ir import WIDTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: patients that one call of the driver carries; small enough to share out evenly, large enough to keep lanes full
SHARE = 256


@cache
def driver() -> Callable[..., int]:
    """The compiled driver, called without the GIL; made once per machine (about 5 s) and cached after that."""
    source = b"".join((Path(__file__).parent / name).read_bytes() for name in ("driver.py", "task.py", "rosenbrock.py"))
    version = importlib.metadata.version("numba")
    key = hashlib.sha256(f"driver {version} {machine.target_name()} {WIDTH}".encode() + source).hexdigest()
    code = machine.obtain(key, _make_driver)
    prototype = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)
    return prototype(code.address(code.note))


def _make_driver() -> tuple[str, str]:
    print("unmoor: compiling the integration driver, once for this machine (about 5 s) ...", file=sys.stderr)
    from unmoor.engine.driver import driver_text

    return driver_text()


def aligned(vectors: int) -> Floats:
    """Zeroed room for `vectors` vectors that starts on a 64-byte boundary."""
    room = np.zeros(vectors * WIDTH + 8)
    offset = (-room.ctypes.data % 64) // 8
    return room[offset : offset + vectors * WIDTH]


def event_columns(events: Events, layout: Layout, patients: int) -> tuple[Ints, Floats, Ints, Ints, Floats]:
    """Events as the driver reads them: first event of each patient, time, kind, row, value.

    Raises BadInput for a patient number outside the ensemble or a target that is no state, input or switch.
    """
    if len(events) and int(events.patient[-1]) >= patients:
        worst = int(events.patient[-1])
        raise BadInput(f"an event names patient {worst} of {patients}", todo="patients count from 0")
    rows = np.full((len(Action), max(len(events.names), 1)), -1, dtype=np.int64)
    rows[Action.RESET] = 0
    for k, name in enumerate(events.names):
        found = layout.target(name)
        if found is not None:
            rows[Action.ADD, k], rows[Action.RATE, k] = found
            rows[Action.SHIFT, k] = found[0] if layout.block else -1
            if found[0] < 0:
                rows[Action.SET, k], rows[Action.RATE, k] = found[1], -1
    row = rows[events.action, events.target]
    if np.any(row < 0):
        worst = int(np.flatnonzero(row < 0)[0])
        name, action = events.names[events.target[worst]], Action(int(events.action[worst])).name
        raise BadInput(
            f"an event of kind {action} cannot act on '{name}' here",
            todo="doses enter states; infusions need the state among `infused`; only constants can be set",
        )
    first = np.searchsorted(events.patient, np.arange(patients + 1)).astype(np.int64)
    return first, events.time, events.action.astype(np.int64), row, events.value


def run(
    kernel: Kernel, given: Floats, values: Floats, status: Ints, failed_at: Floats, events: Events, begin: float,
    end: float, times: Floats, *, rtol: float, atol: float, closed: bool, max_steps: int, threads: int | None,
    home: Floats | None = None, trace: Floats | None = None,
) -> Floats:  # fmt: skip
    """Carry all patients from `begin` to `end` (h); `given`, `values`, `status`, `failed_at` move on in place.

    Returns curves of shape (patient, output, time) in internal units; a failed patient is nan throughout. `home`
    (patient, state) is where a reset leads, nan where the model says; `trace` (patient, step, column) is filled with
    the first steps tried.
    """
    layout, patients = kernel.layout, len(given)
    curves = np.full((patients, len(layout.outputs), len(times)), np.nan)
    columns = event_columns(events, layout, patients)
    kept = [np.ascontiguousarray(array) for array in (given, values, status, failed_at, *columns, times, curves)]
    asked = [None if array is None else np.ascontiguousarray(array) for array in (trace, home)]
    assert trace is None or asked[0] is trace, "a trace is filled in place"
    entry, shares, lock = driver(), iter(range(0, patients, SHARE)), threading.Lock()

    def work() -> None:
        sizes = (layout.rows, len(layout.given) + layout.derived, layout.entries + layout.factors)
        room = aligned(at.work_vectors(*sizes, len(layout.needed), len(layout.outputs), CONTROL_ROWS, STAGES, SCRATCH))
        mode = np.zeros(4, dtype=np.int32)
        block = np.zeros(at.INTEGERS, dtype=np.int64)
        block[at.ROWS], block[at.PARAMETERS], block[at.ENTRIES] = sizes
        block[at.HAS_CLOCK], block[at.GIVEN], block[at.NEEDED] = layout.has_clock, len(layout.given), len(layout.needed)
        block[at.OUTPUTS], block[at.TIMES] = len(layout.outputs), len(times)
        block[at.MAX_STEPS], block[at.CLOSED], block[at.INFUSED] = max_steps, closed, len(layout.infused)
        block[at.BLOCK], block[at.TRACE] = layout.block or layout.rows, 0 if trace is None else trace.shape[1]
        block[at.STEP_AT : at.WORK] = kernel.addresses
        more = [0 if array is None else array.ctypes.data for array in asked]
        block[at.WORK :] = [room.ctypes.data, *(array.ctypes.data for array in kept), *more, mode.ctypes.data]
        reals = np.array([begin, end, rtol, atol])
        result, error = ctypes.c_int64(), ctypes.c_void_p()
        while True:
            with lock:
                first = next(shares, None)
            if first is None:
                return
            block[at.FIRST], block[at.LAST] = first, min(first + SHARE, patients)
            code = entry(ctypes.addressof(result), ctypes.addressof(error), block.ctypes.data, reals.ctypes.data)
            assert code == 0, f"the driver returned {code}"

    workers = min(threads or available_threads(), -(-patients // SHARE))
    if workers <= 1:
        work()
    else:
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(work) for _ in range(workers)]:
                done.result()
    return kept[-1]


def available_threads() -> int:
    """Processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
