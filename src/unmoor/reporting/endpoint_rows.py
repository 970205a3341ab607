"""The endpoint table as words: one line an endpoint and arm, for the page and for the terminal alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unmoor.reporting.table import count, interval, number, pretty, unit

NOT_REACHED = "not reached"
SHARES = ("proportion", "cumulative incidence", "share of")
#: the arm of the table that is a whole dose-finding trial
WHOLE = {"trial": "Whole trial"}
FIELDS = ("estimate", "lower", "upper", "predicted_median", "predicted_lower", "predicted_upper", "published",
          "published_lower", "published_upper")  # fmt: skip


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One row of `evaluate`'s table; texts are ready to print, `values` are numbers in `unit` (shares in %)."""

    endpoint: str
    label: str
    primary: bool
    arm: str
    title: str
    compares: bool
    session: int | None
    unit: str
    values: Mapping[str, float]
    statistic: str
    n: str
    failed: int
    predicted_n: str
    published_n: str
    verdict: str
    use: str
    evidence: str
    source: str
    note: str

    def text(self, name: str) -> str:
        """One number with its unit, "" where there is none; a median time that is inf is not reached."""
        value = self.values[name]
        if value == math.inf:
            return NOT_REACHED
        return "" if math.isnan(value) else f"{number(value)}{_gap(self.unit)}"

    def span(self, name: str) -> str:
        """The interval of "estimate", "predicted" or "published", without its unit; "" where there is none."""
        prefix = "" if name == "estimate" else f"{name}_"
        return interval(self.values[f"{prefix}lower"], self.values[f"{prefix}upper"])

    @property
    def predicted(self) -> str:
        """Median and interval of drawn trials, without the unit; "" where there are none."""
        span = self.span("predicted")
        return f"{number(self.values['predicted_median'])} ({span})" if span else ""

    @property
    def inside(self) -> bool | None:
        """Whether the published value lies inside what trials of its size would show; None where nothing says."""
        return None if not self.verdict else self.verdict == "inside"


def endpoint_rows(study: Any, table: Any) -> list[EndpointRow]:
    """Every row of the table that `evaluate` gave for `study`, in its order."""
    return list(_rows(study, table))


def _rows(study: Any, table: Any) -> Iterator[EndpointRow]:
    titles = {arm.name: arm.title for arm in study.arms}
    shares = {row["endpoint"] for row in table.to_dict("records") if str(row["statistic"]).startswith(SHARES)}
    for row in table.to_dict("records"):
        compares = row["arm"] not in titles and row["arm"] not in WHOLE
        ratio = compares and "ratio" in str(row["statistic"])
        # a comparison is one of shares where its endpoint is; an association has a rho and a share of trials beside it
        share = str(row["statistic"]).startswith(SHARES) or (compares and not ratio and row["endpoint"] in shares)
        scale = 100.0 if share else 1.0
        printed = ("points" if compares else "%") if share else "" if ratio else unit(row["unit"])
        yield EndpointRow(
            endpoint=row["endpoint"],
            label=pretty(row["label"]),
            primary=bool(row["primary"]),
            arm=row["arm"],
            title=titles.get(row["arm"]) or WHOLE.get(row["arm"]) or _compared(row["arm"], titles),
            compares=compares,
            session=None if _missing(row["session"]) else int(row["session"]),
            unit=printed,
            values={name: math.nan if _missing(row[name]) else scale * float(row[name]) for name in FIELDS},
            statistic=str(row["statistic"]),
            n=count(row["n"]),
            failed=int(row["n_failed"]),
            predicted_n="" if _missing(row["predicted_n"]) else count(row["predicted_n"]),
            published_n="" if _missing(row["published_n"]) else count(row["published_n"]),
            **{name: pretty(row[name] or "").strip() for name in ("verdict", "use", "evidence", "source", "note")},
        )


def _missing(value: Any) -> bool:
    """None, NaN and pandas' own missing value, without asking pandas."""
    if value is None or type(value).__name__ == "NAType":
        return True
    return isinstance(value, float) and math.isnan(value)


def _compared(arms: str, titles: Mapping[str, str]) -> str:
    for sign, words in ((" - ", "Difference"), (" / ", "Ratio")):
        first, found, second = arms.partition(sign)
        if found and first in titles and second in titles:
            return words if len(titles) == 2 else f"{words}: {titles[first]}{sign}{titles[second]}"
    return arms


def _gap(printed: str) -> str:
    if printed in ("", "%"):
        return printed
    return f" × {printed}" if printed.startswith("10") else f" {printed}"
