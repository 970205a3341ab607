"""The events of an SBML model: which symbols they change, and what libSBML's trees of them mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model.document import items
from unmoor.model.event import Event, EventAssignment
from unmoor.model.expression import Expression
from unmoor.model.mathml import Reader


def event_targets(model: Any) -> tuple[str, ...]:
    """The symbols that events of a libSBML model assign, in document order."""
    assigned = (each for event in items(model.getListOfEvents()) for each in items(event.getListOfEventAssignments()))
    return tuple(dict.fromkeys(each.getVariable() for each in assigned))


def read_events(model: Any, reader: Reader, carried: Mapping[str, tuple[str, str]], where: str) -> tuple[Event, ...]:
    """The events in document order; `carried` maps a species to the symbol of its amount and its compartment.

    What has no mathematics (SBML L3V2) is not there: an event without a trigger never happens, an assignment without a
    value assigns nothing. Raises BadInput for a symbol assigned twice and Unsupported for time units of Level 2.
    """
    found = []
    for number, event in enumerate(items(model.getListOfEvents()), start=1):
        name = event.getId() or f"event {number}"
        what, trigger = f"event '{name}'", event.getTrigger()
        if event.isSetTimeUnits():
            raise Unsupported(f"{what} has time units of its own", where=where, todo="use the model's time units")
        if trigger is None or not trigger.isSetMath():
            continue
        # Level 2 knows no such attributes; its events behave as Level 3 does by these values.
        newer = model.getLevel() > 2
        assignments = []
        for each in items(event.getListOfEventAssignments()):
            if not each.isSetMath():
                continue
            symbol = each.getVariable()
            state, times = carried.get(symbol, (symbol, ""))
            value = reader.expression(each.getMath(), f"what {what} assigns to '{symbol}'")
            assignments.append(EventAssignment(state, value, times))
        if len({each.state for each in assignments}) < len(assignments):
            raise BadInput(f"{what} assigns one symbol twice", where=where, todo="leave one of the assignments")
        found.append(
            Event(
                name=name,
                trigger=reader.expression(trigger.getMath(), f"the trigger of {what}"),
                initial_value=bool(trigger.getInitialValue()) if newer else True,
                persistent=bool(trigger.getPersistent()) if newer else True,
                delay=_part(event.getDelay(), reader, f"the delay of {what}"),
                priority=_part(event.getPriority(), reader, f"the priority of {what}"),
                from_trigger_time=bool(event.getUseValuesFromTriggerTime()),
                assignments=tuple(assignments),
            )
        )
    return tuple(found)


def _part(element: Any, reader: Reader, what: str) -> Expression | None:
    return None if element is None or not element.isSetMath() else reader.expression(element.getMath(), what)


def formulas(events: tuple[Event, ...]) -> dict[str, Expression]:
    """Every expression of the events by a phrase that names its place."""
    found: dict[str, Expression] = {}
    for event in events:
        found[f"trigger of event {event.name}"] = event.trigger
        found |= {f"event {event.name}, {each.state}": each.value for each in event.assignments}
        for part, expression in (("delay", event.delay), ("priority", event.priority)):
            if expression is not None:
                found[f"{part} of event {event.name}"] = expression
    return found
