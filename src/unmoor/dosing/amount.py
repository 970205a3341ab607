"""Amounts of drug as written: a number, a unit of mass or substance, and per kg or m2 of body where it applies."""

from __future__ import annotations

import math
from dataclasses import dataclass

from unmoor.base import units
from unmoor.base.errors import BadInput, unknown

MASS = ("g", "mg", "ug", "ng")
SUBSTANCE = ("mmol", "umol", "nmol", "pmol")
SPELLINGS = {
    "gram": "g",
    "grams": "g",
    "milligram": "mg",
    "milligrams": "mg",
    "mcg": "ug",
    "µg": "ug",
    "microgram": "ug",
    "micrograms": "ug",
    "µmol": "umol",
}
PER = {"kg": "weight", "m2": "body_surface_area"}
ACTIVITY = ("iu", "u", "unit", "units", "miu", "mu")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of drug: `value` in `unit` (MASS or SUBSTANCE), `per` "kg" or "m2" of body, or "" for a flat amount.

    Raises BadInput for a value that is not above zero and UnknownName for a unit that is none of these.
    """

    value: float
    unit: str
    per: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value > 0):
            raise BadInput(f"an amount of {number(self.value)} {self.unit}", todo="give an amount above zero")
        if self.unit not in MASS + SUBSTANCE:
            raise unknown("unit of amount", self.unit, MASS + SUBSTANCE)
        if self.per and self.per not in PER:
            raise unknown("body measure", self.per, PER)

    def __str__(self) -> str:
        return f"{number(self.value)} {self.unit}" + (f"/{self.per}" if self.per else "")

    @property
    def is_mass(self) -> bool:
        """Whether the unit is one of mass (else of substance)."""
        return self.unit in MASS

    def value_in(self, unit: str) -> float:
        """The value expressed in another unit of the same dimension; `per` stays.

        Raises BadInput when one is a mass and the other an amount of substance.
        """
        return self.value if unit == self.unit else float(units.convert(self.value, self.unit, unit))


def number(value: float) -> str:
    """The shortest text that reads back as `value`."""
    return repr(float(value)).removesuffix(".0")


def unit_word(word: str) -> str:
    """The unit that `word` spells, whatever its case and script.

    Raises UnknownName for a word that is no unit of amount.
    """
    plain = word.casefold().replace("μ", "µ")
    found = SPELLINGS.get(plain, plain)
    if found not in MASS + SUBSTANCE:
        raise unknown("unit of amount", word, MASS + SUBSTANCE + ("mcg",))
    return found
