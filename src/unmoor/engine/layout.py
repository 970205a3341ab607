"""Where everything lives in memory and what is computed when: a model becomes rows of vectors and roots of one graph.

Parameter rows, in order: constants, switches, extra rows, zero-order inputs, then derived values. What depends on
constants alone is computed once per patient into a derived row, never inside a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unmoor.base.errors import UnmoorError
from unmoor.engine.derivative import jacobian
from unmoor.engine.graph import Graph
from unmoor.engine.sparse_lu import Plan, plan
from unmoor.model.expression import Expression
from unmoor.model.model import Model


@dataclass(frozen=True)
class Layout:
    """Names of the rows a kernel works on; travels with the cached kernel."""

    states: tuple[str, ...]
    constants: tuple[str, ...]
    switches: tuple[str, ...]
    infused: tuple[str, ...]
    outputs: tuple[str, ...]
    derived: int
    needed: tuple[int, ...]  # state rows that the outputs read
    has_clock: bool  # time is carried as a last state when the equations use it
    factors: int  # stored entries of the factored matrix
    entries: int  # stored entries of the Jacobian
    extra: tuple[str, ...] = ()  # rows that only this engine fills, such as the solved start of a steady state
    block: int = 0  # rows of the model itself where tangents stand before them, else 0

    @property
    def rows(self) -> int:
        """State rows, the clock included."""
        return len(self.states) + self.has_clock

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the parameter rows that a patient brings: constants, switches, extra rows, inputs."""
        return (*self.constants, *self.switches, *self.extra, *(f"input of {name}" for name in self.infused))

    def target(self, name: str) -> tuple[int, int] | None:
        """(state row or -1, parameter row of its input or of the constant, or -1); None when the name is neither."""
        state = self.states.index(name) if name in self.states else -1
        if state < 0:
            settable = (*self.constants, *self.switches)
            return (-1, settable.index(name)) if name in settable else None
        offset = len(self.constants) + len(self.switches) + len(self.extra)
        return state, offset + self.infused.index(name) if name in self.infused else -1


def restored(known: Mapping[str, Any]) -> Layout:
    """A layout from what JSON made of its fields."""
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in known.items()}
    return Layout(**fields)


@dataclass(frozen=True)
class Program:
    """The graph of a model and its roots: slopes, Jacobian entries, start values, outputs, and derived nodes."""

    layout: Layout
    graph: Graph
    slopes: tuple[int, ...]
    entries: Mapping[tuple[int, int], int]
    start: tuple[int, ...]
    outputs: tuple[int, ...]
    derived: Mapping[int, int]  # node -> parameter row
    plan: Plan


@dataclass
class Names(Mapping[str, int]):
    """Symbols to nodes, resolved on demand, so that assignments may come in any order; a circle is an error."""

    graph: Graph
    known: dict[str, int]
    definitions: Mapping[str, Expression]
    model: str
    _open: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> int:
        if name not in self.known:
            if name in self._open:
                circle = " -> ".join([*self._open[self._open.index(name) :], name])
                raise UnmoorError(f"'{name}' is defined by itself: {circle}", where=f"model {self.model}")
            self._open.append(name)
            self.known[name] = self.graph.as_number(self.graph.build(self.definitions[name], self))
            self._open.pop()
        return self.known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.known or name in self.definitions

    def __iter__(self) -> Iterator[str]:
        return iter({*self.known, *self.definitions})

    def __len__(self) -> int:
        return len({*self.known, *self.definitions})


def program(model: Model, outputs: Sequence[str], infused: Sequence[str], extra: Sequence[str] = ()) -> Program:
    """Lay out a model for a kernel that reports `outputs` and lets infusions enter the states `infused`.

    `extra` names further parameter rows, which stand behind those of steady starts.
    Raises UnmoorError for symbols defined in a circle.
    """
    graph = Graph()
    switches = tuple(model.switches)
    constants = tuple(name for name in model.constants if name not in switches)
    leaves = {name: graph.add_node("param", (), row) for row, name in enumerate(constants)}
    offset = len(constants)
    leaves |= {name: graph.add_node("switch", (), offset + k) for k, name in enumerate(switches)}
    offset += len(switches)

    # a steady start is solved for each patient and loaded, so that a reset returns to it
    more = (*(f"start of {name}" for name in model.steady), *extra)
    solved = {name: graph.add_node("param", (), offset + k) for k, name in enumerate(model.steady)}
    offset += len(more)
    at_start = {**leaves, **solved, "time": graph.number(0.0)}
    start_names = Names(graph, at_start, {**model.assignments, **model.initial}, model.name)
    start = [start_names[name] for name in model.states]
    computed = {name: start_names[name] for name in model.initial if name not in model.rates}

    clock = len(model.states)
    running = {name: graph.add_node("state", (), row) for row, name in enumerate(model.states)}
    time = graph.add_node("state", (), clock)
    names = Names(graph, {**leaves, **computed, **running, "time": time}, model.assignments, model.name)
    slopes = [graph.as_number(graph.build(model.rates[name], names)) for name in model.states]
    for k, name in enumerate(infused):
        row = model.states.index(name)
        slopes[row] = graph.add(slopes[row], graph.add_node("switch", (), offset + k))
    offset += len(infused)
    reported = [names[name] for name in outputs]
    # a model without states steps on its clock alone
    has_clock = not model.states or time in graph.reached([*slopes, *reported])
    if has_clock:
        slopes.append(graph.number(1.0))
        start.append(graph.number(0.0))

    rows = jacobian(graph, slopes)
    entries = {(i, j): node for i, row in enumerate(rows) for j, node in row.items()}
    derived = derived_rows(graph, [*slopes, *entries.values(), *reported], offset)
    elimination = plan(len(slopes), entries)
    needed = sorted({int(graph.nodes[n].leaf or 0) for n in graph.reached(reported) if graph.nodes[n].op == "state"})
    layout = Layout(
        states=tuple(model.states),
        constants=constants,
        switches=switches,
        infused=tuple(infused),
        outputs=tuple(outputs),
        derived=len(derived),
        needed=tuple(needed),
        has_clock=has_clock,
        factors=len(elimination.slots),
        entries=len(entries),
        extra=more,
    )
    return Program(layout, graph, tuple(slopes), entries, tuple(start), tuple(reported), derived, elimination)


def derived_rows(graph: Graph, roots: Sequence[int], first_row: int) -> dict[int, int]:
    """Rows for the nodes that depend on constants alone and are used by a node that does not."""
    steady: dict[int, bool] = {}
    found: dict[int, int] = {}
    order = graph.reached(roots)
    for node in order:
        op, args = graph.nodes[node].op, graph.nodes[node].args
        steady[node] = op in ("number", "param") or (op not in ("state", "switch") and all(steady[a] for a in args))
    wanted = [arg for node in order if not steady[node] for arg in graph.nodes[node].args] + list(roots)
    for node in wanted:
        if steady[node] and graph.nodes[node].op not in ("number", "param") and not graph.is_condition(node):
            found.setdefault(node, first_row + len(found))
    return found
