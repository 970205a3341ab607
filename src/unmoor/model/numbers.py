"""The same model with other numbers: values and spreads change, equations, bounds and sources stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from unmoor.base.errors import BadInput
from unmoor.model.model import Model


def with_numbers(model: Model, numbers: Mapping[tuple[str, str], float]) -> Model:
    """`model` with `numbers`: (id, "value" or "spread") -> a number in the declared unit (a spread as tables keep it).

    Raises UnknownName for an id that the model lacks, BadInput for one that takes no value or no spread.
    """
    rows, constants = dict(model.rows), dict(model.constants)
    for (given, part), value in numbers.items():
        name = model.resolve(given)
        if name not in constants or name not in rows:
            raise BadInput(f"'{given}' takes no value: the model computes it", todo="name a constant of the model")
        if part == "spread":
            if not rows[name].distribution:
                todo = "give it a distribution in its table"
                raise BadInput(f"'{given}' does not vary between patients", todo=todo)
            rows[name] = replace(rows[name], spread=value)
            continue
        rows[name] = replace(rows[name], value=value)
        constants[name] = value * model.factors[name]
    changed = {name: value for name, value in constants.items() if value != model.constants[name]}
    return replace(model, rows=rows, constants=constants, sbml=_written(model.sbml, changed))


def _written(sbml: str, values: Mapping[str, float]) -> str:
    """The SBML text with other values of its parameters, so that an exported model is the one simulated."""
    for name, value in values.items():
        sbml, count = re.subn(rf'(<parameter [^>]*\bid="{name}"[^>]*\bvalue=")[^"]*', rf"\g<1>{value!r}", sbml)
        assert count == 1, f"{name} stands {count} times in the SBML text"
    return sbml
