"""An SBML event as a value: when it fires, after what delay, in what order, and what it then sets."""

from __future__ import annotations

from dataclasses import dataclass

from unmoor.model.expression import Expression


@dataclass(frozen=True)
class EventAssignment:
    """State `state` takes `value`, multiplied by what symbol `times` is just before the event (nothing if empty).

    `times` is the compartment of a species that is assigned as a concentration but carried as an amount.
    """

    state: str
    value: Expression
    times: str = ""


@dataclass(frozen=True)
class Event:
    """What happens when `trigger` turns from false to true (SBML Level 3 Version 2 Core, section 4.12).

    `initial_value` is the trigger's truth before time zero; without `persistent` a trigger that turns false again takes
    a waiting execution back; `delay` is in the model's time; of executions due at one instant the one with the highest
    `priority` goes first; `from_trigger_time` says that the values to assign are those of the trigger's instant.
    """

    name: str
    trigger: Expression
    initial_value: bool
    persistent: bool
    delay: Expression | None
    priority: Expression | None
    from_trigger_time: bool
    assignments: tuple[EventAssignment, ...]
