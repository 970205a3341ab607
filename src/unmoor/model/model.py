"""The Model: equations, numbers, units and sources of one composed system, immutable once made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from unmoor.base.errors import BadInput, unknown
from unmoor.model.event import Event
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
    steady: bool = False
    """a state whose value cell says `steady`: it starts where it no longer moves"""

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
    aliases: Mapping[str, str] = field(default_factory=dict)
    """name merged by wiring -> the id that is kept"""
    origins: Mapping[str, str] = field(default_factory=dict)
    """id -> the dotted path of the symbol that gives it its equation or value"""
    wires: tuple[tuple[str, str], ...] = ()
    """each wire as written: port, source (dotted)"""
    species: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """species -> the symbol of its amount, the symbol of its concentration ("" where it has none)"""
    file: str = ""
    files: tuple[str, ...] = ()
    """every text and table the model was made from"""
    steady: tuple[str, ...] = ()
    """states that start where they no longer move, sought from their `initial`"""
    events: tuple[Event, ...] = ()
    """what the model itself does to its states when its triggers turn true, in document order"""

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
    def untabled(self) -> bool:
        """Whether the model comes from a file without tables, so that nothing says what its symbols are."""
        return bool(self.file) and not self.rows

    def species_symbol(self, name: str, kind: str) -> str:
        """The symbol that holds the "amount" or the "concentration" of a species, whichever the model counts in.

        In an SBML file's model, which has no tables, what is no species has one value whichever way it is asked for: a
        compartment its size, a parameter its value. Raises UnknownName when there is no such species and BadInput when
        it is in no compartment.
        """
        own = self.resolve(name, where=f"{kind}s of model '{self.name}'")
        if own not in self.species and self.untabled:
            return own
        if own not in self.species:
            raise unknown("species", name, self.species, where=f"{kind}s of model '{self.name}'")
        symbol = self.species[own][("amount", "concentration").index(kind)]
        if not symbol:
            raise BadInput(f"species '{name}' has no {kind}: it is in no compartment with a size", where=self.file)
        return symbol

    def starting_steady(self, *states: str) -> Model:
        """The same model, whose patients start where `states` (none named: all states) no longer move.

        A species may be named whichever way the model counts it. Raises UnknownName for what is no state.
        """
        found = set()
        for name in states:
            own = self.resolve(name)
            carried = {own, *self.species.get(own, ())} & {*self.states}
            if not carried:
                raise unknown("state", name, self.states, where=f"model '{self.name}', steady start")
            found |= carried
        return replace(self, steady=tuple(name for name in self.states if name in found or not states))

    @property
    def names(self) -> frozenset[str]:
        """Every id of the model: states, assigned symbols and constants."""
        return frozenset(self.states) | self.assignments.keys() | self.constants.keys() | self.initial.keys()
