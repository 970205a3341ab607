"""Doses of a pool of virtual patients at chosen hours, as events; amounts follow the patient's covariates and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, UnknownName, unknown
from unmoor.base.units import convert, dose_to_nmol
from unmoor.dosing.body import COVARIATES, mosteller
from unmoor.dosing.dose import Dose
from unmoor.dosing.entry import entered_state, symbol
from unmoor.dosing.events import Events
from unmoor.dosing.rule import amounts

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measures:
    """What doses depend on: covariates (patient,) in the units of COVARIATES; quacks like `dosing.body.Body`."""

    columns: Mapping[str, Any]
    n: int

    def value(self, name: str, unit: str, needed_by: str) -> Floats:
        """Covariate `name` in `unit`, shape (patient,).

        Raises UnknownName for one that is not known.
        """
        if name == "body_surface_area" and name not in self.columns:
            area = mosteller(self.value("weight", "kg", needed_by), self.value("height", "cm", needed_by))
            return np.asarray(convert(area, "m2", unit))
        if name not in self.columns or name not in COVARIATES:
            raise UnknownName(f"the patient has no covariate '{name}'", where=f"dose '{needed_by}'")
        column = np.asarray(self.columns[name], dtype=np.float64)
        return column if COVARIATES[name] == unit else np.asarray(convert(column, COVARIATES[name], unit))


@dataclass(frozen=True, eq=False)
class Given:
    """One dose at one hour in every virtual patient: milligrams (patient,) and the events that it is."""

    drug: str
    hour: float
    mg: Floats
    events: Events


def given(
    dose: Dose, hours: Sequence[float], model: Any, measures: Measures, parameters: Mapping[str, Floats]
) -> list[Given]:
    """`dose` at `hours`, whatever its own schedule says, in all patients of `measures`.

    Raises UnknownName for a drug that the model has not, BadInput for a dose told as an amount of substance.
    """
    where = f"dose '{dose}'"
    if dose.drug.name not in model.drugs:
        raise unknown(f"drug of model '{model.name}'", dose.drug.name, model.drugs, where=where)
    if not dose.usual.amount.is_mass:
        raise BadInput("a plan counts milligrams", where=where, todo="give the dose as a mass, such as 0.24 mg/kg")
    instance, route = model.drugs[dose.drug.name], dose.drug.route(dose.route)
    state = entered_state(f"{instance}.{route.species}", model, where)
    mg, _, _ = amounts(dose.rules, measures, "mg", str(dose))  # type: ignore[arg-type]
    nmol = dose_to_nmol(mg, "mg", dose.drug.molar_mass.grams_per_mole, where=where)
    entered = nmol * symbol(route.bioavailability, 1.0, instance, model, parameters, measures.n, where)
    lag = symbol(route.lag, 0.0, instance, model, parameters, measures.n, where)
    who = np.arange(measures.n)
    found = []
    for hour in hours:
        if dose.over is None:
            events = Events.bolus(who, hour, state, entered, lag=lag)
        else:
            events = Events.infusion(who, hour, state, entered, dose.over.hours, lag=lag)
        found.append(Given(dose.drug.name, float(hour), mg, events))
    return found
