"""Steady starts of all patients: each solved from its own first guess, checked, independent of the others."""

from __future__ import annotations

import ctypes
import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.engine import kernel, machine
from unmoor.engine.ensemble import Floats, Ints, aligned, available_threads
from unmoor.engine.layout import Layout, restored
from unmoor.engine.vector_ir import WIDTH
from unmoor.model.model import Model

#: an eigenvalue of the Jacobian counts as stable up to this share of its largest entry: conserved sums give zeros
ZERO_GROWTH = 1e-9
#: groups whose eigenvalues are computed in one call
BATCH = 256


@dataclass(frozen=True, eq=False)
class SteadyStart:
    """Solved starts (patient, state of `model.steady`), nan where none was `found` (patient,).

    `residual` (patient,) is the largest rate as a share of what flows through its state, `furthest` (patient,) the
    number of that state in the model, `guessed` (patient,) whether the first guess was finite.
    """

    values: Floats
    found: NDArray[np.bool_]
    residual: Floats
    furthest: Ints
    guessed: NDArray[np.bool_]


def steady_start(model: Model, rows: Floats, given: Mapping[str, Floats]) -> SteadyStart:
    """Solve where the states `model.steady` no longer move.

    `rows` (patient, parameter) holds constants, then switches; `given` maps states to (patient,) values that patients
    bring: a state given is taken as it is, and the others are solved beside it. All in internal units.
    Raises Unsupported when a rate depends on time.
    """
    held = tuple(name for name in model.states if name in given)
    if {*model.steady} <= {*held}:
        everyone = np.ones(len(rows), dtype=bool)
        brought = np.stack([np.broadcast_to(given[name], len(rows)) for name in model.steady], axis=1)
        return SteadyStart(brought, everyone, np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64), everyone)
    solver = _Solver(model, held)
    columns = [np.broadcast_to(given[name], len(rows))[:, None] for name in held]
    solved, found, residual, furthest, guessed = solver.solve(np.hstack([rows, *columns]))
    values = np.empty((len(rows), len(model.steady)))
    for k, name in enumerate(model.steady):
        values[:, k] = given[name] if name in given else solved[:, solver.layout.states.index(name)]
    values[~found] = np.nan
    places = np.array([model.states.index(name) for name in solver.layout.states], dtype=np.int64)
    return SteadyStart(values, found, residual, places[furthest], guessed)


class _Solver:
    """The compiled balance of one model, called eight patients at a time."""

    def __init__(self, model: Model, held: Sequence[str]) -> None:
        text = f"balance {held} {kernel.key(model, (), ())}"
        code = machine.obtain(hashlib.sha256(text.encode()).hexdigest(), lambda: _compile(model, held))
        note = json.loads(code.note)
        self.layout: Layout = restored(note["layout"])
        self.entries, self.room = np.array(note["entries"], dtype=np.int64).reshape(-1, 2), int(note["room"])
        self.code = code

    def solve(self, given: Floats) -> tuple[Floats, NDArray[np.bool_], Floats, Ints, NDArray[np.bool_]]:
        """Steady values (patient, unknown), which were found, scaled residuals and where, which guesses were finite."""
        from unmoor.engine.steady_ir import DONE, RESIDUAL, TOLD_ROWS

        patients, size = len(given), self.layout.rows
        groups = -(-patients // WIDTH)
        lanes = aligned(groups * (given.shape[1] + self.layout.derived)).reshape(groups, -1, WIDTH)
        padded = np.resize(given, (groups * WIDTH, given.shape[1])).reshape(groups, WIDTH, -1)
        lanes[:, : given.shape[1]] = padded.transpose(0, 2, 1)
        y, told = aligned(groups * size).reshape(groups, size, WIDTH), aligned(groups * TOLD_ROWS)
        guess = np.empty_like(y)
        told = told.reshape(groups, TOLD_ROWS, WIDTH)
        stable, furthest = np.ones((groups, WIDTH), dtype=bool), np.zeros((groups, WIDTH), dtype=np.int64)
        parts = np.array_split(np.arange(groups), min(available_threads(), max(1, groups // 64)))
        with ThreadPoolExecutor(len(parts)) as pool:
            for each in [pool.submit(self._settle, part, lanes, y, told, guess, stable, furthest) for part in parts]:
                each.result()

        def flat(array: Floats) -> Floats:
            return np.ascontiguousarray(array.transpose(0, 2, 1).reshape(groups * WIDTH, -1)[:patients])

        solved, guessed = flat(y), np.asarray(np.isfinite(flat(guess)).all(axis=1))
        found = ((told[:, DONE] > 0.0) & stable).reshape(-1)[:patients] & guessed & np.isfinite(solved).all(axis=1)
        return solved, found, told[:, RESIDUAL].reshape(-1)[:patients], furthest.reshape(-1)[:patients], guessed

    def _settle(
        self, part: Ints, lanes: Floats, y: Floats, told: Floats, guess: Floats, stable: NDArray[np.bool_],
        furthest: Ints,
    ) -> None:  # fmt: skip
        """Settle the groups in `part`; a group's lanes that are not surely stable have their eigenvalues computed."""
        from unmoor.engine.steady_ir import DONE, STABLE

        def function(name: str, count: int) -> ctypes._CFunctionType:
            return ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * count)(self.code.address(name))

        prepare, start, settle = function("prepare", 1), function("start", 2), function("settle", 4)
        work, mode = aligned(self.room), np.zeros(4, dtype=np.int32)
        size = self.layout.rows
        _, rate, _, _, _, flow, _ = work[: 7 * size * WIDTH].reshape(7, size, WIDTH)
        matrix = work[7 * size * WIDTH :][: len(self.entries) * WIDTH].reshape(-1, WIDTH)
        addresses = [array.ctypes.data for array in (lanes, y, told)]
        strides = [array.strides[0] for array in (lanes, y, told)]
        doubts: list[tuple[int, Floats]] = []
        function("enter", 1)(mode.ctypes.data)
        for group in part.tolist():
            p, here, say = (base + group * stride for base, stride in zip(addresses, strides, strict=True))
            prepare(p)
            start(p, here)
            guess[group] = y[group]
            settle(here, p, say, work.ctypes.data)
            if (told[group, DONE] == 0.0).any():
                with np.errstate(all="ignore"):
                    furthest[group] = np.nan_to_num(np.abs(rate) / flow, nan=np.inf).argmax(axis=0)
            if ((told[group, DONE] > 0.0) & (told[group, STABLE] == 0.0)).any():
                doubts.append((group, matrix.copy()))
        function("leave", 1)(mode.ctypes.data)
        for first in range(0, len(doubts), BATCH):
            groups, entries = zip(*doubts[first : first + BATCH], strict=True)
            which = list(groups)
            doubtful = (told[which, DONE] > 0.0) & (told[which, STABLE] == 0.0)
            calm = np.ones_like(doubtful)
            calm[doubtful] = self._stable(np.stack(entries).transpose(0, 2, 1)[doubtful])
            stable[which] = calm

    def _stable(self, entries: Floats) -> NDArray[np.bool_]:
        """Which Jacobians, given by their `entries` (patient, entry), let no disturbance grow."""
        size = self.layout.rows
        whole = np.zeros((len(entries), size, size))
        whole[:, self.entries[:, 0], self.entries[:, 1]] = entries
        growth = np.linalg.eigvals(whole).real.max(axis=1)
        return growth <= ZERO_GROWTH * np.abs(whole).max(axis=(1, 2))


def _compile(model: Model, held: Sequence[str]) -> tuple[str, str]:
    from unmoor.engine.balance import balance
    from unmoor.engine.steady_ir import module_text, work_vectors

    program = balance(model, held)
    note = {"layout": asdict(program.layout), "entries": list(program.entries), "room": work_vectors(program)}
    return module_text(program), json.dumps(note)
