"""Models with events of their own: the compiled step under a loop in Python that finds each event and stops there.

Correctness before speed: one patient at a time, all lanes of the kernel at the service of one step. It takes the place
of Simulator where `integrate` meets a model with events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput, Unsupported
from unmoor.dosing.events import Action, Events
from unmoor.engine import ensemble
from unmoor.engine import task as at
from unmoor.engine.ensemble import Floats
from unmoor.engine.event_course import Course, Dose
from unmoor.engine.event_lanes import Lanes
from unmoor.engine.event_watch import watch
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator, Snapshot
from unmoor.engine.start_values import refuse_moving
from unmoor.model.expression import symbols
from unmoor.model.model import Model


class EventSimulator:
    """A compiled model with events; `begin` and `advance` as Simulator has them, for one span from start to end."""

    def __init__(self, model: Model, outputs: Sequence[str] | None = None, infused: Sequence[str] = ()) -> None:
        """Compile or load the kernel of `model` for these outputs (default: its own) and infused states.

        Raises UnknownName for an output or state the model lacks and Unsupported for events that cannot be found or a
        steady start.
        """
        if model.steady:
            what = f"model '{model.name}' has events and starts at a steady state"
            raise Unsupported(what, where=model.file, todo="give the states their starting values")
        chosen = tuple(model.resolve(name) for name in (model.outputs if outputs is None else outputs))
        self.model = model
        self.watch = watch(model, chosen, infused)
        self._plain = Simulator(self.watch.model, self.watch.outputs, infused)

    def begin(
        self, parameters: Mapping[str, ArrayLike] | None = None, n: int | None = None, time: float = 0.0
    ) -> Snapshot:
        """All patients at `time` (h) in their initial state; `parameters` as for Simulator.begin.

        Raises BadInput also for an initial state that other starting values are computed from.
        """
        given = {self.model.resolve(name) for name in parameters or ()} & {*self.model.states}
        for name, expression in self.model.initial.items():
            used = symbols(expression) & given - {name}
            if used and name not in given:
                what = f"'{sorted(used)[0]}' changes by an event, and the start of '{name}' is computed from it"
                raise BadInput(f"{what}: it cannot be given", todo=f"give '{name}' as well")
        return self._plain.begin(parameters, n, time)

    def advance(
        self,
        snapshot: Snapshot,
        events: Events,
        until: float,
        times: ArrayLike = (),
        *,
        rtol: float = 1e-6,
        atol: float = 1e-9,
        closed: bool = True,
        max_steps: int = 100_000,
        traced: int = 0,
    ) -> tuple[Floats, Snapshot]:
        """Curves (patient, output, time) at `times` and the snapshot at `until` (h), in internal units.

        The triggers are taken as the model gives them before its start, so that the snapshot must be one that has just
        begun. An output at an event's time shows the state after the event; `traced` as for Simulator.advance.
        Raises Unsupported for a reset by dosing records.
        """
        if not closed:
            raise Unsupported("a model with events is integrated in one piece", todo="use integrate")
        if len(events) and np.any(events.action == Action.RESET):
            raise Unsupported("a reset by a dosing record does not go with events of the model itself")
        refuse_moving(self.model, events)
        grid = np.asarray(times, dtype=float)
        states, parameters = snapshot.states.copy(), snapshot.parameters.copy()
        codes, failed_at, worst = snapshot.status.copy(), snapshot.failed_at.copy(), snapshot.worst.copy()
        steps = snapshot.steps.copy()
        due = events.between(snapshot.time, np.nextafter(until, np.inf))
        first, when, kind, row, value = ensemble.event_columns(due, self._plain.layout, len(snapshot))
        curves = np.full((len(snapshot), self.watch.reported, grid.size), np.nan)
        trace = np.full((len(snapshot), traced, at.TRACE_COLUMNS), np.nan) if traced else None
        lanes = Lanes(self._plain.kernel, rtol, atol)
        for who in np.flatnonzero(codes == Status.OK):
            own = slice(first[who], first[who + 1])
            columns = (column[own].tolist() for column in (when, kind, row, value))
            doses = [Dose(*each) for each in zip(*columns, strict=True)]
            course = Course(lanes, self.watch, snapshot.time, until, states[who], parameters[who], doses, grid)
            course.run(max_steps)
            codes[who], steps[who] = course.status, steps[who] + [course.tried, course.rejected]
            if trace is not None:
                trace[who, : len(course.noted)] = course.noted[:traced]
            if course.status == Status.OK:
                curves[who] = course.curves
                states[who], parameters[who] = course.states, course.parameters
            else:
                states[who], failed_at[who], worst[who] = np.nan, course.time, course.worst
        ended = Snapshot(until, states, parameters, codes, failed_at, worst, steps, snapshot.home, trace)
        for part in fields(ended):
            if isinstance(array := getattr(ended, part.name), np.ndarray):
                array.flags.writeable = False
        return curves, replace(ended)
