"""Targets: rows of published evidence, what each says about a typical patient, and how far it may be trusted."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from unmoor.base import units
from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import find
from unmoor.calibration.plan import Plan
from unmoor.calibration.statistic import STATISTICS

COLUMNS = (
    "id", "stage", "scenario", "statistic", "output", "time", "from", "value", "unit", "per", "n", "spread",
    "spread_kind", "mean_cv", "error", "share", "source", "provenance", "note",
)  # fmt: skip
PROVENANCE = {"seen": 1.0, "recalled": 2.0}  # a number nobody has read again in its paper counts with twice the error
_TERM = re.compile(r"\s*(?P<sign>[/+]?)\s*(?P<name>[\w-]+)(?:\*(?P<weight>\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class Target:
    """One evidence row as the fit reads it: `typical` (declared unit) and `error`, the SD of its logarithm.

    `terms` are scenarios and exponents: the prediction is the product of scenario ** exponent, so that a ratio of two
    scenarios and a weighted geometric mean are both products.
    """

    id: str
    stage: str
    scenario: str
    terms: tuple[tuple[str, float], ...]
    statistic: str
    output: str
    time: float
    start: float
    published: float
    typical: float
    unit: str
    error: float
    source: str
    provenance: str
    note: str

    @property
    def relative(self) -> bool:
        """Whether units cancel: a fold, or a ratio of two scenarios."""
        return self.statistic == "fold" or abs(sum(weight for _, weight in self.terms)) < 1e-9

    @property
    def what(self) -> str:
        """The observation in words, as reports print it."""
        when = f" at {self.time:g} h" if math.isfinite(self.time) else ""
        since = f" from {self.start:g} h" if math.isfinite(self.start) else ""
        return f"{self.statistic.replace('_', ' ')} of {self.output}{when}{since}"


def read_targets(name: str, plan: Plan) -> tuple[Target, ...]:
    """The targets of the evidence table `name` for `plan`.

    A mean of a skewed quantity becomes a median by 1/sqrt(1 + CV^2), exact for a lognormal one. The error adds the
    row's own (between studies) and the sampling error of its mean, is doubled for a number only recalled, and grows
    with the square root of the rows that tell the same (`share`).
    Raises BadInput or UnknownName with file and line for a row that cannot be meant.
    """
    path = find("evidence", name, ".csv")
    found = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BadInput("the columns are not those of a target table", where=f"{path}:1", todo=", ".join(COLUMNS))
        for row in reader:
            found.append(_target(row, f"{path}:{reader.line_num}", plan))
    return tuple(found)


def _target(row: Mapping[str, str], where: str, plan: Plan) -> Target:
    stages = [stage.name for stage in plan.stages]
    for kind, known in (("stage", stages), ("statistic", STATISTICS), ("provenance", PROVENANCE)):
        if row[kind] not in known:
            raise unknown(kind, row[kind], known, where=where)
    if not row["source"]:
        raise BadInput(f"target {row['id']} has no source", where=where, todo="name a key of references.bib")
    units.factor(row["unit"], where=where)

    def number(name: str, otherwise: float = math.nan) -> float:
        try:
            return float(row[name]) if row[name] else otherwise
        except ValueError:
            raise BadInput(f"{name} of {row['id']} is '{row[name]}', not a number", where=where) from None

    published, n, spread = number("value"), number("n"), number("spread")
    per, error, share = number("per", 1.0), number("error"), number("share", 1.0)
    if not (published > 0 and per > 0 and error > 0 and share >= 1):
        raise BadInput(
            f"value, per, error and share of {row['id']} must be above zero (share 1 or more)", where=where,
            todo="see docs/calibration.md for the columns",
        )  # fmt: skip
    cv = _coefficient_of_variation(row, published, n, spread, where)
    own = row["mean_cv"] == "own"
    mean_cv = cv if own else number("mean_cv", 0.0)
    if own and not math.isfinite(cv):
        raise BadInput(f"{row['id']} has no SD to take its CV from", where=where, todo="give spread, or a number")
    people = next(stage.people for stage in plan.stages if stage.name == row["stage"])
    counted = math.isfinite(n)
    # of a mean: CV / sqrt(n); of a CV: 1 / sqrt(2 n), as for the SD of a normal sample
    relative = math.sqrt(0.5) if people else cv
    sampling = relative / math.sqrt(n) if counted and math.isfinite(relative) else 0.0
    total = math.hypot(error, sampling) * PROVENANCE[row["provenance"]] * math.sqrt(share)
    return Target(
        row["id"], row["stage"], row["scenario"], _terms(row["scenario"], plan, where), row["statistic"], row["output"],
        number("time"), number("from"), published, published / per / math.sqrt(1 + mean_cv**2), row["unit"], total,
        row["source"], row["provenance"], row["note"],
    )  # fmt: skip


def _coefficient_of_variation(row: Mapping[str, str], value: float, n: float, spread: float, where: str) -> float:
    """Between-patient CV told by the row's spread; nan where it tells none."""
    kind = row["spread_kind"]
    if kind not in ("", "SD", "SEM"):
        raise unknown("spread_kind", kind, ("SD", "SEM"), where=where)
    if kind == "SD":
        return spread / value
    return spread * math.sqrt(n) / value if kind == "SEM" and math.isfinite(n) else math.nan


def _terms(text: str, plan: Plan, where: str) -> tuple[tuple[str, float], ...]:
    """Scenario text as (name, exponent): "a", a ratio "a/b", or a geometric mean weighted by patients "a*8+b*14"."""
    terms, at = [], 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None:
            raise BadInput(f"cannot read scenario '{text}'", where=where, todo="write a, a/b or a*8+b*14")
        name = match["name"]
        if name not in plan.scenarios:
            raise unknown("scenario", name, plan.scenarios, where=where)
        terms.append((name, float(match["weight"] or 1.0) * (-1 if match["sign"] == "/" else 1)))
        at = match.end()
    total = sum(weight for _, weight in terms)
    scale = 1.0 if "/" in text else total
    return tuple((name, weight / scale) for name, weight in terms)
