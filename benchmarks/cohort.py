"""The work that each engine of the benchmark is given: virtual patients, their treatment, what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from unmoor.dosing import Events, Regimen
from unmoor.model import Model, load_model
from unmoor.population import Patients, load_population, overlay_of, sample

MODEL, POPULATION = "mobilisation", "nhl-phase3"
OUTPUTS = ("cd34", "anc", "collected")
HOURS = 216.0
TIMES = np.linspace(0.0, HOURS, 217)
REGIMEN = "filgrastim 10 ug/kg sc once daily for 8 days at 08:00; plerixafor 0.24 mg/kg sc on days 4-7 at 22:00"
SESSIONS = tuple(24.0 * (day - 1) + 9.0 for day in (5, 6, 7, 8))
SESSION_HOURS = 4.6


@dataclass(frozen=True)
class Cohort:
    """Patients of the demo study with the doses and four sessions of its treated arm, none stopped early."""

    model: Model
    patients: Patients
    events: Events

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """Each patient's parameters in internal units."""
        return self.patients.internal(self.model)

    def sbml(self, patient: int) -> str:
        """The exported model with one patient's values in it."""
        row = self.patients.parameters.iloc[patient]
        rows = [replace(self.model.rows[name], name=name, value=float(row[name])) for name in row.index]
        return load_model(MODEL, overlay=[*overlay_of(POPULATION), rows]).sbml

    def events_of(self, patient: int) -> list[tuple[float, str, int, float]]:
        """(time, target, action, value) of one patient, in order."""
        mine = np.flatnonzero(self.events.patient == patient)
        return [
            (float(self.events.time[k]), self.events.names[self.events.target[k]], int(self.events.action[k]),
             float(self.events.value[k]))
            for k in mine
        ]  # fmt: skip


def cohort(n: int, seed: int = 1) -> Cohort:
    """`n` virtual patients and their treatment."""
    model = load_model(MODEL, overlay=overlay_of(POPULATION))
    patients = sample(load_population(POPULATION, model), n, seed)
    columns = {name: patients.parameters[name].to_numpy(dtype=float) for name in patients.parameters}
    doses, _ = Regimen.of(REGIMEN).events(model, patients.covariates.reset_index(drop=True), columns)
    everyone = np.arange(n)
    switches = [
        Events.switch(everyone, np.full(n, start + after), "apheresis_on", np.full(n, value))
        for start in SESSIONS
        for after, value in ((0.0, 1.0), (SESSION_HOURS, 0.0))
    ]
    return Cohort(model, patients, Events.join(doses, *switches))


def error(curves: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Error of each patient (patient,): the largest over outputs and times, relative to the output's largest value."""
    scale = np.abs(reference).max(axis=2, keepdims=True)
    return (np.abs(curves - reference) / scale).max(axis=(1, 2))
