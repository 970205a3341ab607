"""A simulator that carries, beside each patient's states, their derivatives by chosen parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import ArrayLike

from unmoor.engine import kernel
from unmoor.engine.ensemble import Floats
from unmoor.engine.kernel import Kernel
from unmoor.engine.simulator import Simulator, Snapshot
from unmoor.engine.steady import SteadyStart
from unmoor.engine.steady_tangents import steady_tangents
from unmoor.engine.tangent_program import scale, tangent
from unmoor.model.model import Model


class TangentSimulator(Simulator):
    """Outputs are the model's, then for each of `parameters` their derivative by it, times the parameter's scale.

    A parameter is a constant, or a state whose initial value is meant. Its scale is its size in the patient, or 1 where
    it is zero: scaled derivatives have the unit of their output and take part in error control like the states.
    """

    def __init__(
        self, model: Model, parameters: Sequence[str], outputs: Sequence[str], infused: Sequence[str] = (),
        infused_tangents: Sequence[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """Compile or load the kernel; names are the model's ids. `infused_tangents` are (state, parameter)."""
        self.parameters, self.infused_tangents = tuple(parameters), tuple(infused_tangents)
        super().__init__(model, outputs, infused)

    def _built(self, outputs: tuple[str, ...], infused: tuple[str, ...]) -> Kernel:
        def made() -> tuple[str, str]:
            from unmoor.engine.tangent_ir import module_text
            from unmoor.engine.tangent_program import tangent_program

            laid_out = tangent_program(self.model, outputs, infused, self.parameters, self.infused_tangents)
            return module_text(laid_out), json.dumps(asdict(laid_out.layout))

        key = kernel.key(self.model, outputs, infused)
        text = f"tangents {self.parameters} {self.infused_tangents} {key}"
        return kernel.obtained(hashlib.sha256(text.encode()).hexdigest(), made)

    def scales(self, snapshot: Snapshot) -> Floats:
        """What the tangents of each parameter are multiplied by, shape (patient, parameter)."""
        return snapshot.parameters[:, self._columns([scale(name) for name in self.parameters])]

    def begin(
        self, parameters: Mapping[str, ArrayLike] | None = None, n: int | None = None, time: float = 0.0
    ) -> Snapshot:
        """All patients at `time` (h); as `Simulator.begin`, with the tangents of the initial states."""
        snapshot = super().begin(parameters, n, time)
        given = {self.model.resolve(name) for name in parameters or {}}
        states, sizes = snapshot.states.copy(), self.scales(snapshot)
        home = None if snapshot.home is None else snapshot.home.copy()
        for j, parameter in enumerate(self.parameters):
            for name in self.model.states:
                column = self.layout.states.index(tangent(name, parameter))
                if name == parameter:
                    states[:, column] = sizes[:, j]
                elif name in given:
                    states[:, column] = 0.0
                if home is not None and name in given:
                    home[:, column] = states[:, column]
        return replace(self.with_states(snapshot, states), home=home)

    def _complete(self, rows: Floats, given: Mapping[str, Floats]) -> SteadyStart | None:
        steady = super()._complete(rows, given)
        settled = steady_tangents(self.model, rows, given, self.parameters) if steady is not None else None
        values = [self._size(rows, given, name) for name in self.parameters]
        for column, value in zip(self._columns([scale(name) for name in self.parameters]), values, strict=True):
            rows[:, column] = np.where(value == 0.0, 1.0, np.abs(value))
        if settled is not None:
            for j, parameter in enumerate(self.parameters):
                columns = self._columns([tangent(f"start of {name}", parameter) for name in self.model.steady])
                rows[:, columns] = settled[:, :, j] * rows[:, self._columns([scale(parameter)])]
        return steady

    def _size(self, rows: Floats, given: Mapping[str, Floats], name: str) -> Floats:
        """The value of a parameter (patient,); an initial state that is not given counts as computed."""
        if name not in self.model.states:
            return rows[:, self.layout.given.index(name)]
        if name in given:
            return np.broadcast_to(given[name], len(rows))
        return self._start(rows)[:, self.layout.states.index(name)]

    def _columns(self, names: Sequence[str]) -> list[int]:
        return [self.layout.given.index(name) for name in names]
