"""A model's equations as straight-line program text, so that every peer computes exactly what unmoor computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unmoor.model import Model
from unmoor.model.expression import Call, Expression, Number

_INFIX = {"add": " + ", "mul": " * ", "sub": " - ", "div": " / "}


def formula(expression: Expression, name_of: Callable[[str], str], power: str) -> str:
    """An expression as text; `power` is a template such as "({0} ** {1})"."""
    if isinstance(expression, Number):
        return repr(float(expression.value))
    if not isinstance(expression, Call):
        return name_of(expression.name)
    parts = [formula(arg, name_of, power) for arg in expression.args]
    if expression.op in _INFIX:
        return f"({_INFIX[expression.op].join(parts)})"
    if expression.op == "neg":
        return f"(-{parts[0]})"
    if expression.op == "pow":
        return power.format(*parts)
    raise SystemExit(f"the peers of the benchmark have no text for '{expression.op}'")


@dataclass(frozen=True)
class Equations:
    """Names of the state and parameter vectors and the text of slopes; names in the text are numbered, never copied."""

    model: Model
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, model: Model) -> Equations:
        """Parameters are the constants and what is computed from them once a patient."""
        return cls(model, (*model.constants, *(name for name in model.initial if name not in model.rates)))

    def lines(self, power: str = "({0} ** {1})", state: str = "y") -> tuple[list[str], list[str]]:
        """(assignments "a0 = ..." in order, right-hand sides by state) over states y0, y1, ... and p0, p1, ..."""
        places = {name: f"p{k}" for k, name in enumerate(self.parameters)}
        places |= {name: f"{state}{k}" for k, name in enumerate(self.model.states)}
        places |= {name: f"a{k}" for k, name in enumerate(self.model.assignments)}
        helpers = [
            f"{places[name]} = {formula(e, places.__getitem__, power)}" for name, e in self.model.assignments.items()
        ]
        return helpers, [formula(self.model.rates[name], places.__getitem__, power) for name in self.model.states]

    def used(self) -> tuple[list[int], list[int]]:
        """Which states and parameters the text reads."""
        helpers, slopes = self.lines()
        words = set("".join(c if c.isalnum() else " " for c in " ".join([*helpers, *slopes])).split())
        states = [k for k in range(len(self.model.states)) if f"y{k}" in words]
        return states, [k for k in range(len(self.parameters)) if f"p{k}" in words]

    def python(self, name: str, result: str) -> str:
        """A function of (t, y, p): `result` "fill" writes into a fourth argument f, "tuple" returns a tuple."""
        states, parameters = self.used()
        helpers, slopes = self.lines()
        head = [f"def {name}(t, y, p{', f' if result == 'fill' else ''}):"]
        body = [f"y{k} = y[{k}]" for k in states] + [f"p{k} = p[{k}]" for k in parameters] + helpers
        if result == "fill":
            body += [f"f[{k}] = {slope}" for k, slope in enumerate(slopes)]
        else:
            body += [f"return ({', '.join(slopes)},)"]
        return "\n    ".join(head + body) + "\n"

    def function(self, name: str, result: str) -> Callable[..., object]:
        """The same, as a Python function."""
        space: dict[str, Callable[..., object]] = {}
        exec(self.python(name, result), space)
        return space[name]
