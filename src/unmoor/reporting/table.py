"""Numbers as readers of a paper expect them, and tables as columns and cells a template can draw."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

MISSING = "–"
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, a smaller second line, and a class name for the theme."""

    text: str
    small: str = ""
    mark: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and whether it holds numbers."""

    title: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to draw; `groups` maps the index of a row to the heading that stands above it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    groups: dict[int, str] = field(default_factory=dict)


def number(value: Any, digits: int = 3) -> str:
    """A number to `digits` significant digits, never in the way of its whole part: 1,234, 56.1, 0.0245."""
    if value is None or isinstance(value, str):
        return value or MISSING
    value = float(value)
    if math.isnan(value):
        return MISSING
    if math.isinf(value) or value == 0:
        return "∞" if value > 0 else "−∞" if value < 0 else "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 7 or size < -4:
        mantissa = f"{value / 10.0**size:.{digits - 1}f}".rstrip("0").rstrip(".")
        power = f"10{str(size).translate(_RAISED)}"
        return _minus(power if mantissa == "1" else f"{mantissa} × {power}")
    decimals = max(0, digits - 1 - size)
    return _minus(f"{value:,.{decimals}f}")


def exact(value: Any) -> str:
    """A number as it was declared in a table, with no rounding and no superfluous zeros."""
    if value is None or isinstance(value, str):
        return value or MISSING
    value = float(value)
    if math.isnan(value):
        return MISSING
    if value == int(value) and abs(value) < 1e7:
        return _minus(f"{int(value):,}")
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        return _minus(_powered(f"{value:.6g}"))
    return _minus(f"{value:.10g}")


def interval(lower: Any, upper: Any, digits: int = 3) -> str:
    """Two bounds as `1.2 to 3.4`, or nothing when either is missing."""
    low, high = number(lower, digits), number(upper, digits)
    return "" if MISSING in (low, high) else f"{low} to {high}"


def count(value: Any) -> str:
    """A whole number with thousands separated."""
    return MISSING if value is None or (isinstance(value, float) and math.isnan(value)) else f"{int(value):,}"


def pretty(text: Any) -> str:
    """Words and units as they are printed: 10^6 as 10⁶, uL as µL, ug as µg, >= as ≥."""
    text = str(text)
    text = re.sub(r"\^([+-]?\d+)", lambda found: found.group(1).translate(_RAISED), text)
    text = re.sub(r"\bu(?=(?:L|g|m|M|mol)\b)", "µ", text)
    text = re.sub(r"(?<=\d) (?:x )?(?=10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])", " × ", text)
    return text.replace(">=", "≥").replace("<=", "≤")


def unit(text: Any) -> str:
    """A declared unit as printed; a dimensionless one is nothing."""
    return "" if text in (None, "", "1", "dimensionless") else pretty(text)


def table(
    titles: Sequence[str], rows: Iterable[Sequence[Cell | str]], *, numbers: Iterable[int] = (), **more: Any
) -> Table:
    """A Table of `rows`, whose texts become cells; `numbers` are the indices of right-aligned columns."""
    right = set(numbers)
    columns = tuple(Column(title, i in right) for i, title in enumerate(titles))
    cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    return Table(columns, cells, **more)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _powered(text: str) -> str:
    mantissa, _, power = text.partition("e")
    return f"{mantissa} × 10{str(int(power)).translate(_RAISED)}" if power else text
