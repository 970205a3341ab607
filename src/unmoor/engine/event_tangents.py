"""What a parameter does to a treatment (its amounts, rates and times), and from that to the tangents of the states.

A dose that is p-dependent in its amount adds the derivative of the amount to the tangent of its state. One that is
p-dependent in its time t(p) leaves the tangents with f(before) - f(after) times dt/dp, as both sides of the dose are
smooth in p; for a rate that changes by r that is -r dt/dp. A bioavailability, a lag, a modelled rate or duration, and a
covariate that a dose is measured by all come out of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from unmoor.base.errors import Unsupported
from unmoor.dosing.events import Action, Events
from unmoor.engine.ensemble import Floats
from unmoor.engine.tangent_program import tangent

Treat = Callable[[Mapping[str, Floats]], Events]

#: the first difference is taken over this share of a parameter, or this step where it is zero
STEP = 2.0**-9
#: differences over a step and half of it may differ by this share: more means that events change places
ROUGH = 1e-3


@dataclass(frozen=True, eq=False)
class EventTangent:
    """Derivatives of the times (h) and values of events by one parameter, shape (event,), unscaled."""

    parameter: str
    time: Floats
    value: Floats


def event_tangent(treat: Treat, values: Mapping[str, Floats], name: str) -> EventTangent | None:
    """How the events of `treat(values)` depend on the parameter `name`, whose values are of shape (patient,).

    None where they do not. Richardson's extrapolation of differences, exact to rounding where a dose is linear in the
    parameter. Raises Unsupported where the parameter changes how many events there are, in which order, or a setting.
    """
    here = treat(values)
    zero = values[name] == 0.0
    step = np.where(zero, STEP, np.abs(values[name]) * STEP)
    tables = []
    # forward from zero, where doses may have no meaning below; central elsewhere
    for from_zero, else_where in ((1.0, 1.0), (0.5, -1.0), (0.25, 0.5), (0.125, -0.5)):
        moved = treat({**values, name: values[name] + np.where(zero, from_zero, else_where) * step})
        if not _alike(here, moved):
            what = f"'{name}' changes how many dosing events there are, or their order"
            raise Unsupported(what, where="sensitivities", todo="leave it out of the parameters")
        tables.append(moved)
        if len(tables) == 1 and np.array_equal(here.time, moved.time) and np.array_equal(here.value, moved.value):
            return None
    width, forward = step[here.patient], zero[here.patient]
    found = []
    for column in ("time", "value"):
        now, (a, b, c, d) = getattr(here, column), (getattr(table, column) for table in tables)
        rough = np.where(forward, _forward(now, b, a, width), (a - b) / (2 * width))
        fine = np.where(forward, _forward(now, d, c, width / 4), (c - d) / width)
        noise = 1e-9 * np.abs(now) / width
        if np.any(np.abs(rough - fine) > ROUGH * np.abs(fine) + noise):
            what = f"the {column}s of dosing events do not depend smoothly on '{name}'"
            raise Unsupported(what, where="sensitivities", todo="leave it out of the parameters")
        best = np.where(forward, fine, (4 * fine - rough) / 3)
        found.append(np.where(np.abs(best) > 1e-12 * np.abs(now) / width, best, 0.0))
    settings = np.isin(here.action, (Action.SET, Action.RESET)) & ((found[0] != 0) | (found[1] != 0))
    if settings.any():
        target = here.names[here.target[int(np.flatnonzero(settings)[0])]]
        what = f"a setting of '{target}', or a reset, depends on '{name}'"
        raise Unsupported(what, where="sensitivities", todo="leave it out of the parameters")
    return EventTangent(name, found[0], found[1])


def _forward(now: Floats, half: Floats, whole: Floats, width: Floats) -> Floats:
    """The derivative at the left end of three values over `width`, exact for a parabola."""
    return (4 * half - whole - 3 * now) / width


def _alike(one: Events, other: Events) -> bool:
    return (
        one.names == other.names
        and np.array_equal(one.patient, other.patient)
        and np.array_equal(one.action, other.action)
        and np.array_equal(one.target, other.target)
    )


def infused_tangents(events: Events, found: list[EventTangent]) -> list[tuple[str, str]]:
    """(state, parameter) of the tangents that need a zero-order input."""
    rates = events.action == Action.RATE
    return [
        (state, one.parameter)
        for one in found
        for state in sorted({events.names[k] for k in events.target[rates & (one.value != 0)]})
    ]


def with_tangents(events: Events, found: list[EventTangent], scales: Mapping[str, Floats], first: str) -> Events:
    """The events, and beside each what it does to the tangents.

    `scales` maps parameters to (patient,) scales of their tangents; `first` is the first state, whose tangent begins a
    block.
    """
    names, parts = list(events.names), [_columns(events, np.arange(len(events)), events.action, events.target, 1)]
    for one in found:
        scale = scales[one.parameter][events.patient]
        offset, block = len(names), len(names) + len(events.names)
        names += [*(tangent(name, one.parameter) for name in events.names), tangent(first, one.parameter)]
        adds, rates = events.action == Action.ADD, events.action == Action.RATE
        for action in (Action.ADD, Action.RATE):
            rows = np.flatnonzero((events.action == action) & (one.value != 0))
            added = (one.value * scale)[rows]
            parts.append(_columns(events, rows, action, offset + events.target[rows], 2, added))
        rows = np.flatnonzero(rates & (one.time != 0))
        jump = (-events.value * one.time * scale)[rows]
        parts.append(_columns(events, rows, Action.ADD, offset + events.target[rows], 2, jump))
        rows = np.flatnonzero(adds & (one.time != 0))
        for order, sign in ((0, 1.0), (2, -1.0)):
            parts.append(_columns(events, rows, Action.SHIFT, block, order, (sign * one.time * scale)[rows]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    place = np.argsort(columns[0], kind="stable")
    return Events(tuple(names), *(column[place] for column in columns[1:]))


def _columns(
    events: Events, rows: np.ndarray, action: np.ndarray | Action, target: np.ndarray | int, order: int,
    value: Floats | None = None,
) -> tuple[np.ndarray, ...]:  # fmt: skip
    """Columns of events beside the events `rows`: before them (order 0), in their place (1) or after them (2)."""
    value = events.value[rows] if value is None else value
    kinds, targets = np.broadcast_to(action, rows.shape), np.broadcast_to(target, rows.shape)
    return 3 * rows + order, events.patient[rows], events.time[rows], kinds, targets, value, events.start[rows]
