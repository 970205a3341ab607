"""Targets: rows of published evidence, what each says about a typical patient, and how far it may be trusted."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base import units
from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import find
from unmoor.calibration.observation import PEOPLE_ONLY, Observation, counted, log_sd, share_residual
from unmoor.calibration.plan import Plan
from unmoor.calibration.statistic import STATISTICS

Floats = NDArray[np.float64]
COLUMNS = (
    "id", "stage", "scenario", "statistic", "output", "time", "from", "value", "unit", "per", "n", "spread",
    "spread_kind", "mean_cv", "error", "share", "source", "provenance", "note",
)  # fmt: skip
OPTIONAL = ("observed", "against")
AGAINST = ("typical", "people")
TYPICAL = Observation()
PROVENANCE = {"seen": 1.0, "recalled": 2.0}  # a number nobody has read again in its paper counts with twice the error
_TERM = re.compile(r"\s*(?P<sign>[/+]?)\s*(?P<name>[\w-]+)(?:\*(?P<weight>\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class Target:
    """One evidence row as the fit reads it: `typical` (declared unit, or %) is what the prediction is held against.

    `error` is the SD of its logarithm; a share has none and weighs as `counted` people instead. `against` says whether
    the prediction is that of the typical person or a summary of simulated individuals. `terms` are scenarios and
    exponents: the prediction is the product of scenario ** exponent, so that a ratio of two scenarios and a weighted
    geometric mean are both products.
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
    observed: Observation = TYPICAL
    against: str = "typical"
    counted: float = math.nan

    def residual(self, predicted: Floats) -> Floats:
        """Standardised residuals of predictions (set,); minus half the square of one is its log-likelihood."""
        if self.observed.counts:
            return share_residual(predicted, self.typical, self.counted)
        return np.asarray(np.log(predicted / self.typical) / self.error)

    @property
    def interval(self) -> tuple[float, float]:
        """Where 95 of 100 repeats of the observation would lie if the published number were the truth."""
        if not self.observed.counts:
            return self.typical * math.exp(-1.96 * self.error), self.typical * math.exp(1.96 * self.error)
        from scipy.special import betaincinv

        # Jeffreys' interval of a share
        k = self.typical / 100 * self.counted
        low, high = (100 * float(betaincinv(k + 0.5, self.counted - k + 0.5, q)) for q in (0.025, 0.975))
        return low, high

    @property
    def relative(self) -> bool:
        """Whether units cancel: a fold, or a ratio of two scenarios."""
        return self.statistic == "fold" or abs(sum(weight for _, weight in self.terms)) < 1e-9

    @property
    def what(self) -> str:
        """The observation in words, as reports print it."""
        when = f" at {self.time:g} h" if math.isfinite(self.time) else ""
        since = f" from {self.start:g} h" if math.isfinite(self.start) else ""
        of = f", {self.observed.kind} of people" if self.against == "people" else ""
        return f"{self.statistic.replace('_', ' ')} of {self.output}{when}{since}{of}"


def read_targets(name: str, plan: Plan) -> tuple[Target, ...]:
    """The targets of the evidence table `name` for `plan`.

    Held against the typical person, the mean of a skewed quantity becomes a median by 1/sqrt(1 + CV^2), exact for a
    lognormal one. The error adds the row's own (between studies) and the sampling error of its summary, is doubled for
    a number only recalled, and grows with the square root of the rows that tell the same (`share`).
    Raises BadInput or UnknownName with file and line for a row that cannot be meant.
    """
    path = find("evidence", name, ".csv")
    found = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(name for name in reader.fieldnames or () if name not in OPTIONAL) != COLUMNS:
            known = ", ".join((*COLUMNS, *OPTIONAL))
            raise BadInput("the columns are not those of a target table", where=f"{path}:1", todo=known)
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

    published, n = number("value"), number("n")
    per, error, share = number("per", 1.0), number("error"), number("share", 1.0)
    if not (published > 0 and per > 0 and error > 0 and share >= 1):
        raise BadInput(
            f"value, per, error and share of {row['id']} must be above zero (share 1 or more)", where=where,
            todo="see docs/calibration.md for the columns",
        )  # fmt: skip
    observed, against, terms = _observed(row, plan, where)
    sigma = log_sd(row["spread_kind"], row["spread"], published, n, where)
    # what a mean says of a median needs the CV: the row's own, or one given
    own = row["mean_cv"] == "own" or (observed.kind == "mean" and not row["mean_cv"])
    mean_cv = math.sqrt(math.expm1(sigma**2)) if own else number("mean_cv", 0.0)
    if own and against == "typical" and not math.isfinite(mean_cv):
        raise BadInput(f"{row['id']} has no SD to take its CV from", where=where, todo="give spread, or a number")
    typical = published / per / (math.sqrt(1 + mean_cv**2) if against == "typical" else 1.0)
    weight = PROVENANCE[row["provenance"]] * math.sqrt(share)
    people = math.nan
    if observed.counts:
        if not (n >= 1 and published <= 100):
            raise BadInput(f"{row['id']} needs n and a share in %", where=where, todo="a share is 59.3 for 59.3%")
        people = counted(published, n, error) / weight**2
    return Target(
        row["id"], row["stage"], row["scenario"], terms, row["statistic"], row["output"], number("time"),
        number("from"), published, typical, row["unit"], math.hypot(error, observed.sampling_error(sigma, n)) * weight,
        row["source"], row["provenance"], row["note"], observed, against, people,
    )  # fmt: skip


def _observed(row: Mapping[str, str], plan: Plan, where: str) -> tuple[Observation, str, tuple[tuple[str, float], ...]]:
    """The observation model of a row, what it is held against, and its scenarios."""
    people = next(stage.people for stage in plan.stages if stage.name == row["stage"])
    # a stage of people was about spread before there were kinds: without a word a row is a CV there
    observed = Observation.read(row.get("observed") or ("log cv" if people else "typical"), where)
    against = row.get("against") or ("people" if people and observed.kind != "typical" else "typical")
    if against not in AGAINST:
        raise unknown("against", against, AGAINST, where=where)
    if against == "people" and not people:
        raise BadInput(f"stage '{row['stage']}' has no people", where=where, todo="give the stage people: 256")
    if against == "typical" and observed.kind in PEOPLE_ONLY:
        what = f"a typical person has no {observed.kind}"
        raise BadInput(what, where=where, todo="put the row into a stage of people, against people")
    terms = _terms(row["scenario"], plan, where)
    if against == "people" and len(terms) > 1:
        raise BadInput(f"people of '{row['scenario']}' are of several scenarios", where=where, todo="name one")
    return observed, against, terms


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
