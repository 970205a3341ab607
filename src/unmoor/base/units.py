"""Units: every declared unit becomes one multiplier into hours, litres, nanomoles, kilograms and cells, once.

Lengths are held in decimetres inside, so that a litre is one cubic decimetre and every derived unit has one meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from unmoor.base.errors import BadInput, unknown

BASE = ("time", "length", "amount", "mass", "cell")
INTERNAL = ("h", "dm", "nmol", "kg", "cell")
Dimension = tuple[float, ...]
DIMENSIONLESS: Dimension = (0.0,) * len(BASE)

# Names, prefixes and aliases for pint; a short list of our own, so that a typing error meets no exotic unit by chance.
DEFINITIONS = """
pico- = 1e-12 = p-
nano- = 1e-9 = n-
micro- = 1e-6 = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
deci- = 1e-1 = d-
kilo- = 1e3 = k-
mega- = 1e6 = M-
hour = [time] = h = hr = hours
minute = hour / 60 = min = minutes
second = hour / 3600 = s = sec = seconds
day = 24 * hour = d = days
week = 7 * day = wk = weeks
year = 365.25 * day = yr = years
month = year / 12 = mo = months
decimetre = [length] = dm
metre = 10 * decimetre = m = meter
litre = decimetre ** 3 = L = l = liter
mole = [amount] = mol
molar = mole / litre = M
molecule = mole / 6.02214076e23 = molecules
gram = [mass] = g
cell = [cell] = cells
percent = 0.01 = %
""".strip()

# A prefix before anything else is a mistake: "cd" is no hundredth of a day.
_PREFIXED = frozenset({"second", "metre", "litre", "mole", "molar", "gram"})

# What pint answers for the names met most (a test recomputes each): importing pint costs more than loading a model.
COMMON: dict[str, tuple[float, Dimension]] = {
    "h": (1.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "hours": (1.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "min": (1 / 60, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "s": (1 / 3600, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "day": (24.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "days": (24.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "week": (168.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "weeks": (168.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "months": (730.5, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "year": (8766.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "years": (8766.0, (1.0, 0.0, 0.0, 0.0, 0.0)),
    "m": (10.0, (0.0, 1.0, 0.0, 0.0, 0.0)),
    "cm": (0.1, (0.0, 1.0, 0.0, 0.0, 0.0)),
    "L": (1.0, (0.0, 3.0, 0.0, 0.0, 0.0)),
    "mL": (1e-3, (0.0, 3.0, 0.0, 0.0, 0.0)),
    "uL": (1e-6, (0.0, 3.0, 0.0, 0.0, 0.0)),
    "mol": (1e9, (0.0, 0.0, 1.0, 0.0, 0.0)),
    "umol": (1e3, (0.0, 0.0, 1.0, 0.0, 0.0)),
    "nmol": (1.0, (0.0, 0.0, 1.0, 0.0, 0.0)),
    "pmol": (1e-3, (0.0, 0.0, 1.0, 0.0, 0.0)),
    "uM": (1e3, (0.0, -3.0, 1.0, 0.0, 0.0)),
    "nM": (1.0, (0.0, -3.0, 1.0, 0.0, 0.0)),
    "pM": (1e-3, (0.0, -3.0, 1.0, 0.0, 0.0)),
    "kg": (1.0, (0.0, 0.0, 0.0, 1.0, 0.0)),
    "g": (1e-3, (0.0, 0.0, 0.0, 1.0, 0.0)),
    "mg": (1e-6, (0.0, 0.0, 0.0, 1.0, 0.0)),
    "ug": (1e-9, (0.0, 0.0, 0.0, 1.0, 0.0)),
    "ng": (1e-12, (0.0, 0.0, 0.0, 1.0, 0.0)),
    "pg": (1e-15, (0.0, 0.0, 0.0, 1.0, 0.0)),
    "cell": (1.0, (0.0, 0.0, 0.0, 0.0, 1.0)),
    "cells": (1.0, (0.0, 0.0, 0.0, 0.0, 1.0)),
    "%": (0.01, DIMENSIONLESS),
}

_TOKEN = re.compile(
    r"\s*(?:10\^(?P<ten>[+-]?\d+)|(?P<one>1)(?![\d.])|(?P<name>[A-Za-z_]+|%)|(?P<sign>[/*·()])|(?P<bad>\S))"
)
_EXPONENT = re.compile(r"(?:\^|\*\*)?(?P<exponent>\d+(?:\.\d+)?)|(?:\^|\*\*)\(?(?P<signed>[+-]\d+(?:\.\d+)?)\)?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as declared: its text, the multiplier to the internal system and the exponents of BASE."""

    text: str
    factor: float
    dimension: Dimension


@lru_cache(maxsize=1)
def _registry() -> Any:
    """The pint registry of DEFINITIONS; pint is imported here because it is the slowest import of the house."""
    import pint

    registry: Any = pint.UnitRegistry(None)
    registry.load_definitions(DEFINITIONS.splitlines())
    return registry


def by_pint(name: str) -> tuple[float, Dimension]:
    """Multiplier and dimension of one unit name, asked of pint; KeyError when pint knows no such name."""
    import pint

    readings = _registry().parse_unit_name(name)
    if not any(not prefix or unit in _PREFIXED for prefix, unit, _ in readings):
        raise KeyError(name)
    try:
        quantity = _registry().parse_expression(name)
        root = quantity.to_root_units()
    except pint.UndefinedUnitError as problem:
        raise KeyError(name) from problem
    powers = {str(base).strip("[]"): float(power) for base, power in root.dimensionality.items()}
    dimension = tuple(powers.get(base, 0.0) for base in BASE)
    return float(root.magnitude) * 1e9 ** dimension[2] * 1e-3 ** dimension[3], dimension


@lru_cache(maxsize=4096)
def _name(name: str) -> tuple[float, Dimension]:
    return COMMON[name] if name in COMMON else by_pint(name)


def _product(text: str, at: int, depth: int, where: str) -> tuple[float, Dimension, int]:
    """Read factors from `at` to the end of `text` or the closing parenthesis; division binds the next factor only."""
    factor, dimension, divide, empty = 1.0, DIMENSIONLESS, False, True
    while text[at:].strip():
        token = _TOKEN.match(text, at)
        if token is None or token["bad"] or (token["sign"] == ")" and depth == 0):
            raise BadInput(f"cannot read unit '{text}' at '{text[at:].strip()}'", where=where, todo=_TODO)
        at, sign = token.end(), token["sign"]
        if sign == ")":
            break
        if sign in ("/", "*", "·"):
            if divide or (empty and sign != "/"):
                raise BadInput(f"cannot read unit '{text}': '{sign}' has nothing before it", where=where, todo=_TODO)
            divide, empty = sign == "/", False
            continue
        if sign == "(":
            one, its, at = _product(text, at, depth + 1, where)
        elif token["name"]:
            try:
                one, its = _name(token["name"])
            except KeyError:
                raise unknown("unit", token["name"], COMMON, where=where or f"unit '{text}'", show=40) from None
        else:
            one, its = 10.0 ** int(token["ten"] or 0), DIMENSIONLESS
        if token["name"] or sign == "(":
            power = _EXPONENT.match(text, at)
            if power:
                at = power.end()
                exponent = float(power["exponent"] or power["signed"])
                one, its = one**exponent, tuple(exponent * each for each in its)
        factor = factor / one if divide else factor * one
        dimension = tuple(a - b if divide else a + b for a, b in zip(dimension, its, strict=True))
        divide = empty = False
    else:
        if depth:
            raise BadInput(f"cannot read unit '{text}': a parenthesis is not closed", where=where, todo=_TODO)
    if divide:
        raise BadInput(f"cannot read unit '{text}': it ends with '/'", where=where, todo=_TODO)
    return factor, dimension, at


_TODO = "write units like L/h, nM, 1/h, mL/min, 10^6 cells/kg, L/(h kg), or 1 for a dimensionless number"


@lru_cache(maxsize=4096)
def parse(unit: str, *, where: str = "") -> Unit:
    """The multiplier and dimension of a unit text; "" and "1" are dimensionless.

    Raises UnknownName for a name pint does not know (with the nearest known) and BadInput for text that is no unit.
    """
    text = unit.strip().replace("µ", "u").replace("μ", "u")
    factor, dimension, _ = _product(text, 0, 0, where)
    return Unit(unit, factor, dimension)


def spell(dimension: Dimension) -> str:
    """A dimension written in the internal units, such as "nmol dm^-3 h^-1"."""
    parts = [
        name if power == 1 else f"{name}^{power:g}" for name, power in zip(INTERNAL, dimension, strict=True) if power
    ]
    return " ".join(parts) or "1"


def factor(unit: str, dimension_hint: str | None = None, *, where: str = "") -> float:
    """The multiplier from `unit` to the internal system (h, L, nmol, kg, cell).

    `dimension_hint` is a unit the answer must be convertible to; raises BadInput when it is not.
    """
    found = parse(unit, where=where)
    if dimension_hint is not None and found.dimension != parse(dimension_hint, where=where).dimension:
        raise BadInput(
            f"unit '{unit}' ({spell(found.dimension)}) cannot be read as '{dimension_hint}'"
            f" ({spell(parse(dimension_hint).dimension)})",
            where=where,
            todo=f"give the value in {dimension_hint} or a unit of the same dimension",
        )
    return found.factor


def convert(value: Any, unit: str, to: str, *, where: str = "") -> Any:
    """A value or array in `unit` expressed in `to`; raises BadInput when their dimensions differ."""
    return value * (factor(unit, to, where=where) / factor(to, where=where))


def dose_to_nmol(amount: Any, unit: str, molar_mass_g_per_mol: float | None = None, *, where: str = "") -> Any:
    """A drug amount in a mass or molar unit expressed in nmol.

    Raises BadInput when the unit is neither, or when a mass comes without a molar mass above zero (g/mol).
    """
    found = parse(unit, where=where)
    if found.dimension == parse("nmol").dimension:
        return amount * found.factor
    if found.dimension != parse("kg").dimension:
        raise BadInput(
            f"unit '{unit}' ({spell(found.dimension)}) is not an amount of drug",
            where=where,
            todo="give a mass such as mg or an amount such as nmol",
        )
    if molar_mass_g_per_mol is None or not molar_mass_g_per_mol > 0:
        raise BadInput(f"a dose in '{unit}' needs a molar mass", where=where, todo="set molar_mass in the drug's file")
    return amount * (found.factor * 1e3 / molar_mass_g_per_mol * 1e9)
