"""What is planned for the patients of an arm: doses and sessions as occasions, and who still gets each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmoor.dosing.events import Action, Events
from unmoor.trial.study import Arm, Procedure

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.dosing.regimen import Regimen
    from unmoor.model.model import Model

Mask = NDArray[np.bool_]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class People:
    """Patients as doses need them: `covariates` in `units`, a row each, and `parameters` (patient,), internal units."""

    covariates: pd.DataFrame
    units: Mapping[str, str]
    parameters: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Occasion:
    """One dose or one session at `time` (h), for all patients; `records` holds one row a patient where it is a dose."""

    time: float
    kind: str
    name: str
    number: int
    events: Events
    records: pd.DataFrame | None
    end: float

    def reduced(self, share: Shares) -> Occasion:
        """The same dose with each patient's amount times `share`, shape (patient,)."""
        if self.records is None or np.all(share == 1.0):
            return self
        scaled = {name: self.records[name].to_numpy() * share for name in ("amount", "nmol")}
        events = replace(self.events, value=self.events.value * share[self.events.patient])
        return replace(self, events=events, records=self.records.assign(**scaled))


@dataclass(frozen=True)
class Plan:
    """Occasions in order of time, who still gets each (`active`) and what share of its dose, (occasion, patient)."""

    occasions: tuple[Occasion, ...]
    active: Mask
    share: Shares

    @classmethod
    def of_all(cls, occasions: Iterable[Occasion], n: int) -> Plan:
        """Every occasion, in order of time, in full for n patients."""
        ordered = tuple(sorted(occasions, key=lambda occasion: occasion.time))
        shape = (len(ordered), n)
        return cls(ordered, np.ones(shape, dtype=bool), np.ones(shape))

    def index(self, occasion: Occasion) -> int:
        """Where an occasion stands; its own identity counts, two doses of a drug at one time are two occasions."""
        return next(i for i, each in enumerate(self.occasions) if each is occasion)

    def of(self, names: Iterable[str]) -> Mask:
        """Which occasions are of these drugs or procedures, shape (occasion,)."""
        wanted = set(names)
        return np.array([occasion.name in wanted for occasion in self.occasions], dtype=bool)

    def cancel(
        self, patients: Mask, *, start: float, names: Iterable[str] | None = None, before: float = np.inf
    ) -> Plan:
        """Without the occasions of these patients from `start` (h) on, to before `before`, of all or of these names."""
        later = self._from(start, names, before)
        return replace(self, active=self.active & ~(later[:, None] & patients[None, :]))

    def reduce(self, patients: Mask, share: float, *, start: float, names: Iterable[str] | None = None) -> Plan:
        """With at most `share` of the planned doses of these patients from `start` (h) on."""
        chosen = self._from(start, names, np.inf)[:, None] & patients[None, :]
        return replace(self, share=np.where(chosen, np.minimum(self.share, share), self.share))

    def _from(self, start: float, names: Iterable[str] | None, before: float) -> Mask:
        """Which occasions lie in a stretch of time and are of these names, shape (occasion,)."""
        inside = np.array([start <= occasion.time < before for occasion in self.occasions], dtype=bool)
        return inside if names is None else inside & self.of(names)

    def skip(self, index: int, patients: Mask) -> Plan:
        """Without one occasion for these patients."""
        active = self.active.copy()
        active[index] &= ~patients
        return replace(self, active=active)

    def follows(self, name: str, index: int | None, time: float, within: float) -> Mask:
        """Whose next occasion of `name` begins at `time` (h) or later, within so many hours; shape (patient,).

        The occasion `index` itself does not count.
        """
        chosen = np.array([time <= each.time <= time + within for each in self.occasions], dtype=bool) & self.of([name])
        if index is not None:
            chosen[index] = False
        return np.asarray(self.active[chosen].any(axis=0))

    def add(self, occasions: list[Occasion], patients: Mask) -> Plan:
        """With further occasions for these patients; at the same time they come after what was planned."""
        everything = [*self.occasions, *occasions]
        active = np.concatenate([self.active, np.repeat(patients[None, :], len(occasions), axis=0)])
        share = np.concatenate([self.share, np.ones((len(occasions), patients.size))])
        order = sorted(range(len(everything)), key=lambda i: everything[i].time)
        return Plan(tuple(everything[i] for i in order), active[order], share[order])


def plan_of(
    arm: Arm,
    procedures: Iterable[Procedure],
    model: Model,
    people: People,
) -> Plan:
    """The plan of an arm before any decision: every dose of its regimen and placebo, every session of its procedures.

    Raises what `doses` raises.
    """
    occasions = doses(arm.regimen, model, people)
    occasions += doses(arm.placebo, model, people, placebo=True)
    for procedure in procedures:
        occasions += sessions(procedure, len(people.covariates))
    return Plan.of_all(occasions, len(people.covariates))


def doses(
    regimen: Regimen, model: Model, people: People, *, placebo: bool = False, shift: float = 0.0
) -> list[Occasion]:
    """Every dose of a regimen as an occasion, `shift` hours later than it says; a placebo is recorded, nothing enters.

    Raises what `Regimen.events` raises for patients whose covariates or parameters cannot be meant.
    """
    found = []
    for line in regimen.doses:
        events, records = type(regimen)((line,)).events(model, people.covariates, people.parameters, units=people.units)
        for k, hour in enumerate(line.hours):
            rows = records.iloc[k :: len(line.hours)]  # a patient's doses stand together, in order of time
            if shift:
                rows = rows.assign(time=hour + shift)
            if placebo:
                rows = rows.assign(drug=f"placebo for {line.drug.name}", amount=0.0, nmol=0.0)
            chosen = Events.none() if placebo else _of_dose(events, hour, shift)
            found.append(Occasion(hour + shift, "dose", line.drug.name, 0, chosen, rows, hour + shift))
    return found


def _of_dose(events: Events, hour: float, shift: float) -> Events:
    """The events of the dose given at `hour`, each `shift` hours later."""
    mine = events.start == hour
    columns = {name: getattr(events, name)[mine] for name in ("patient", "action", "target", "value")}
    times = {name: getattr(events, name)[mine] + shift for name in ("time", "start")}
    return Events(events.names, **columns, **times)


def sessions(procedure: Procedure, n: int) -> list[Occasion]:
    """The planned sessions of a procedure for n patients: its switch goes to 1, and back to 0 at the end."""
    who, found = np.arange(n), []
    for number, start in enumerate(procedure.starts):
        on = Events.switch(who, start, procedure.switch, 1.0)
        off = Events.switch(who, start + procedure.duration, procedure.switch, 0.0)
        end = start + procedure.duration
        found.append(Occasion(start, "session", procedure.name, number, Events.join(on, off), None, end))
    return found


def infused(occasions: Iterable[Occasion]) -> set[str]:
    """States that any infusion among the occasions enters."""
    return {
        events.names[target]
        for events in (occasion.events for occasion in occasions)
        for target in np.unique(events.target[events.action == Action.RATE])
    }
