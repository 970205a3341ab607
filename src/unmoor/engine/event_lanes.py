"""One patient in all lanes of a kernel: a step tried at eight lengths, or eight states observed, in one call.

Every length gives the full accuracy of a step of its own, so an instant inside a step needs no interpolation and the
state that is found there is the state that the integration goes on from.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np

from unmoor.engine.ensemble import Floats, aligned
from unmoor.engine.kernel import FUNCTIONS, Kernel
from unmoor.engine.rosenbrock import (
    ACTIVE,
    ATOL,
    CONTROL_ROWS,
    ERROR,
    FACTOR,
    FIRST_STEP,
    RTOL,
    SCRATCH,
    STAGES,
    STEP,
    TIME,
)
from unmoor.engine.vector_ir import WIDTH


@dataclass(frozen=True, eq=False)
class Trial:
    """A step at WIDTH lengths: `states` (lane, state), squared scaled `errors` (lane,), step `factors` (lane,)."""

    states: Floats
    errors: Floats
    factors: Floats


class Lanes:
    """Work space for one patient; `parameters` (given,) are its rows, set by `prepare`."""

    def __init__(self, kernel: Kernel, rtol: float, atol: float) -> None:
        layout = self.layout = kernel.layout
        self.states = len(layout.states)
        self._y, self._u = aligned(layout.rows), aligned(SCRATCH * layout.rows)
        self._p = aligned(max(len(layout.given) + layout.derived, 1))
        self._control, self._k = aligned(CONTROL_ROWS), aligned(STAGES * layout.rows)
        self._matrix = aligned(layout.entries + layout.factors)
        self._dense, self._seen = aligned(5 * len(layout.needed) + 1), aligned(max(len(layout.outputs), 1))
        self._rows = self._control.reshape(-1, WIDTH)
        self._rows[[RTOL, ATOL, ACTIVE]] = [[rtol], [atol], [1.0]]
        at = dict(zip(FUNCTIONS, kernel.addresses, strict=True))
        self._step_at = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 7, ctypes.c_int64)(at["step"])
        self._observe_at, self._first_step_at = (
            ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)(at[name]) for name in ("observe_state", "first_step")
        )
        self._prepare_at = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(at["prepare"])

    def prepare(self, parameters: Floats) -> None:
        """Take the patient's parameter rows (given,), whenever one of them has changed."""
        self._p.reshape(-1, WIDTH)[: len(parameters)] = parameters[:, None]
        self._prepare_at(self._p.ctypes.data)

    def first_step(self, states: Floats, time: float) -> float:
        """A cautious length for a step from `states` (state,) at `time` (h)."""
        self._fill(states[:, None], time)
        self._first_step_at(
            self._y.ctypes.data, self._p.ctypes.data, self._control.ctypes.data, self._u.ctypes.data
        )  # fmt: skip
        return float(self._rows[FIRST_STEP][0])

    def step(self, states: Floats, time: float, lengths: Floats) -> Trial:
        """One step from `states` (state,) at `time` (h), at `lengths` (lane,) in h."""
        self._fill(states[:, None], time)
        self._rows[STEP] = lengths
        self._step_at(
            *(each.ctypes.data for each in (self._y, self._p, self._control, self._k, self._u)),
            self._matrix.ctypes.data, self._dense.ctypes.data, 0,
        )  # fmt: skip
        found = self._y.reshape(-1, WIDTH)[: self.states].T.copy()
        return Trial(found, self._rows[ERROR].copy(), self._rows[FACTOR].copy())

    def worst(self) -> int:
        """The state with the largest error of the longest step just tried; one that is not finite comes first."""
        change = self._k.reshape(STAGES, -1, WIDTH)[-1, : self.states, -1]
        rtol, atol = self._rows[RTOL, -1], self._rows[ATOL, -1]
        share = np.abs(change) / (atol + rtol * np.abs(self._y.reshape(-1, WIDTH)[: self.states, -1]))
        return int(np.where(np.isfinite(share), share, np.inf).argmax()) if share.size else -1

    def observe(self, states: Floats, times: Floats | float) -> Floats:
        """Outputs (lane, output) of `states` (lane, state) at `times` (lane,) in h."""
        self._fill(states.T, times)
        self._observe_at(
            self._y.ctypes.data, self._p.ctypes.data, self._control.ctypes.data, self._seen.ctypes.data
        )  # fmt: skip
        return self._seen.reshape(-1, WIDTH)[: len(self.layout.outputs)].T.copy()

    def _fill(self, states: Floats, times: Floats | float) -> None:
        y = self._y.reshape(-1, WIDTH)
        y[: self.states] = states
        self._rows[TIME] = times
        if self.layout.has_clock:
            y[self.states] = times
