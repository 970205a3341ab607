"""A drug: what it is called, what it weighs, how it may be given and which modules describe it."""

from __future__ import annotations

from dataclasses import dataclass, field

from unmoor.base import units
from unmoor.base.errors import unknown

SPELLED_ROUTES = {
    **dict.fromkeys(("subcutaneous", "subcutaneously", "subcut"), "sc"),
    **dict.fromkeys(("intravenous", "intravenously"), "iv"),
    **dict.fromkeys(("oral", "orally"), "po"),
}


@dataclass(frozen=True, slots=True)
class MolarMass:
    """A molar mass as declared, with its source."""

    value: float
    unit: str
    source: str

    @property
    def grams_per_mole(self) -> float:
        """The value in g/mol."""
        return self.value if self.unit == "g/mol" else float(units.convert(self.value, self.unit, "g/mol"))


@dataclass(frozen=True, slots=True)
class Route:
    """Where a dose enters: a species of the drug's PK module, and its symbols of dose parameters, if any.

    `rate` and `duration` are those of infusions whose record leaves them to the model (RATE -1 and -2 of a table).
    """

    name: str
    species: str
    bioavailability: str | None = None
    lag: str | None = None
    rate: str | None = None
    duration: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """The regimen a drug's label or its main trial gives: doses as text, how many hours to look at, and the source."""

    regimen: tuple[str, ...]
    hours: float
    source: str


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as its file in the library describes it; `pk` and `receptor` name modules, `references` source keys."""

    name: str
    kind: str
    molar_mass: MolarMass
    routes: tuple[Route, ...]
    pk: str
    receptor: str | None = None
    synonyms: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    label: Label | None = None
    file: str = field(default="", compare=False)

    def answers_to(self, name: str) -> bool:
        """Whether `name` is the drug's name or a synonym, whatever the case."""
        return name.casefold() in {known.casefold() for known in (self.name, *self.synonyms)}

    def route(self, name: str, *, where: str = "") -> Route:
        """The route called `name`.

        Raises UnknownName with the drug's routes.
        """
        for route in self.routes:
            if route.name == name:
                return route
        raise unknown(f"route of {self.name}", name, [route.name for route in self.routes], where=where)
