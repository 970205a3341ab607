"""Grades of laboratory findings by the Common Terminology Criteria for Adverse Events; the version is always named."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.base.files import LIBRARY
from unmoor.trial.criteria.bounds import (
    MOST_NEUTROPHILS,
    MOST_PLATELETS,
    above,
    at_least,
    below,
    measured,
    version_of,
)

TABLE = LIBRARY / "criteria" / "ctcae.csv"
GRADES = (1, 2, 3, 4)
FEVER, SUSTAINED_FEVER, FEBRILE_NEUTROPHILS = 38.3, 38.0, 1.0
HIGHEST = {
    "neutrophil count decreased": MOST_NEUTROPHILS, "platelet count decreased": MOST_PLATELETS,
    "thrombocytopenia": MOST_PLATELETS, "anemia": 30.0,
}  # fmt: skip
"""In the table's unit: a larger number is one in another unit, and would be no toxicity at all."""


@functools.cache
def ctcae_table() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """(version, term) -> the row of the table: direction, unit, the bound of each grade, source."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = {(row["version"], row["term"]): MappingProxyType(row) for row in csv.DictReader(stream)}
    return MappingProxyType(rows)


def ctcae_terms(version: str) -> list[str]:
    """Terms whose laboratory grades are known in a version.

    Raises UnknownName for a version that does not exist.
    """
    version_of(version, {key[0] for key in ctcae_table()}, "CTCAE")
    return sorted(term for one, term in ctcae_table() if one == version)


def ctcae_grade(
    version: str,
    term: str,
    value: ArrayLike,
    *,
    lower_limit: ArrayLike | None = None,
    upper_limit: ArrayLike | None = None,
    baseline: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Grade 0 to 4 of laboratory values, elementwise, NaN where nothing was measured.

    `value`, the limits of normal and `baseline` are in the unit of the table (`ctcae_table`); for terms counted in
    multiples of the upper limit any unit will do, and `upper_limit` 1 takes values that are multiples already.
    With `baseline`, terms that count multiples of it do so where the table says: where it is above or below normal, or
    always. Grades that are clinical judgements (anemia 4, leukocytosis 4) are never given. Source: the table.
    Raises UnknownName for a version or term, Unsupported for a term whose bounds in this version are not at hand,
    BadInput for impossible values or a limit of normal that the term needs and lacks.
    """
    where = f"CTCAE {version}, {term}"
    if term not in ctcae_terms(version):
        others = sorted({one for other, one in ctcae_table() if one == term and other != version})
        if others:
            todo = "name a version that has it; known here: " + ", ".join(ctcae_terms(version))
            raise Unsupported(f"the bounds of '{term}' in CTCAE {version} are not at hand", where="CTCAE", todo=todo)
        raise unknown("term", term, ctcae_terms(version), where=f"CTCAE {version}")
    row = ctcae_table()[version, term]
    found = measured(f"values ({row['unit']})", value, where, highest=HIGHEST.get(term, np.inf))
    bounds = [row[f"grade{k}"] for k in GRADES]
    if row["direction"] == "low":
        return _graded(found, [_low(found, bound, lower_limit, where) for bound in bounds])
    multiples, alone = row["unit"] == "ULN", np.ones(())
    upper = _limit("upper_limit", upper_limit, where) if multiples or "ULN" in bounds else alone
    by_limit = [
        above(found, upper) if bound == "ULN" else _high(found, bound, upper if multiples else alone)
        for bound in bounds
    ]
    if baseline is None or not row["baseline"]:
        return _graded(found, by_limit)
    first = _limit("baseline", baseline, where)
    by_baseline = [_high(found, row[f"baseline{k}"], first) for k in GRADES]
    if row["baseline"] == "either":
        return _graded(found, [one | other for one, other in zip(by_limit, by_baseline, strict=True)])
    high = row["baseline"] == "high"
    counts = above(first, upper) if high else below(first, _limit("lower_limit", lower_limit, where))
    told = [bool(row[f"baseline{k}"]) or high for k in GRADES]
    each = zip(told, by_limit, by_baseline, strict=True)
    return _graded(found, [np.where(counts, other, one) if yes else one for yes, one, other in each])


def febrile_neutropenia(
    version: str, neutrophils: ArrayLike, temperature: ArrayLike, hours_at_38: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Grade 3 where neutrophils are below 1.0 x 10^9/L with fever, else 0; NaN where nothing was measured.

    `temperature` in degrees C, above 38.3 once or, for more than an hour (`hours_at_38`), 38.0 or above. Source:
    CTCAE v5. Raises UnknownName for a version, BadInput for impossible values.
    """
    version_of(version, ["v5"], "CTCAE with febrile neutropenia")
    where = f"CTCAE {version}, febrile neutropenia"
    count, heat = measured("neutrophils", neutrophils, where), measured("temperatures", temperature, where, highest=46)
    long = above(measured("hours", hours_at_38, where), 1.0) & at_least(heat, SUSTAINED_FEVER)
    grade = np.where(below(count, FEBRILE_NEUTROPHILS) & (above(heat, FEVER) | long), 3.0, 0.0)
    return np.where(np.isnan(count) | np.isnan(heat), np.nan, grade)


def _low(value: NDArray[np.float64], bound: str, limit: ArrayLike | None, where: str) -> NDArray[np.bool_]:
    if not bound:
        return value < 0  # nobody: the grade is a clinical judgement
    return below(value, _limit("lower_limit", limit, where) if bound == "LLN" else float(bound))


def _high(value: NDArray[np.float64], bound: str, times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Above a bound, or at it where it is written ">=1.5": "1.5 to 3 x baseline" holds its own end."""
    if not bound:
        return value < 0  # nobody
    if bound.startswith(">="):
        return at_least(value, float(bound[2:]) * times)
    return above(value, float(bound) * times)


def _limit(name: str, value: ArrayLike | None, where: str) -> NDArray[np.float64]:
    if value is None:
        raise BadInput(f"no {name}", where=where, todo=f"give {name}=..., in the unit of the values")
    found = measured(name, value, where)
    if not np.all(found > 0):
        raise BadInput(f"{name} must be above 0", where=where, todo="give the laboratory's own limit")
    return found


def _graded(value: NDArray[np.float64], reached: list[NDArray[np.bool_]]) -> NDArray[np.float64]:
    grade = np.zeros(np.broadcast_shapes(value.shape, *(one.shape for one in reached)))
    for number, yes in zip(GRADES, reached, strict=True):
        grade = np.where(yes, float(number), grade)
    return np.where(np.isnan(value), np.nan, grade)
