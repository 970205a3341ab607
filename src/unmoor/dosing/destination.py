"""Where a record's dose enters: CMT as a state of the model, in which unit, with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput, Unsupported
from unmoor.base.units import dose_to_nmol
from unmoor.dosing.dose_parameters import SPELLED, DoseParameter, named_in
from unmoor.dosing.drug import Drug, Route
from unmoor.dosing.entry import entered_state

if TYPE_CHECKING:
    from collections.abc import Collection

    from unmoor.model.model import Model


@dataclass(frozen=True)
class Destination:
    """A state that doses enter; `scale` turns AMT into the state's internal amount, `concentration` where it holds one.

    `sources` says, for each kind of dose parameter that there is, the symbol of the model or the parameter itself.
    """

    state: str
    scale: float
    concentration: bool
    sources: Mapping[str, str | DoseParameter]


def destination(
    text: str,
    model: Model,
    drugs: Mapping[str, Drug],
    given: Collection[DoseParameter],
    amount_unit: str | None,
    where: str,
) -> Destination:
    """The destination that a CMT names or numbers; `given` are the dose parameters that table and user bring.

    Raises BadInput for a number that no state has or a parameter given twice, UnknownName for a name, Unsupported for
    routes into one state that differ.
    """
    state = _state(text, model, where)
    drug, instance, route = _entry(state, model, drugs, where)
    scale = model.factors.get(state, 1.0)
    if amount_unit is not None:
        mass = drug.molar_mass.grams_per_mole if drug else None
        scale = float(dose_to_nmol(1.0, amount_unit, mass, where=where))
    named = named_in(model)
    sources: dict[str, str | DoseParameter] = {}
    for kind in SPELLED:
        parameter = DoseParameter(kind, state)
        found: list[str | DoseParameter] = [*named.get(parameter, ())]
        found += [parameter] if parameter in given else []
        if route is not None and (name := getattr(route, kind)) is not None:
            found.append(model.resolve(f"{instance}.{name}", where=where))
        found = list(dict.fromkeys(found))
        if len(found) > 1:
            texts = " and ".join(f"'{each}'" for each in found)
            what = f"{texts} both give the {kind} of doses into '{state}'"
            raise BadInput(what, where=where, todo="keep one of them")
        if found:
            sources[kind] = found[0]
    counts = any(symbol == state != amount for amount, symbol in model.species.values())
    return Destination(state, scale, counts, sources)


def _state(text: str, model: Model, where: str) -> str:
    """The state that a CMT names or numbers; without one NONMEM's default for doses: a depot, else the first state."""
    if text.isdigit() and int(text):
        if int(text) > len(model.states):
            todo = f"give 1 to {len(model.states)}, or the state's name"
            raise BadInput(f"CMT is {text}: there is no such state", where=where, todo=todo)
        return model.states[int(text) - 1]
    if text not in ("", "0"):
        return entered_state(text, model, where)
    depots = [state for state in model.states if state.casefold() in ("depot", "a_depot")]
    if len(model.states) == 1 or (not model.instances and not depots):
        return model.states[0]
    if len(depots) == 1:
        return depots[0]
    raise BadInput("a dose without CMT", where=where, todo="name the state that it enters, or give its number from 1")


def _entry(state: str, model: Model, known: Mapping[str, Drug], where: str) -> tuple[Drug | None, str, Route | None]:
    """The drug whose PK instance has `state`, that instance, and the route that enters there; None where there is none.

    Raises Unsupported when routes into it differ in bioavailability or lag: the table cannot say which is meant.
    """
    for name, instance in model.drugs.items():
        if name not in known:
            continue
        drug = known[name]
        routes = [r for r in drug.routes if model.resolve(f"{instance}.{r.species}", where=where) == state]
        if len({(r.bioavailability, r.lag, r.rate, r.duration) for r in routes}) > 1:
            texts = " and ".join(route.name for route in routes)
            todo = "write the dose as text, which names the route"
            what = f"routes {texts} of {name} enter '{state}' with different bioavailability or lag"
            raise Unsupported(what, where=where, todo=todo)
        if routes or state.startswith(f"{instance}_"):
            return drug, instance, routes[0] if routes else None
    return None, "", None
