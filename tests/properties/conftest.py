"""Linear kinetics by matrix exponentials, record by record as NONMEM's guides tell it: the oracle of dosing tables.

Written from the rules (NONMEM Users Guide, Part VI, chapters III and V; help pages dose, ss dose, evid), one patient
at a time, without anything of the package: doses wait in a list, steady states are geometric series of responses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

STATES = ("depot", "central", "peripheral")
SAME = 1e-12
Record = dict[str, Any]


def matrix(v: Record) -> np.ndarray:
    """d(depot, central, peripheral)/dt of the two-compartment model with absorption; q = 0 makes it one compartment."""
    return np.array(
        [
            [-v["ka"], 0.0, 0.0],
            [v["ka"], -(v["cl"] + v["q"]) / v["v"], v["q"] / v["v2"]],
            [0.0, v["q"] / v["v"], -v["q"] / v["v2"] - v["loss"]],
        ]
    )


def expm(a: np.ndarray) -> np.ndarray:
    """The matrix exponential by its series, scaled and squared; much quicker here than the general one (tested)."""
    halvings = max(0, int(np.ceil(np.log2(max(np.abs(a).sum(axis=1).max(), 1e-9) / 0.25))))
    b = a / 2.0**halvings
    term = total = np.eye(len(a))
    for k in range(1, 15):
        term = term @ b / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return total


def bolus(a: np.ndarray, state: int, hours: float) -> np.ndarray:
    """What one unit in `state` has become after some hours."""
    return expm(a * hours)[:, state]


def infused(a: np.ndarray, state: int, hours: float) -> np.ndarray:
    """What a constant input of one an hour has become after some hours: the integral of the bolus response."""
    wide = np.zeros((4, 4))
    wide[:3, :3], wide[state, 3] = a, 1.0
    return expm(wide * hours)[:3, 3]


def since_ever(a: np.ndarray, state: int, dose: float, rate: float, lag: float, interval: float) -> np.ndarray:
    """State at a record's time from all earlier doses: each `interval` apart, each entering after `lag`."""
    over = dose / rate if rate else 0.0
    total, k = np.zeros(3), 1
    while True:
        entered = k * interval - lag  # hours since dose k intervals ago entered
        if entered > over - SAME:
            break
        if entered > SAME:
            total += rate * infused(a, state, entered)
        k += 1
    if rate:
        single = expm(a * max(entered - over, 0.0)) @ infused(a, state, over) * rate
    else:
        if entered <= SAME:  # enters at the record's very time: after it
            entered += interval
        single = bolus(a, state, entered) * dose
    return total + np.linalg.solve(np.eye(3) - expm(a * interval), single)


@dataclass
class Course:
    """One patient on the way: amounts, what waits to enter, infusions that run."""

    records: Sequence[Record]
    carry: str
    x: np.ndarray = field(default_factory=lambda: np.zeros(3))
    time: float = 0.0
    waiting: list[Record] = field(default_factory=list)
    running: list[Record] = field(default_factory=list)

    def values(self, i: int, at: float) -> Record:
        """Constants in force at a time between records i - 1 and i, that of record i included."""
        if self.carry == "nocb" or i == 0 or abs(at - self.records[i]["TIME"]) <= SAME:
            return self.records[min(i, len(self.records) - 1)]
        return self.records[i - 1]

    def between(self, i: int) -> Record:
        """Constants that govern the way from record i - 1 to record i."""
        return self.records[i if self.carry == "nocb" else max(i - 1, 0)]

    def enter(self, dose: Record, v: Record, at: float) -> None:
        amount = dose["AMT"] * (1.0 if dose.get("scaled") else v.get(f"F_{dose['CMT']}", 1.0))
        state, kind = STATES.index(dose["CMT"]), dose["RATE"]
        if amount == 0:
            return
        if kind == 0:
            self.x[state] += amount
        elif kind == -1:
            self.running.append({"state": state, "left": amount, "rate": None, "CMT": dose["CMT"]})
        else:
            rate = kind if kind > 0 else amount / v[f"duration_{dose['CMT']}"]
            self.running.append({"state": state, "left": amount, "rate": rate, "CMT": dose["CMT"]})

    def advance(self, i: int, to: float) -> None:
        """Go on to the time of record i, with everything that enters or ends on the way."""
        v = self.between(i)
        a = matrix(v)
        while True:
            self.waiting.sort(key=lambda dose: dose["at"])
            next_dose = self.waiting[0]["at"] if self.waiting and self.waiting[0]["at"] <= to + SAME else np.inf
            speeds = [each["rate"] or v[f"rate_{each['CMT']}"] for each in self.running]
            ends = [self.time + each["left"] / speed for each, speed in zip(self.running, speeds, strict=True)]
            stop = min([next_dose, to, *ends])
            hours = max(stop - self.time, 0.0)
            self.x = expm(a * hours) @ self.x
            for each, speed in zip(self.running, speeds, strict=True):
                self.x = self.x + speed * infused(a, each["state"], hours)
                each["left"] -= speed * hours
            self.running = [each for each, end in zip(self.running, ends, strict=True) if end > stop + SAME]
            self.time = stop
            if next_dose <= stop + SAME:
                dose = self.waiting.pop(0)
                self.enter(dose, self.values(i, dose["at"]), dose["at"])
            elif stop >= to - SAME:
                break
        self.time = to

    def dose(self, i: int, r: Record) -> None:
        """A dose record: its steady state, then itself and its further doses."""
        lag = r.get(f"lag_{r['CMT']}", 0.0)
        state, a = STATES.index(r["CMT"]), matrix(r)
        if r["SS"]:
            if r["SS"] == 1:
                self.x, self.waiting, self.running = np.zeros(3), [], []
            if r["AMT"] == 0:
                rate = r["RATE"] if r["RATE"] >= 0 else r[f"rate_{r['CMT']}"]
                self.x = self.x - np.linalg.solve(a, np.eye(3)[state] * rate)
                return
            amount = r["AMT"] * r.get(f"F_{r['CMT']}", 1.0)
            rate = {-1: r.get(f"rate_{r['CMT']}"), -2: None}.get(r["RATE"], r["RATE"])
            rate = amount / r[f"duration_{r['CMT']}"] if rate is None else rate
            if amount > 0:
                self.x = self.x + since_ever(a, state, amount, rate, lag, r["II"])
                self.still_going(r, state, amount, rate, lag)
        for k in range(r["ADDL"] + 1):
            at = r["TIME"] + k * r["II"] + lag
            if at == r["TIME"]:
                self.enter(r, r, at)
            else:
                self.waiting.append({**r, "at": at})

    def still_going(self, r: Record, state: int, amount: float, rate: float, lag: float) -> None:
        """Implied doses that have not entered, or whose infusion has not ended, at the record's time."""
        over = amount / rate if rate else 0.0
        k = 1
        while k * r["II"] - lag < over - SAME or k * r["II"] - lag <= SAME:
            entered = k * r["II"] - lag
            if entered > SAME:
                self.running.append({"state": state, "left": rate * (over - entered), "rate": rate, "CMT": r["CMT"]})
            elif entered >= -SAME:
                self.now(state, amount, rate, r)
            else:
                waits = {"at": r["TIME"] - entered, "AMT": amount, "RATE": rate, "CMT": r["CMT"], "scaled": True}
                self.waiting.append(waits)
            k += 1

    def now(self, state: int, amount: float, rate: float, r: Record) -> None:
        if rate:
            self.running.append({"state": state, "left": amount, "rate": rate, "CMT": r["CMT"]})
        else:
            self.x[state] += amount

    def run(self) -> list[np.ndarray]:
        """The amounts at every record, after what the record does."""
        found = []
        for i, r in enumerate(self.records):
            if i == 0 or r.get("restart"):
                self.time = r["TIME"]
            self.advance(i, r["TIME"])
            if r["EVID"] in (3, 4):
                self.x, self.waiting, self.running = np.zeros(3), [], []
            if r["EVID"] in (1, 4):
                self.dose(i, r)
            found.append(self.x.copy())
        return found


@pytest.fixture(scope="session")
def exponential() -> Callable[[np.ndarray], np.ndarray]:
    """The oracle's matrix exponential."""
    return expm


@pytest.fixture(scope="session")
def nonmem() -> Callable[[Sequence[Record], str], list[np.ndarray]]:
    """Amounts of all three states at each record of one patient, by matrix exponentials."""
    return lambda records, carry="locf": Course(records, carry).run()
