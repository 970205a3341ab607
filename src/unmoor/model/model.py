"""The Model: equations, numbers, units and sources of one composed system, immutable once made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unmoor.base.errors import unknown
from unmoor.model.expression import Expression


@dataclass(frozen=True)
class Row:
    """One row of a parameter table; numbers are in the declared unit, None where the cell is empty."""

    name: str
    kind: str
    value: float | None
    unit: str
    distribution: str = ""
    spread: float | None = None
    lower: float | None = None
    upper: float | None = None
    source: str = ""
    evidence: str = ""
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def where(self) -> str:
        """File and line, as errors show them."""
        return f"{self.file}:{self.line}" if self.file else ""


@dataclass(frozen=True)
class Model:
    """A composed model in internal units (h, L, nmol, kg, cell); names are flattened ids `<instance>_<symbol>`."""

    name: str
    states: tuple[str, ...]
    rates: Mapping[str, Expression]
    assignments: Mapping[str, Expression]
    initial: Mapping[str, Expression]
    constants: Mapping[str, float]
    switches: tuple[str, ...]
    outputs: tuple[str, ...]
    factors: Mapping[str, float]
    units: Mapping[str, str]
    rows: Mapping[str, Row]
    instances: Mapping[str, str]
    drugs: Mapping[str, str]
    sbml: str
    aliases: Mapping[str, str]
    file: str = ""

    def resolve(self, name: str, *, where: str = "") -> str:
        """The flattened id of an id, a dotted `instance.symbol` or a name merged by wiring.

        Raises UnknownName with the nearest known name.
        """
        for candidate in (name, name.replace(".", "_")):
            if candidate in self.names:
                return candidate
            if candidate in self.aliases:
                return self.aliases[candidate]
        raise unknown("symbol", name, self.names | self.aliases.keys(), where=where or f"model '{self.name}'")

    @property
    def names(self) -> frozenset[str]:
        """Every id of the model: states, assigned symbols and constants."""
        return frozenset(self.states) | self.assignments.keys() | self.constants.keys() | self.initial.keys()
