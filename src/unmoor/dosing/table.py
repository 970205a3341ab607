"""Dosing tables in the columns of NONMEM (ID, TIME, EVID, AMT, CMT, RATE, ADDL, II) become events."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput, Unsupported
from unmoor.base.units import dose_to_nmol
from unmoor.dosing.drug import Drug, Route
from unmoor.dosing.drug_file import library_drugs
from unmoor.dosing.entry import entered_state, symbol
from unmoor.dosing.events import Events
from unmoor.dosing.table_columns import DoseRecords, read_records

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from unmoor.model.model import Model


def read_table(
    table: pd.DataFrame | str | os.PathLike[str],
    model: Model,
    *,
    ids: Sequence[Any] | None = None,
    parameters: Mapping[str, ArrayLike] | None = None,
    amount_unit: str | None = None,
    drugs: Sequence[Drug] = (),
) -> Events:
    """The events of a dosing table: a DataFrame or a CSV file, column names in any case; TIME, AMT and CMT are needed.

    TIME, II: h. AMT: in the unit the model declares for the state it enters, or in `amount_unit`; a mass needs a state
    of a drug's PK. CMT: a state's name, or its number from 1. RATE: AMT's unit per h; above zero the dose is an
    infusion of F AMT / RATE hours, else a bolus. ADDL: further doses, II apart. EVID: 1 a dose, 0 an observation, which
    adds no event; without the column a record with AMT is a dose. Bioavailability F and lag are those of the drug's
    route into that state, from `parameters` (name: shape (patient,), internal units) or else the model; they apply to
    further doses too. Patients are numbered as in `ids`, else in the order of their records; without ID there is one.
    Raises BadInput with row (from 1) and column for what cannot be meant, UnknownName for an unknown column, state or
    ID, Unsupported for SS, EVID 2, 3 and 4, RATE -1 and -2 and other columns of NONMEM.
    """
    records = read_records(table, ids)
    known = {drug.name: drug for drug in (*library_drugs(), *drugs)}
    tables = []
    for text in dict.fromkeys(records.compartment.tolist()):
        rows = np.flatnonzero(records.compartment == text)
        where = f"{records.where}, row {records.row[rows[0]]}"
        state = _state(text, model, where)
        drug, instance, route = _entry(state, model, known, where)
        scale = model.factors.get(state, 1.0)
        if amount_unit is not None:
            mass = drug.molar_mass.grams_per_mole if drug else None
            scale = float(dose_to_nmol(1.0, amount_unit, mass, where=where))
        given = (instance, model, parameters or {}, records.count, where)
        bioavailability = symbol(route.bioavailability if route else None, 1.0, *given)
        lag = symbol(route.lag if route else None, 0.0, *given)
        tables.append(_events(records, rows, state, scale * bioavailability, scale, lag))
    return Events.join(tables)


def _events(
    records: DoseRecords,
    rows: np.ndarray,
    state: str,
    entering: np.ndarray,
    scale: float,
    lag: np.ndarray,
) -> Events:
    """Events of the records `rows`, which all enter `state`; `entering` (patient,) is what one unit of AMT brings."""
    doses = 1 + records.additional[rows]
    each = np.repeat(rows, doses)
    nth = np.arange(each.size) - np.repeat(np.cumsum(doses) - doses, doses)
    time, who = records.time[each] + nth * records.interval[each], records.patient[each]
    amount, rate, late = records.amount[each] * entering[who], records.rate[each] * scale, lag[who]
    bolus, infused = rate == 0, (rate > 0) & (amount > 0)
    return Events.join(
        Events.bolus(who[bolus], time[bolus], state, amount[bolus], lag=late[bolus]),
        Events.infusion(
            who[infused], time[infused], state, amount[infused], amount[infused] / rate[infused], lag=late[infused]
        ),
    )


def _state(text: str, model: Model, where: str) -> str:
    """The state that a CMT names or numbers."""
    if text.isdigit():
        if not 1 <= int(text) <= len(model.states):
            todo = f"give 1 to {len(model.states)}, or the state's name"
            raise BadInput(f"CMT is {text}: there is no such state", where=where, todo=todo)
        return model.states[int(text) - 1]
    return entered_state(text, model, where)


def _entry(state: str, model: Model, known: Mapping[str, Drug], where: str) -> tuple[Drug | None, str, Route | None]:
    """The drug whose PK instance has `state`, that instance, and the route that enters there; None where there is none.

    Raises Unsupported when routes into it differ in bioavailability or lag: the table cannot say which is meant.
    """
    for name, instance in model.drugs.items():
        if name not in known:
            continue
        drug = known[name]
        routes = [r for r in drug.routes if model.resolve(f"{instance}.{r.species}", where=where) == state]
        if len({(route.bioavailability, route.lag) for route in routes}) > 1:
            texts = " and ".join(route.name for route in routes)
            todo = "write the dose as text, which names the route"
            what = f"routes {texts} of {name} enter '{state}' with different bioavailability or lag"
            raise Unsupported(what, where=where, todo=todo)
        if routes or state.startswith(f"{instance}_"):
            return drug, instance, routes[0] if routes else None
    return None, "", None
