"""A model ready to run for many patients: start a snapshot, carry it on from decision to decision."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.dosing.events import Events
from unmoor.engine import ensemble, kernel
from unmoor.engine import task as at
from unmoor.engine.ensemble import Floats, Ints
from unmoor.engine.given_values import refuse_impossible, refuse_impossible_settings
from unmoor.engine.kernel import FUNCTIONS, Kernel
from unmoor.engine.outcome import Status
from unmoor.engine.start_values import refuse_moving
from unmoor.engine.vector_ir import WIDTH
from unmoor.model.model import Model

if TYPE_CHECKING:
    from unmoor.engine.steady import SteadyStart


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All patients at one instant (h); arrays are read-only, internal units.

    `states` (patient, state), `parameters` (patient, given parameter), `status` (patient,) with codes of Status,
    `failed_at` (patient,) in h, `worst` (patient,) the state furthest off where a patient failed, `steps` (patient, 2)
    steps tried and rejected so far, `home` (patient, state) where a reset leads where that was given, else nan. `trace`
    (patient, step, column of task.TRACE_COLUMNS) holds the steps that `advance` tried last, nan behind them, if asked;
    `fallen` (patient, state) the last states of those that failed on the way, nan of others.
    """

    time: float
    states: Floats
    parameters: Floats
    status: Ints
    failed_at: Floats
    worst: Ints
    steps: Ints
    home: Floats | None = None
    trace: Floats | None = None
    fallen: Floats | None = None

    def __len__(self) -> int:
        return len(self.states)


class Simulator:
    """A compiled model; `advance` never changes a snapshot, it returns the next one."""

    def __init__(self, model: Model, outputs: Sequence[str] | None = None, infused: Sequence[str] = ()) -> None:
        """Compile or load the kernel of `model` for these outputs (default: the model's own) and infused states.

        Raises UnknownName for an output or state the model lacks.
        """
        if model.events:
            what = f"model '{model.name}' has events of its own, which are carried out by integrate alone"
            raise Unsupported(what, where=model.file, todo="integrate it, with doses as a regimen or as Events")
        self.model = model
        chosen = tuple(model.resolve(name) for name in (model.outputs if outputs is None else outputs))
        for name in infused:
            if name not in model.states:
                raise unknown("state", name, model.states, where=f"model '{model.name}', infusion")
        self.kernel = self._built(chosen, tuple(infused))
        self.layout = self.kernel.layout

    def _built(self, outputs: tuple[str, ...], infused: tuple[str, ...]) -> Kernel:
        return kernel.build(self.model, outputs, infused)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs, in the order of the curves' output axis."""
        return self.layout.outputs

    def begin(
        self, parameters: Mapping[str, ArrayLike] | None = None, n: int | None = None, time: float = 0.0
    ) -> Snapshot:
        """All patients at `time` (h) in their initial state; `parameters` maps names to (patient,), internal units.

        A state's name overrides its initial value. States that the model declares steady are solved for each patient;
        where none is found the patient gets Status.NO_STEADY_STATE. A start that is not finite is Status.BAD_START.
        Raises UnknownName for an unknown parameter, BadInput for lengths that differ, a value that is not finite, or
        one below zero that the model's table excludes.
        """
        given = {self.model.resolve(name): np.asarray(value, dtype=float) for name, value in (parameters or {}).items()}
        sizes = {value.shape[0] for value in given.values() if value.ndim}
        if n is not None:
            sizes.add(n)
        if len(sizes) > 1 or any(value.ndim > 1 for value in given.values()):
            raise BadInput(
                f"parameters are given for {sorted(sizes)} patients", todo="one value a patient, or one for all"
            )
        patients = sizes.pop() if sizes else 1
        rows = np.empty((patients, len(self.layout.given)))
        rows[:] = [self.model.constants.get(name, 0.0) for name in self.layout.given]
        places = {name: k for k, name in enumerate(self.layout.given)}
        refuse_impossible(self.model, given, patients)
        for name, value in given.items():
            if name in places:
                rows[:, places[name]] = value
            elif name not in self.model.states:
                what = f"'{name}' is computed by model '{self.model.name}' and cannot be given"
                raise BadInput(what, todo=self._settable())
        steady = self._complete(rows, given)
        states = self._start(rows)
        home = np.full(states.shape, np.nan) if any(name in self.model.states for name in given) else None
        for name, value in given.items():
            if name in self.model.states and home is not None:
                home[:, self.layout.states.index(name)] = states[:, self.layout.states.index(name)] = value
        status = np.where(np.isfinite(states).all(axis=1), Status.OK, Status.BAD_START).astype(np.int64)
        if steady is not None:
            status[steady.guessed & ~steady.found] = Status.NO_STEADY_STATE
        failed_at = np.where(status == Status.OK, np.nan, time)
        worst = np.where(status == Status.OK, -1, (~np.isfinite(states)).argmax(axis=1) if states.size else -1)
        if steady is not None:
            worst = np.where(status == Status.NO_STEADY_STATE, steady.furthest, worst)
        steps = np.zeros((patients, 2), dtype=np.int64)
        return _frozen(Snapshot(time, states, rows, status, failed_at, worst, steps, home))

    def advance(
        self,
        snapshot: Snapshot,
        events: Events,
        until: float,
        times: ArrayLike = (),
        *,
        rtol: float = 1e-6,
        atol: float = 1e-9,
        closed: bool = False,
        threads: int | None = None,
        max_steps: int = 100_000,
        traced: int = 0,
    ) -> tuple[Floats, Snapshot]:
        """Curves (patient, output, time) at `times` and the snapshot at `until` (h), in internal units.

        Events and outputs in [snapshot.time, until) belong to this call, and those at `until` too when `closed`; all
        others are left for other calls. An output at an event's time shows the state after the event. The first
        `traced` steps of each patient are written down in the snapshot's `trace`.
        """
        grid = np.ascontiguousarray(times, dtype=float)
        if grid.size and (np.any(np.diff(grid) < 0) or not np.all(np.isfinite(grid))):
            raise BadInput("output times must be finite and sorted", todo="sort them: numpy.sort(times)")
        if grid.size and (grid[0] < snapshot.time or grid[-1] > until):
            raise BadInput(
                f"output times {grid[0]:g} to {grid[-1]:g} h leave the span {snapshot.time:g} to {until:g} h",
                todo="ask for times inside the span",
            )
        if not snapshot.time <= until < np.inf:
            raise BadInput(f"cannot go from {snapshot.time:g} h to {until:g} h", todo="choose a later time")
        if not (0 < rtol < 1 and atol > 0):
            raise BadInput(f"rtol {rtol:g} and atol {atol:g} are not usable", todo="0 < rtol < 1 and atol > 0")
        self._own(snapshot)
        refuse_moving(self.model, events)
        refuse_impossible_settings(self.model, events)
        states, parameters = snapshot.states.copy(), snapshot.parameters.copy()
        table = np.zeros((len(snapshot), at.STATUS_COLUMNS), dtype=np.int64)
        table[:, at.CODE], table[:, at.WORST] = snapshot.status, snapshot.worst
        failed_at = snapshot.failed_at.copy()
        due = events.between(snapshot.time, np.nextafter(until, np.inf) if closed else until)
        trace = np.full((len(snapshot), traced, at.TRACE_COLUMNS), np.nan) if traced else None
        curves = ensemble.run(
            self.kernel, parameters, states, table, failed_at, due,
            snapshot.time, until, grid, rtol=rtol, atol=atol, closed=closed, max_steps=max_steps, threads=threads,
            home=snapshot.home, trace=trace,
        )  # fmt: skip
        steps = snapshot.steps + table[:, at.TRIED :]
        failed, fallen = table[:, at.CODE] != at.OK, snapshot.fallen
        if (new := failed & (snapshot.status == at.OK)).any():
            fallen = np.full(states.shape, np.nan) if fallen is None else fallen.copy()
            fallen[new] = states[new]
        states[failed] = np.nan
        ended = (table[:, at.CODE], failed_at, table[:, at.WORST], steps)
        return curves, _frozen(Snapshot(until, states, parameters, *ended, snapshot.home, trace, fallen))

    def observe(self, snapshot: Snapshot) -> Floats:
        """Outputs (patient, output) of a snapshot as it stands, before any event at its time; internal units."""
        curves, _ = self.advance(snapshot, Events.none(), snapshot.time, [snapshot.time], closed=True)
        return curves[:, :, 0]

    def with_states(self, snapshot: Snapshot, states: Floats) -> Snapshot:
        """The same snapshot with other states (patient, state)."""
        changed = _frozen(replace(snapshot, states=np.array(states, dtype=float)))
        self._own(changed)
        return changed

    def _complete(self, rows: Floats, given: Mapping[str, Floats]) -> SteadyStart | None:
        """Solve the steady starts of all patients, if the model declares any, and fill their rows."""
        if not self.model.steady:
            return None
        from unmoor.engine.steady import steady_start

        brought = {name: np.broadcast_to(given[name], len(rows)) for name in self.model.states if name in given}
        settled = len(self.layout.constants) + len(self.layout.switches)
        found = steady_start(self.model, rows[:, :settled], brought)
        rows[:, settled : settled + len(self.model.steady)] = found.values
        return found

    def _start(self, rows: Floats) -> Floats:
        """Initial states (patient, state) by the kernel's `start`, WIDTH patients at a time."""
        layout, patients = self.layout, len(rows)
        address = self.kernel.addresses[FUNCTIONS.index("start")]
        start = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(address)
        groups = -(-patients // WIDTH)
        padded = np.resize(rows, (groups * WIDTH, rows.shape[1]))
        width = len(layout.given) + layout.derived
        lanes = ensemble.aligned(groups * width).reshape(groups, width, WIDTH)
        lanes[:, : rows.shape[1]] = padded.reshape(groups, WIDTH, rows.shape[1]).transpose(0, 2, 1)
        found = ensemble.aligned(groups * layout.rows).reshape(groups, layout.rows, WIDTH)
        for group in range(groups):
            start(lanes[group].ctypes.data, found[group].ctypes.data)
        return np.ascontiguousarray(found.transpose(0, 2, 1).reshape(-1, layout.rows)[:patients, : len(layout.states)])

    def _own(self, snapshot: Snapshot) -> None:
        """Refuse arrays of another model's shape: compiled code would read beyond them."""
        expected = (len(snapshot), len(self.layout.states)), (len(snapshot), len(self.layout.given))
        if (snapshot.states.shape, snapshot.parameters.shape) != expected or len(snapshot.status) != len(snapshot):
            raise BadInput(
                f"states {snapshot.states.shape} and parameters {snapshot.parameters.shape} do not fit {expected}",
                todo="use a snapshot that this simulator began",
            )

    def _settable(self) -> str:
        return "constants and initial states can be given: " + ", ".join(sorted(self.layout.constants)[:20])


def _frozen(snapshot: Snapshot) -> Snapshot:
    for part in fields(snapshot):
        if isinstance(array := getattr(snapshot, part.name), np.ndarray):
            array.flags.writeable = False
    return snapshot
