"""The patient at the bedside: what is known, measured, given and collected so far, and what the clinic can do next."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from unmoor.base.errors import BadInput, unknown
from unmoor.planning.clock import clock_of, hours_of, said

SEXES = ("male", "female")
PLERIXAFOR = "plerixafor 0.24 mg/kg sc once, max 40 mg, but 0.16 mg/kg, max 27 mg if creatinine_clearance <= 50 mL/min"
#: what a number may be at all: it catches a wrong unit, it does not judge a patient
POSSIBLE = {
    "weight": (2, 400, "kg"), "age": (0, 110, "years"), "creatinine_clearance": (5, 300, "mL/min"),
    "serum_creatinine": (0.1, 15, "mg/dL"), "prior_lines": (0, 12, "lines"), "cd34": (0, 5000, "cells/uL"),
    "wbc": (0.05, 400, "10^9 cells/L"), "collected": (0, 200, "10^6 cells/kg"), "hours": (0.2, 12, "h"),
    "volume": (0.2, 60, "L"), "target": (0.1, 50, "10^6 cells/kg"),
}  # fmt: skip


@dataclass(frozen=True)
class Count:
    """A blood sample at `time` (`day 4 at 09:00`, or hours): CD34+ in cells/uL, white cells in 10^9/L, either or both.

    A sample at the start of a session is drawn before it, one at its end after it.
    """

    time: str | float
    cd34: float | None = None
    wbc: float | None = None

    @property
    def hour(self) -> float:
        """The time in hours from day 1 00:00."""
        return hours_of(self.time, "count")


@dataclass(frozen=True)
class Session:
    """An apheresis session that took place: its start, what it collected (10^6 CD34+ cells/kg), its hours or litres.

    `volume` (L of whole blood processed) tells more than `hours` and counts where both are given; with neither the
    session is as long as the clinic's usual one.
    """

    start: str | float
    collected: float | None = None
    hours: float | None = None
    volume: float | None = None

    @property
    def hour(self) -> float:
        """The start in hours from day 1 00:00."""
        return hours_of(self.start, "session")


@dataclass(frozen=True)
class Clinic:
    """How the clinic works: clock times, session length (h), allowances, doses, and how well it measures (CV in %).

    Sources of the CVs: docs/planning.md. `larger` is the volume of a larger session as a multiple of the usual one.
    """

    gcsf: str = "08:00"
    apheresis: str = "09:00"
    plerixafor: str = "22:00"
    hours: float = 4.6
    larger: float = 1.5
    most_sessions: int = 4
    gcsf_dose: str = "filgrastim 10 ug/kg sc once"
    plerixafor_dose: str = PLERIXAFOR
    count_cv: float = 14.0
    wbc_cv: float = 20.0
    session_cv: float = 15.0


@dataclass(frozen=True)
class Pack:
    """What a drug costs: the price of a pack and the milligrams in it; an opened pack is used up by one dose."""

    mg: float
    price: float


@dataclass(frozen=True)
class Prices:
    """What the user's own hospital pays; nothing is assumed, and what has no price is not counted."""

    currency: str = ""
    session: float | None = None
    drugs: dict[str, Pack] = field(default_factory=dict)


@dataclass(frozen=True)
class Patient:
    """One patient; weight in kg, age in years, clearance in mL/min, serum creatinine in mg/dL.

    What is left out is drawn as the population has it, and the plan says so. `doses` are lines of dose text
    (docs/dosing.md) given up to `now`; None means the clinic's G-CSF every morning from day 1, and none in sickle cell
    disease. `now` is when the decision is taken, by default the last thing known. `targets` in 10^6 CD34+ cells/kg.
    Raises BadInput when made from what cannot be.
    """

    weight: float
    disease: str
    age: float | None = None
    sex: str | None = None
    creatinine_clearance: float | None = None
    serum_creatinine: float | None = None
    prior_lines: int | None = None
    prior_radiotherapy: bool | None = None
    prior_lenalidomide: bool | None = None
    ancestry: str | None = None
    counts: tuple[Count, ...] = ()
    sessions: tuple[Session, ...] = ()
    doses: tuple[str, ...] | None = None
    now: str | float | None = None
    targets: tuple[float, ...] = (2.0, 5.0)
    population: str | None = None
    clinic: Clinic = Clinic()
    prices: Prices = Prices()

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", tuple(self.counts))
        object.__setattr__(self, "sessions", tuple(self.sessions))
        object.__setattr__(self, "targets", tuple(float(each) for each in self.targets))
        _check_body(self)
        _check_counts(self)
        _check_sessions(self)
        _check_clinic(self.clinic, self.prices)
        _check_now(self)

    @property
    def hour(self) -> float:
        """The decision, in hours from day 1 00:00."""
        if self.now is not None:
            return hours_of(self.now, "now")
        return max([*(each.hour for each in self.counts), *(self.end(each) for each in self.sessions)], default=0.0)

    def end(self, session: Session) -> float:
        """When a session ended (h); one told by its volume ended, for the clock, after its hours or the usual ones."""
        return session.hour + (session.hours or self.clinic.hours)


def possible(name: str, value: object, where: str, kind: str | None = None) -> float:
    """`value` as a number within what a `kind` of number can be.

    Raises BadInput with the range and its unit.
    """
    low, high, unit = POSSIBLE[kind or name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadInput(f"{name} is {value!r}, not a number", where=where, todo=f"give it in {unit}")
    if not low <= value <= high:
        todo = f"it is {low:g} to {high:g} {unit}; check the unit"
        raise BadInput(f"{name} of {value:g} cannot be", where=where, todo=todo)
    return float(value)


def _check_body(patient: Patient) -> None:
    for name in ("weight", "age", "creatinine_clearance", "serum_creatinine", "prior_lines"):
        value = getattr(patient, name)
        if value is not None or name == "weight":
            possible(name, value, "patient")
    if not isinstance(patient.disease, str) or not patient.disease.strip():
        raise BadInput("the disease is missing", where="patient", todo="write it, such as non-Hodgkin lymphoma")
    if patient.sex is not None and patient.sex not in SEXES:
        raise unknown("sex", str(patient.sex), SEXES, where="patient")
    if patient.creatinine_clearance is not None and patient.serum_creatinine is not None:
        what = "both creatinine clearance and serum creatinine are given"
        raise BadInput(what, where="patient", todo="give one; clearance is what doses depend on")
    if patient.serum_creatinine is not None and (patient.age is None or patient.sex is None):
        what = "serum creatinine says nothing about clearance without age and sex"
        raise BadInput(what, where="patient", todo="give age and sex, or the creatinine clearance")
    for name in ("prior_radiotherapy", "prior_lenalidomide"):
        value = getattr(patient, name)
        if value is not None and not isinstance(value, bool):
            raise BadInput(f"{name} is {value!r}", where="patient", todo="say true or false, or leave it out")
    if not patient.targets or any(later <= earlier for earlier, later in pairwise(patient.targets)):
        raise BadInput(f"targets {patient.targets} are not in increasing order", where="patient", todo="such as 2, 5")
    for target in patient.targets:
        possible("target", target, "patient")


def _check_counts(patient: Patient) -> None:
    for number, count in enumerate(patient.counts, 1):
        where = f"count {number}"
        hours_of(count.time, where)
        if count.cd34 is None and count.wbc is None:
            raise BadInput("the sample has no value", where=where, todo="give cd34, wbc or both")
        for name in ("cd34", "wbc"):
            if getattr(count, name) is not None:
                possible(name, getattr(count, name), where)
    for number, (earlier, later) in enumerate(pairwise(patient.counts), 2):
        if later.hour <= earlier.hour:
            what = f"at {said(later.hour)} is not after the one before, at {said(earlier.hour)}"
            raise BadInput(what, where=f"count {number}", todo="write samples in the order they were drawn")


def _check_sessions(patient: Patient) -> None:
    for number, session in enumerate(patient.sessions, 1):
        where = f"session {number}"
        if session.start is None or session.start == "":
            what = "a yield without a session: its start is missing" if session.collected is not None else "no start"
            raise BadInput(what, where=where, todo="write when it began, such as 'day 5 at 09:00'")
        hours_of(session.start, where)
        for name in ("collected", "hours", "volume"):
            if getattr(session, name) is not None:
                possible(name, getattr(session, name), where)
    for number, (earlier, later) in enumerate(pairwise(patient.sessions), 2):
        if later.hour < patient.end(earlier):
            what = f"begins at {said(later.hour)}, before the one before ended at {said(patient.end(earlier))}"
            raise BadInput(what, where=f"session {number}", todo="write sessions in order, with their hours")
    if len(patient.sessions) > patient.clinic.most_sessions:
        what = f"{len(patient.sessions)} sessions took place and at most {patient.clinic.most_sessions} are allowed"
        raise BadInput(what, where="clinic: most_sessions", todo="allow more sessions")


def _check_clinic(clinic: Clinic, prices: Prices) -> None:
    for name in ("gcsf", "apheresis", "plerixafor"):
        clock_of(getattr(clinic, name), f"clinic: {name}")
    possible("hours", clinic.hours, "clinic")
    if not 1 < clinic.larger <= 4:
        raise BadInput(f"larger is {clinic.larger}", where="clinic", todo="a multiple above 1, at most 4")
    if not isinstance(clinic.most_sessions, int) or not 1 <= clinic.most_sessions <= 14:
        raise BadInput(f"most_sessions is {clinic.most_sessions!r}", where="clinic", todo="a whole number from 1 to 14")
    for name in ("count_cv", "wbc_cv", "session_cv"):
        value = getattr(clinic, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 200:
            raise BadInput(f"{name} is {value!r}", where="clinic", todo="a CV in %, above 0 and at most 200")
    paid = [("session", prices.session), *((name, pack.price) for name, pack in prices.drugs.items())]
    for name, price in paid:
        if price is not None and not (math.isfinite(price) and price >= 0):
            raise BadInput(f"the price of {name} is {price}", where="prices", todo="a number of at least 0")
    for name, pack in prices.drugs.items():
        if not (math.isfinite(pack.mg) and pack.mg > 0):
            raise BadInput(f"a pack of {name} holds {pack.mg} mg", where="prices", todo="milligrams above 0")


def _check_now(patient: Patient) -> None:
    now = patient.hour
    known = [(f"count {k}", each.hour) for k, each in enumerate(patient.counts, 1)]
    known += [(f"session {k} ended", patient.end(each)) for k, each in enumerate(patient.sessions, 1)]
    for what, hour in known:
        if hour > now + 1e-9:
            told = f"the decision is at {said(now)}, and {what} at {said(hour)} lies after it"
            raise BadInput(told, where="now", todo="plan at the last thing known, or leave `now` out")
