"""What a model computes once, at its start: SBML keeps such a value, NONMEM lets it follow what it is computed from."""

from __future__ import annotations

import numpy as np

from unmoor.base.errors import Unsupported
from unmoor.dosing.events import Action, Events
from unmoor.model.expression import symbols
from unmoor.model.model import Model


def refuse_moving(model: Model, events: Events) -> None:
    """Refuse to set a constant of an SBML file in time where an initial assignment is computed from it.

    Models of the library say in docs/add-a-model.md that what they compute from constants follows them. Raises
    Unsupported with both names.
    """
    if not model.untabled or not np.any(setting := events.action == Action.SET):
        return
    moved = {events.names[k] for k in set(events.target[setting].tolist())}
    for name in model.initial:
        if name not in model.rates and (causes := _sources(model, name) & moved):
            cause = sorted(causes)[0]
            what = f"'{cause}' changes in time, and the initial assignment of '{name}' is computed from it"
            todo = f"SBML keeps '{name}', NONMEM lets it follow: write a rule for it, or give it a column of its own"
            raise Unsupported(what, where=f"model '{model.name}'", todo=todo)


def _sources(model: Model, name: str) -> set[str]:
    """All that an initial assignment is computed from, through others and through rules."""
    found: set[str] = set()
    rest = [name]
    while rest:
        at_hand = rest.pop()
        expression = model.initial.get(at_hand, model.assignments.get(at_hand))
        if expression is not None:
            rest += [each for each in symbols(expression) if each not in found]
            found |= symbols(expression)
    return found
