"""Who was treated at which dose level and what happened: typed, or read from a text such as "1NNN 2NNT"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from unmoor.base.errors import BadInput

COHORT = re.compile(r"(?P<level>\d+(?:\.\d+)?)(?P<outcomes>(?:[NT]|P(?:[01]?\.\d+|[01])?)*)", re.IGNORECASE)
OUTCOME = re.compile(r"(?P<kind>[NT]|P)(?P<share>[01]?\.\d+|[01])?", re.IGNORECASE)
HOW = 'write cohorts like "1NNN 2NNT": the dose level, then N (no DLT), T (DLT) or P (pending) for each patient'


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient: dose level (1 is the lowest), whether a DLT was seen, and the share of the DLT window observed."""

    level: int
    dlt: bool
    observed: float = 1.0

    @property
    def pending(self) -> bool:
        """Whether a DLT may still come."""
        return not self.dlt and self.observed < 1.0


@dataclass(frozen=True, slots=True)
class History:
    """The patients of a trial in order of entry, cohort by cohort; empty before the first."""

    cohorts: tuple[tuple[Patient, ...], ...] = ()

    @classmethod
    def of(cls, text: str, columns: int = 0) -> History:
        """Read outcomes such as "1NNN 2NNT 2NTP0.4"; P0.4 is pending after 40% of the DLT window.

        With `columns`, the number of doses of a second agent, levels are written "2.1NNT": first agent 2, second 1.
        Raises BadInput for anything that is not so written.
        """
        return cls(tuple(_cohort(word, columns) for word in text.split()))

    def patients(self) -> Iterator[Patient]:
        """Every patient in order of entry."""
        for cohort in self.cohorts:
            yield from cohort

    def __len__(self) -> int:
        return sum(len(cohort) for cohort in self.cohorts)

    def then(self, level: int, dlt: int, size: int) -> History:
        """The history after one more cohort of `size` patients at `level`, of whom `dlt` had a DLT."""
        added = tuple(Patient(level, number < dlt) for number in range(size))
        return History((*self.cohorts, added))


def cohort_text(level: str, dlt: int, size: int) -> str:
    """A cohort as `History.of` reads it."""
    return f"{level}{'N' * (size - dlt)}{'T' * dlt}"


def _cohort(word: str, columns: int) -> tuple[Patient, ...]:
    match = COHORT.fullmatch(word)
    if match is None or not match["outcomes"]:
        raise BadInput(f"cannot read the cohort '{word}'", where="outcomes", todo=HOW)
    level = _level(match["level"], word, columns)
    patients = []
    for found in OUTCOME.finditer(match["outcomes"]):
        kind = found["kind"].upper()
        share = found["share"]
        observed = (float(share) if share else 0.0) if kind == "P" else 1.0
        if observed > 1.0:
            raise BadInput(f"'{word}': {observed:g} of the DLT window", where="outcomes", todo="write P0 to P1")
        patients.append(Patient(level, kind == "T", observed))
    return tuple(patients)


def _level(text: str, word: str, columns: int) -> int:
    """The flat level: combinations are numbered along the second agent first."""
    first, dot, second = text.partition(".")
    if not columns:
        if dot:
            todo = "write whole dose levels; 2.1 is a combination of two agents"
            raise BadInput(f"dose level '{text}' in '{word}'", where="outcomes", todo=todo)
        return int(first)
    if not dot or not 1 <= int(second) <= columns or int(first) < 1:
        todo = f"write a combination like 2.1: level of the first agent, then that of the second (1 to {columns})"
        raise BadInput(f"dose level '{text}' in '{word}'", where="outcomes", todo=todo)
    return (int(first) - 1) * columns + int(second)
