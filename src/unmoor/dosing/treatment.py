"""Doses of patients: a regimen, their covariates and their parameters become events and a record to audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unmoor.base.errors import unknown
from unmoor.base.units import dose_to_nmol
from unmoor.dosing.body import Body, typical
from unmoor.dosing.dose import Dose
from unmoor.dosing.entry import entered_state, symbol
from unmoor.dosing.events import Action, Events
from unmoor.dosing.record import Given, record
from unmoor.dosing.rule import amounts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from unmoor.model.model import Model


class Treatment(NamedTuple):
    """Events for the engine, and the record of the doses given: one row a dose and patient, columns `record.COLUMNS`.

    `time` (h) is when the dose is given, before any lag; `amount` is in `unit`, `nmol` the same amount, both before
    bioavailability; `dose` counts the drug's doses from 1; `duration` (h) is 0 for a bolus; `rule` is the text of the
    rule that set the amount.
    """

    events: Events
    doses: pd.DataFrame


def treat(
    doses: Sequence[Dose],
    model: Model,
    patients: pd.DataFrame | None = None,
    parameters: Mapping[str, ArrayLike] | None = None,
    *,
    units: Mapping[str, str] | None = None,
) -> Treatment:
    """The events and dose record of `doses` in `patients`, one row a patient: columns are covariates.

    Covariates are in the unit that `units` or else the model declares (else kg, cm, years, mL/min); without `patients`
    they are as many as `parameters` has, or one, with its covariates or the model's reference values. `parameters`
    (name: values of shape (patient,), internal units) gives bioavailability and lag where patients differ from the
    model's constants.
    Bioavailability scales the amount; as the phrase gives an infusion's duration, that means its rate, as in NONMEM
    where duration is given (where RATE is, see `unmoor.dosing.table`, it is the duration that scales).
    Raises UnknownName for a drug the model does not have or a covariate the patients do not, BadInput for values that
    cannot be meant, Unsupported for a bioavailability or lag that is no constant of the model.
    """
    values = dict(parameters or {})
    if patients is None:
        patients = typical(model, values)
    body = Body(patients, model, units)
    given = [_give(dose, model, body, values) for dose in doses]
    return Treatment(_events(given, body.n), record(given, patients.index.to_numpy()))


def _give(dose: Dose, model: Model, body: Body, values: Mapping[str, ArrayLike]) -> Given:
    where = f"dose '{dose}'"
    if dose.drug.name not in model.drugs:
        raise unknown(f"drug of model '{model.name}'", dose.drug.name, model.drugs, where=where)
    instance, route = model.drugs[dose.drug.name], dose.drug.route(dose.route)
    state = entered_state(f"{instance}.{route.species}", model, where)
    unit = dose.usual.amount.unit
    amount, capped, rule = amounts(dose.rules, body, unit, str(dose))
    nmol = dose_to_nmol(amount, unit, dose.drug.molar_mass.grams_per_mole, where=where)
    bioavailability = symbol(route.bioavailability, 1.0, instance, model, values, body.n, where)
    lag = symbol(route.lag, 0.0, instance, model, values, body.n, where)
    return Given(dose, state, amount, nmol, nmol * bioavailability, lag, capped, rule)


def _events(given: Sequence[Given], n: int) -> Events:
    """Events built as a (patient, event) table, whose rows need sorting only where lags change their order."""
    if not given or not n:
        return Events.none()
    states = tuple(dict.fromkeys(line.state for line in given))
    columns = []  # nominal time, hours added to it, line, sign: +1 a dose or an infusion's start, -1 its end
    for line in given:
        over = line.dose.over.hours if line.dose.over else 0.0
        for hour in line.dose.hours:
            columns.append((hour, 0.0, line, 1))
            if over:
                columns.append((hour, over, line, -1))
    columns.sort(key=lambda column: column[0] + column[1])
    shape = (n, len(columns))
    time, value = np.empty(shape), np.empty(shape)
    for index, (hour, over, line, sign) in enumerate(columns):
        time[:, index] = hour + line.lag + over
        value[:, index] = line.entering * (sign / line.dose.over.hours if line.dose.over else 1.0)
    target = np.array([states.index(line.state) for _, _, line, _ in columns], dtype=np.int32)
    action = np.array([Action.RATE if line.dose.over else Action.ADD for _, _, line, _ in columns], dtype=np.int8)
    start = np.array([hour for hour, _, _, _ in columns])
    patient = np.repeat(np.arange(n, dtype=np.int64), len(columns))
    kind, into, given_at = (np.broadcast_to(part, shape).ravel() for part in (action, target, start))
    return Events(states, patient, time.ravel(), kind, into, value.ravel(), given_at)
