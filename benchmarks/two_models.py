"""Two models of the field's kind, their virtual patients and treatment: the work of every engine of `bench.py`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import antimony
import coupled_modules
import numpy as np

from unmoor.base.random import normal
from unmoor.dosing import Events
from unmoor.model import Model, load_model
from unmoor.model.expression import evaluate

FOLDER = Path(__file__).parent / "models"
OUTPUTS = ("blood", "neutrophils", "platelets")
TIMES = np.arange(505.0)
HOURS = float(TIMES[-1])
VARIABILITY = 0.3
#: exponents, fractions and ratios vary less than the rest
NARROW = {
    "gcsf_bioavailability": 0.1, "neutrophil_feedback": 0.1, "platelet_feedback": 0.1, "retention_steepness": 0.1,
    "plerixafor_steepness": 0.1, "half_retention": 0.2, "plerixafor_blood_ratio": 0.2, "weight": 0.2,
}  # fmt: skip
GCSF_AT = (0.0, 24.0, 48.0, 72.0, 96.0, 120.0)
PLERIXAFOR_AT = (106.0, 130.0)
SESSIONS = ((117.0, 121.0), (141.0, 145.0))
#: errors are relative, but not to less than this share of the output's largest value
FLOOR = 1e-3


@dataclass(frozen=True)
class Cohort:
    """Virtual patients of one model; `parameters` maps each varying constant to values (patient,)."""

    model: Model
    parameters: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.parameters.values())))

    @property
    def values(self) -> dict[str, np.ndarray]:
        """Every constant, everything computed from constants, and every initial state, each (patient,)."""
        found: dict[str, np.ndarray] = {name: np.full(len(self), v) for name, v in self.model.constants.items()}
        found |= self.parameters
        waiting = dict(self.model.initial)
        for name, expression in waiting.items():
            found[name] = np.broadcast_to(evaluate(expression, found), len(self)).astype(float)
        return found

    @property
    def events(self) -> Events:
        """G-CSF and plerixafor under the skin, and two sessions of apheresis on and off."""
        everyone, values = np.arange(len(self)), self.values
        doses = [Events.bolus(everyone, at, "gcsf_depot", values["gcsf_dose"]) for at in GCSF_AT]
        doses += [Events.bolus(everyone, at, "plerixafor_depot", values["plerixafor_dose"]) for at in PLERIXAFOR_AT]
        for start, stop in SESSIONS:
            doses.append(Events.switch(everyone, start, "apheresis", values["apheresis_clearance"]))
            doses.append(Events.switch(everyone, stop, "apheresis", 0.0))
        return Events.join(doses)


@cache
def model(name: str) -> Model:
    """A model of the folder, or "modules_150" made by a program, read as SBML that libAntimony wrote."""
    text = coupled_modules.text(15) if name == "modules_150" else (FOLDER / f"{name}.ant").read_text(encoding="utf-8")
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        raise SystemExit(antimony.getLastError())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.xml")
        path.write_text(antimony.getSBMLString(name), encoding="utf-8")
        return load_model(path)


def cohort(name: str, count: int, first: int = 0) -> Cohort:
    """Patients `first` to `first + count - 1`: log-normal constants, 30 % coefficient of variation but for NARROW."""
    what = model(name)
    columns = {}
    for constant, typical in what.constants.items():
        if constant not in ("apheresis", "default_compartment"):
            spread = np.sqrt(np.log1p(NARROW.get(constant, VARIABILITY) ** 2))
            columns[constant] = typical * np.exp(spread * normal(1, constant, first, count))
    return Cohort(what, columns)


def error(curves: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Error of each patient (patient,): the largest over outputs and times, relative with a floor."""
    floor = FLOOR * np.abs(reference).max(axis=2, keepdims=True)
    return (np.abs(curves - reference) / (np.abs(reference) + floor)).max(axis=(1, 2))
