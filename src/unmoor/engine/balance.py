"""What a steady start must balance: the rates of the states declared steady, everything else being at its start."""

from __future__ import annotations

from collections.abc import Sequence

from unmoor.base.errors import Unsupported
from unmoor.engine.derivative import jacobian
from unmoor.engine.graph import Graph
from unmoor.engine.layout import Layout, Names, Program, derived_rows
from unmoor.engine.sparse_lu import plan
from unmoor.model.model import Model


def balance(model: Model, held: Sequence[str] = ()) -> Program:
    """The program whose states are the unknown steady states of `model`, whose `start` is their first guess, and whose
    `outputs` are what flows through each: the sum of the magnitudes of the terms that make up its rate.

    States named in `held` have a given value, a parameter row each after the switches. Other states and computed
    constants are at their start, which may depend on the unknown states.
    Raises Unsupported when an unknown state's rate depends on time: it has no steady state.
    """
    graph = Graph()
    switches = tuple(model.switches)
    constants = tuple(name for name in model.constants if name not in switches)
    unknown = tuple(name for name in model.steady if name not in held)
    leaves = {name: graph.add_node("param", (), row) for row, name in enumerate((*constants, *switches))}
    rows = {name: graph.add_node("param", (), len(leaves) + k) for k, name in enumerate(held)}
    values = {name: graph.add_node("state", (), k) for k, name in enumerate(unknown)}
    time = graph.add_node("state", (), len(unknown))
    definitions = {**model.assignments, **model.initial}
    at_zero = {**leaves, "time": graph.number(0.0)}
    guesses = Names(graph, at_zero, definitions, model.name)
    start = tuple(guesses[name] for name in unknown)

    solved = {name: rows[name] for name in held if name in model.steady} | values
    starts = Names(graph, {**at_zero, **solved}, definitions, model.name)
    at_start = {name: starts[name] for name in model.initial}
    names = Names(graph, {**leaves, **at_start, **rows, "time": time}, model.assignments, model.name)
    slopes = tuple(graph.as_number(graph.build(model.rates[name], names)) for name in unknown)
    for name, slope in zip(unknown, slopes, strict=True):
        if time in graph.reached([slope]):
            todo = "leave its value cell empty, or take time out of its rate"
            raise Unsupported(f"'{name}' cannot start steady: its rate depends on time", where=model.name, todo=todo)

    entries = {(i, j): node for i, row in enumerate(jacobian(graph, slopes)) for j, node in row.items()}
    elimination = plan(len(unknown), entries)
    flows = _magnitudes(graph, slopes)
    derived = derived_rows(graph, [*slopes, *entries.values(), *flows], len(leaves) + len(held))
    layout = Layout(
        states=unknown,
        constants=constants,
        switches=switches,
        infused=(),
        outputs=unknown,
        derived=len(derived),
        needed=(),
        has_clock=False,
        factors=len(elimination.slots),
        entries=len(entries),
        extra=tuple(f"start of {name}" for name in held),
    )
    return Program(layout, graph, slopes, entries, start, flows, derived, elimination)


def _magnitudes(graph: Graph, roots: Sequence[int]) -> tuple[int, ...]:
    """For each root, a bound of what cancels in it: sums of magnitudes in place of sums and differences."""
    found: dict[int, int] = {}
    for node in graph.reached(roots):
        op, args = graph.nodes[node].op, graph.nodes[node].args
        if graph.is_condition(node):
            continue
        if op in ("add", "sub"):
            found[node] = graph.add(found[args[0]], found[args[1]])
        elif op == "mul":
            found[node] = graph.multiply(found[args[0]], found[args[1]])
        elif op == "neg":
            found[node] = found[args[0]]
        elif op == "select":
            found[node] = graph.select(args[0], found[args[1]], found[args[2]])
        else:
            found[node] = graph.unary("abs", node)
    return tuple(found[root] for root in roots)
