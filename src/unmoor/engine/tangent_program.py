"""Forward sensitivities laid out: one block of tangents a parameter, moved by the same Jacobian as the states.

A tangent is s = p dy/dp: it has the unit of its state, so that one tolerance fits both. Its rate is
ds/dt = J s + p df/dp; blocks stand before the states, each with a row for every row of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from unmoor.engine.derivative import jacobian
from unmoor.engine.graph import Graph
from unmoor.engine.layout import Layout, Program, derived_rows, program
from unmoor.engine.rosenbrock import STAGES
from unmoor.model.model import Model


class Room(NamedTuple):
    """First rows of the parts of the matrix, behind the Jacobian: its factors, for each parameter the matrix below,
    second derivatives, for each stage the Jacobian entries kept; and the number of all rows."""

    factors: int
    below: int
    terms: int
    kept: int
    end: int


@dataclass(frozen=True)
class TangentProgram:
    """The program of a model and the roots of its tangents; `j` numbers parameters, `i`, `k`, `l` rows of the model.

    Derivatives by a parameter are multiplied by its scale: `slope_by` (i, j), zero-order inputs included,
    `slope_by_state` (i, k, j), `start_by` (i, j), `output_by` (output, j). `second` maps (i, k) to the (l, node) of
    d J(i, l) / d y(k), `output_by_state` is (output, k).
    """

    base: Program
    layout: Layout
    parameters: tuple[str, ...]
    slope_by: Mapping[tuple[int, int], int]
    second: Mapping[tuple[int, int], tuple[tuple[int, int], ...]]
    slope_by_state: Mapping[tuple[int, int, int], int]
    start_by: Mapping[tuple[int, int], int]
    output_by_state: Mapping[tuple[int, int], int]
    output_by: Mapping[tuple[int, int], int]

    @property
    def whole(self) -> Program:
        """The program whose rows are all blocks and the states."""
        return replace(self.base, layout=self.layout)

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Entries (i, k) of the matrix that takes a change of the states to a change of a tangent's rate."""
        found = {(i, k) for i, k, _ in self.slope_by_state} | self.second.keys()
        return tuple(sorted(found))

    @property
    def rows(self) -> list[list[tuple[int, int]]]:
        """For each row the (column, node) of its Jacobian entries; the clock's column is left out, its tangent is 0."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.base.slopes]
        for (i, column), node in self.base.entries.items():
            if column < len(self.base.layout.states):
                found[i].append((column, node))
        return found

    @property
    def kept(self) -> tuple[int, ...]:
        """Jacobian entries that every stage has to keep for the tangents: those that no parameter row holds."""
        return self._computed(node for row in self.rows for _, node in row)

    @property
    def terms(self) -> tuple[int, ...]:
        """Second derivatives that no parameter row holds."""
        return self._computed(node for terms in self.second.values() for _, node in terms)

    @property
    def room(self) -> Room:
        """Where a step finds its parts in the matrix."""
        factors = len(self.base.entries)
        below = factors + self.base.layout.factors
        terms = below + len(self.places) * len(self.parameters)
        kept = terms + len(self.terms)
        return Room(factors, below, terms, kept, kept + STAGES * len(self.kept))

    def _computed(self, nodes: Iterable[int]) -> tuple[int, ...]:
        at_hand = ("number", "param", "switch")
        graph, derived = self.base.graph, self.base.derived
        return tuple(n for n in dict.fromkeys(nodes) if graph.nodes[n].op not in at_hand and n not in derived)


def tangent(state: str, parameter: str) -> str:
    """The name of a tangent's row."""
    return f"d {state} / d {parameter}"


def scale(parameter: str) -> str:
    """The name of the parameter row that holds a parameter's scale."""
    return f"scale of {parameter}"


def tangent_program(
    model: Model,
    outputs: Sequence[str],
    infused: Sequence[str],
    parameters: Sequence[str],
    infused_tangents: Sequence[tuple[str, str]] = (),
) -> TangentProgram:
    """Lay out tangents for `parameters`: constants, and states whose initial value is meant.

    Outputs are the model's, then those of each parameter. `infused_tangents` lists (state, parameter) of tangents that
    events give a zero-order input. Parameter rows hold the scale of each parameter and the tangents of steady starts.
    """
    extra = (*map(scale, parameters), *(tangent(f"start of {x}", p) for p in parameters for x in model.steady))
    base = program(model, outputs, infused, extra)
    graph, own = base.graph, base.layout
    rows = {name: row for row, name in enumerate(own.given)}
    scaled = _Scaled(graph, model, parameters, rows)
    entries = list(base.entries.items())
    second: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for ((i, column), _), by in zip(entries, jacobian(graph, [node for _, node in entries]), strict=True):
        if column < len(own.states):  # the clock's tangent is zero
            for k, node in by.items():
                second.setdefault((i, k), []).append((column, node))
    slope_by = scaled.derivatives(base.slopes)
    by_state = jacobian(graph, list(slope_by.values()))
    slope_by_state = {(i, k, j): n for (i, j), by in zip(slope_by, by_state, strict=True) for k, n in by.items()}
    output_by_state = {(o, k): n for o, by in enumerate(jacobian(graph, base.outputs)) for k, n in by.items()}
    output_by = scaled.derivatives(base.outputs)
    names = (*own.states, "time") if own.has_clock else own.states
    first = len(own.given)
    for k, (state, parameter) in enumerate(infused_tangents):
        place = own.states.index(state), tuple(parameters).index(parameter)
        slope_by[place] = graph.add(slope_by.get(place, graph.number(0.0)), graph.add_node("switch", (), first + k))
    roots = [*base.slopes, *base.entries.values(), *base.outputs, *slope_by.values(), *slope_by_state.values()]
    roots += [*output_by_state.values(), *output_by.values(), *(n for terms in second.values() for _, n in terms)]
    derived = derived_rows(graph, roots, first + len(infused_tangents))
    layout = replace(
        own,
        states=(*(tangent(name, parameter) for parameter in parameters for name in names), *own.states),
        infused=(*own.infused, *(tangent(state, parameter) for state, parameter in infused_tangents)),
        outputs=(*own.outputs, *(tangent(name, parameter) for parameter in parameters for name in own.outputs)),
        derived=len(derived),
        needed=tuple(range(own.rows * (1 + len(parameters)))),
        block=own.rows,
    )
    made = TangentProgram(
        replace(base, derived=derived),
        layout,
        tuple(parameters),
        slope_by,
        {place: tuple(terms) for place, terms in second.items()},
        slope_by_state,
        scaled.derivatives(base.start),
        output_by_state,
        output_by,
    )
    return replace(made, layout=replace(layout, factors=made.room.end - layout.entries))


@dataclass(frozen=True)
class _Scaled:
    """Derivatives by parameters, times their scale, directly and through steady starts."""

    graph: Graph
    model: Model
    parameters: Sequence[str]
    rows: Mapping[str, int]

    def derivatives(self, roots: Sequence[int]) -> dict[tuple[int, int], int]:
        """{(root, parameter): node}, without those that are zero."""
        graph = self.graph
        direct = {self.rows[name]: j for j, name in enumerate(self.parameters) if name in self.rows}
        solved = {self.rows[f"start of {name}"]: name for name in self.model.steady}
        found: dict[tuple[int, int], int] = {}
        for i, by in enumerate(jacobian(graph, roots, "param", {*direct, *solved})):
            for row, node in by.items():
                if row in direct:
                    factors = {direct[row]: self._load(scale(self.parameters[direct[row]]))}
                else:
                    start = f"start of {solved[row]}"
                    factors = {j: self._load(tangent(start, name)) for j, name in enumerate(self.parameters)}
                for j, factor in factors.items():
                    term = graph.multiply(node, factor)
                    found[i, j] = graph.add(found[i, j], term) if (i, j) in found else term
        return found

    def _load(self, name: str) -> int:
        return self.graph.add_node("param", (), self.rows[name])
