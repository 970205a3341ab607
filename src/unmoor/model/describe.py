"""A model laid out for reading: each instance's equations beside its numbers, and the wiring between instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unmoor.model.infix import infix
from unmoor.model.model import Model, Row


@dataclass(frozen=True)
class Equation:
    """One equation as text, e.g. left "d central/dt", and the unit and note of the quantity it defines."""

    symbol: str
    left: str
    right: str
    unit: str
    note: str


@dataclass(frozen=True)
class Section:
    """One module instance (or the model itself, instance ""): its equations and its valued rows, in declared units."""

    instance: str
    module: str
    equations: tuple[Equation, ...]
    parameters: tuple[Row, ...]


@dataclass(frozen=True)
class Description:
    """A model for `unmoor show model`; wires as written, port and source."""

    name: str
    file: str
    states: tuple[str, ...]
    outputs: tuple[str, ...]
    drugs: Mapping[str, str]
    sections: tuple[Section, ...]
    wires: tuple[tuple[str, str], ...]


def describe_model(model: Model) -> Description:
    """Equations, parameters with units and sources, and wiring of a model."""
    equations: dict[str, list[Equation]] = {path: [] for path in ("", *model.instances)}
    parameters: dict[str, list[Row]] = {path: [] for path in ("", *model.instances)}
    for equation in _equations(model):
        equations[_instance(equation.symbol, model)].append(equation)
    for name in model.constants:
        row = model.rows.get(name) or Row(name, "constant", model.constants[name], "")
        parameters[_instance(name, model)].append(row)
    sections = [
        Section(path, model.instances.get(path, model.name), tuple(equations[path]), tuple(parameters[path]))
        for path in equations
        if equations[path] or parameters[path]
    ]
    return Description(
        model.name, model.file, model.states, model.outputs, model.drugs, tuple(sections), tuple(model.wires)
    )


def _equations(model: Model) -> list[Equation]:
    """Starting values, assignments, then rates; a start of zero goes without saying."""
    lines: list[tuple[str, str, str]] = []
    for name, start in model.initial.items():
        text = infix(start)
        if name not in model.states:
            lines.append((name, name, text))
        elif name in model.steady:
            lines.append((name, f"{name}(0)", f"steady, sought from {text}"))
        elif text != "0":
            lines.append((name, f"{name}(0)", text))
    lines += [(name, f"{name}(t)", infix(each)) for name, each in model.assignments.items()]
    lines += [(name, f"d {name}/dt", infix(model.rates[name])) for name in model.states]
    notes = {name: row.note for name, row in model.rows.items()}
    return [Equation(name, left, text, model.units.get(name, ""), notes.get(name, "")) for name, left, text in lines]


def _instance(name: str, model: Model) -> str:
    """The path of the instance that gives a quantity its equation or value; "" for the model itself."""
    return model.origins.get(name, name).rpartition(".")[0]
