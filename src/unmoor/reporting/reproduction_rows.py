"""The table of `reproduce` as words: one line a published value, for the page, the Markdown and the terminal alike."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.table import MISSING, interval, number, pretty, unit

LARGE = 1e6  # from here on numbers are told in millions
SHARES = ("proportion", "cumulative incidence")
FIELDS = ("published", "published_lower", "published_upper", "simulated", "lower", "upper", "wide_lower", "wide_upper")


@dataclass(frozen=True, slots=True)
class ReproductionRow:
    """One published value; `values` are numbers in `unit` (shares in %), texts are ready to print."""

    study: str
    label: str
    arm: str
    statistic: str
    unit: str
    values: Mapping[str, float]
    n: str
    use: str
    inside: bool | None
    wide_inside: bool | None
    fold: float
    recalled: bool
    evidence: str
    source: str
    note: str

    @property
    def what(self) -> str:
        """The endpoint's label; the mean, median and so on is named where the label does not."""
        return f"{self.label}, {self.statistic}" if self.statistic else self.label

    def text(self, name: str) -> str:
        """One number with its unit, a dash where there is none."""
        value = self.values[name]
        if math.isnan(value):
            return MISSING
        gap = "" if self.unit in ("", "%") else " × " if self.unit.startswith("10") else " "
        return f"{number(value)}{gap}{self.unit}"

    @property
    def span(self) -> str:
        """The 90% interval without its unit."""
        return interval(self.values["lower"], self.values["upper"]) or MISSING

    @property
    def wide_span(self) -> str:
        """The 90% interval with differences between studies, without its unit."""
        return interval(self.values["wide_lower"], self.values["wide_upper"]) or MISSING

    @property
    def verdict(self) -> str:
        """Where the published value lies: inside, above or below the interval; a dash where there is none."""
        if self.inside is None:
            return MISSING
        return "inside" if self.inside else "above" if self.values["published"] > self.values["upper"] else "below"


def reproduction_rows(table: Any) -> list[ReproductionRow]:
    """Every row of the table that `reproduce` gave, in its order."""
    return [_row(row) for row in table.to_dict("records")]


def _row(row: Mapping[str, Any]) -> ReproductionRow:
    share = str(row["statistic"]).startswith(SHARES)
    large = not share and not _missing(row["published"]) and float(row["published"]) >= LARGE
    scale = 100.0 if share else 1e-6 if large else 1.0
    session = "" if _missing(row["session"]) else f" by session {int(row['session'])}"
    spread = str(row["statistic"]).startswith("standard deviation")
    return ReproductionRow(
        study=str(row["study"]),
        label=pretty(row["label"]) + session,
        arm=str(row["arm"]),
        # an SD is called so by its label, and a share speaks for itself
        statistic="" if share or spread else str(row["statistic"]),
        unit="%" if share else (pretty("10^6 ") if large else "") + unit(row["unit"]),
        values={name: math.nan if _missing(row[name]) else scale * float(row[name]) for name in FIELDS},
        n="" if _missing(row["n"]) else f"{int(row['n']):,}",
        use=str(row["use"]),
        inside=None if _missing(row["inside"]) else bool(row["inside"]),
        wide_inside=None if _missing(row["wide_inside"]) else bool(row["wide_inside"]),
        fold=math.nan if _missing(row["fold"]) else float(row["fold"]),
        recalled=bool(row["recalled"]),
        evidence=str(row["evidence"]),
        source=str(row["source"]),
        note=pretty(row["note"] or ""),
    )


def _missing(value: Any) -> bool:
    """None, NaN and pandas' own missing value, without asking pandas."""
    if value is None or type(value).__name__ == "NAType":
        return True
    return isinstance(value, float) and math.isnan(value)
