"""What the engine watches so as to find events: conditions, delays, priorities and new values as extra outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from unmoor.base.errors import Unsupported
from unmoor.engine.ensemble import Floats
from unmoor.model.event import Event
from unmoor.model.expression import TIME, ZERO, Call, Expression, Symbol, symbols, walk
from unmoor.model.model import Model

_COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


@dataclass(frozen=True)
class Watch:
    """Where the extra outputs of a model with events stand among the outputs of its kernel.

    `differences` and `truths` are the two sides of each comparison, subtracted and compared; `exact` marks comparisons
    for equality, which hold at an instant only; a delay or priority that is not there is -1.
    """

    model: Model
    outputs: tuple[str, ...]
    events: tuple[Event, ...]
    reported: int
    differences: slice
    truths: slice
    triggers: slice
    delays: tuple[int, ...]
    priorities: tuple[int, ...]
    values: tuple[tuple[int, ...], ...]
    factors: tuple[tuple[int, ...], ...]
    rows: tuple[tuple[int, ...], ...]
    exact: tuple[bool, ...]

    def signs(self, seen: Floats) -> Floats:
        """What must be located when it changes, (..., condition), from outputs (..., output)."""
        sides = np.where(self.exact, 1.0 * (seen[..., self.differences] >= 0), seen[..., self.truths])
        return np.concatenate([sides, seen[..., self.triggers]], axis=-1)


def watch(model: Model, outputs: Sequence[str], infused: Sequence[str]) -> Watch:
    """The same model without events, whose kernel reports `outputs` and then everything its events depend on.

    Raises Unsupported for an equality between values that move: no step would ever find it true.
    """
    moving = {TIME.name, *infused, *(name for name in model.states if model.rates[name] != ZERO)}
    pairs = dict.fromkeys(pair for event in model.events for pair in _comparisons(event.trigger, model.assignments))
    for pair in pairs:
        if pair.op in ("eq", "ne"):
            _check_equality(pair, model, moving)
    extra: dict[str, Expression] = {}

    def add(name: str, expression: Expression | None) -> int:
        if expression is None:
            return -1
        extra[name] = expression
        return len(outputs) + len(extra) - 1

    def add_all(what: str, expressions: Sequence[Expression]) -> slice:
        start = len(outputs) + len(extra)
        for k, each in enumerate(expressions):
            add(f"{what} {k}", each)
        return slice(start, start + len(expressions))

    differences = add_all("difference", [Call("sub", pair.args) for pair in pairs])
    truths = add_all("comparison", list(pairs))
    triggers = add_all("trigger", [Call("ne", (event.trigger, ZERO)) for event in model.events])
    delays, priorities, values, factors = [], [], [], []
    for k, event in enumerate(model.events):
        delays.append(add(f"delay of event {k}", event.delay))
        priorities.append(add(f"priority of event {k}", event.priority))
        values.append(tuple(add(f"value {k} {each.state}", each.value) for each in event.assignments))
        times = [Symbol(each.times) if each.times else None for each in event.assignments]
        factors.append(tuple(add(f"factor {k} {j}", each) for j, each in enumerate(times)))
    return Watch(
        model=replace(model, events=(), assignments={**model.assignments, **extra}),
        outputs=(*outputs, *extra),
        events=model.events,
        reported=len(outputs),
        differences=differences,
        truths=truths,
        triggers=triggers,
        delays=tuple(delays),
        priorities=tuple(priorities),
        values=tuple(values),
        factors=tuple(factors),
        rows=tuple(tuple(model.states.index(a.state) for a in event.assignments) for event in model.events),
        exact=tuple(pair.op in ("eq", "ne") for pair in pairs),
    )


def _comparisons(expression: Expression, assignments: Mapping[str, Expression]) -> Iterator[Call]:
    """Every comparison of two sides that an expression needs, in the assigned symbols it reads too."""
    waiting, seen = [expression], set[str]()
    while waiting:
        current = waiting.pop()
        for node in walk(current):
            if isinstance(node, Call) and node.op in _COMPARISONS:
                yield from (Call(node.op, pair) for pair in pairwise(node.args))
        following = symbols(current) & assignments.keys() - seen
        seen |= following
        waiting += [assignments[name] for name in sorted(following)]


def _needs(expression: Expression, assignments: Mapping[str, Expression]) -> frozenset[str]:
    """All symbols behind an expression, assigned ones resolved."""
    found: set[str] = set()
    waiting = [expression]
    while waiting:
        following = symbols(waiting.pop()) - found
        found |= following
        waiting += [assignments[name] for name in following & assignments.keys()]
    return frozenset(found)


def _check_equality(pair: Call, model: Model, moving: set[str]) -> None:
    """Equality is found where neither side moves between events, or where time itself passes a fixed value."""
    sides = [bool(_needs(side, model.assignments) & moving) for side in pair.args]
    if any(sides) and (all(sides) or pair.args[sides.index(True)] != TIME):
        raise Unsupported(
            f"an event of model '{model.name}' asks whether two changing values are equal or not",
            where=model.file,
            todo="ask which one is greater",
        )
