"""Parameters of doses - bioavailability, lag, modelled rate and duration - by the names that states and models give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import Unsupported
from unmoor.model.expression import TIME, Expression, evaluate, symbols

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unmoor.model.model import Model

#: kind -> spellings before `_<state>`, and NONMEM's letters before the number of the state
SPELLED = {"bioavailability": ("F",), "lag": ("lag", "ALAG"), "rate": ("rate", "R"), "duration": ("duration", "D")}
NUMBERED = {"bioavailability": "F", "lag": "ALAG", "rate": "R", "duration": "D"}
_KINDS = {word.casefold(): kind for kind, words in SPELLED.items() for word in words}
_LETTERS = {letter: kind for kind, letter in NUMBERED.items()}
_NAME = re.compile(r"([A-Za-z]+)_(.+)")
_NUMBER = re.compile(r"(F|ALAG|R|D)([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class DoseParameter:
    """What a dose into a state has: `kind` is one of SPELLED."""

    kind: str
    state: str

    def factor(self, model: Model) -> float:
        """Declared to internal unit: a rate is in the unit of the state per hour, lags and durations are in hours."""
        return model.factors.get(self.state, 1.0) if self.kind == "rate" else 1.0

    def __str__(self) -> str:
        return f"{SPELLED[self.kind][0]}_{self.state}"


def dose_parameter(name: str, model: Model) -> DoseParameter | None:
    """The dose parameter that a name such as `lag_depot`, `F_central`, `ALAG1` or `D2` means; None for other names."""
    if (found := _NUMBER.fullmatch(name)) and int(found[2]) <= len(model.states):
        return DoseParameter(_LETTERS[found[1]], model.states[int(found[2]) - 1])
    found = _NAME.fullmatch(name)
    if found is None or found[1].casefold() not in _KINDS:
        return None
    state = found[2].replace(".", "_")
    state = model.aliases.get(state, state)
    return DoseParameter(_KINDS[found[1].casefold()], state) if state in model.states else None


def named_in(model: Model) -> dict[DoseParameter, list[str]]:
    """Symbols of `model` that are dose parameters by their name.

    A symbol that the equations of a state read has its meaning there - such a model takes its own share of the dose -
    and is none of them.
    """
    start = [model.initial[state] for state in model.states if state in model.initial]
    used = _reached(model, [*model.rates.values(), *start])
    found: dict[DoseParameter, list[str]] = {}
    for name in dict.fromkeys((*model.constants, *model.assignments, *model.initial)):
        parameter = None if name in used or name in model.states else dose_parameter(name, model)
        if parameter is not None:
            found.setdefault(parameter, []).append(name)
    return found


def _reached(model: Model, expressions: Iterable[Expression]) -> set[str]:
    """Every symbol that expressions depend on, through assignments and initial values of other symbols."""
    seen: set[str] = set()
    waiting = [name for each in expressions for name in symbols(each)]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        definition = None if name in model.states else model.assignments.get(name, model.initial.get(name))
        if definition is not None:
            waiting.extend(symbols(definition) - seen)
    return seen


def worked_out(
    symbol: str, model: Model, constant: Callable[[str], NDArray[np.float64] | float], where: str
) -> NDArray[np.float64]:
    """The value of a constant, or of a symbol that the model works out from constants; shapes are those of `constant`.

    Raises Unsupported by name where the symbol depends on a state or on time: it must be known when the dose is given.
    """
    done: dict[str, NDArray[np.float64] | float] = {}

    def value(name: str) -> NDArray[np.float64] | float:
        if name not in done:
            definition = model.assignments.get(name, model.initial.get(name))
            if name in model.constants:
                done[name] = constant(name)
            elif name in model.states or name == TIME.name or definition is None:
                what = f"'{symbol}' of a dose depends on '{name}', which changes as the model runs"
                raise Unsupported(what, where=where, todo="make it a constant, or work it out from constants only")
            else:
                done[name] = evaluate(definition, {each: value(each) for each in symbols(definition)})
        return done[name]

    return np.asarray(value(symbol), dtype=np.float64)
