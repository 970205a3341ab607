"""sensitivities: curves and their derivatives by chosen parameters, as an xarray Dataset with a parameter axis."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from unmoor.base.errors import BadInput, Unsupported
from unmoor.dosing import Regimen
from unmoor.dosing.events import Action, Events
from unmoor.dosing.table import refuse_several_courses
from unmoor.dosing.time_order import snapped_to
from unmoor.dosing.timeline import in_order
from unmoor.engine.ensemble import Floats
from unmoor.engine.event_tangents import event_tangent, infused_tangents, with_tangents
from unmoor.engine.integrate import _dataset, _grid, _parameters, _reported
from unmoor.engine.table_curves import set_apart, table_of
from unmoor.engine.tangent_simulator import TangentSimulator
from unmoor.model.model import Model

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def sensitivities(
    model: Model,
    to: Sequence[str],
    dose: Regimen | str | None = None,
    *,
    events: pd.DataFrame | str | os.PathLike[str] | Events | None = None,
    parameters: pd.DataFrame | Mapping[str, ArrayLike] | None = None,
    times: ArrayLike | None = None,
    hours: float | None = None,
    outputs: Sequence[str] | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    covariates: Literal["locf", "nocb"] = "locf",
) -> xr.Dataset:
    """Curves as `integrate` gives them and, for each output X, d_X with an axis `parameter`: dX / d parameter.

    `to` names constants, covariates and states (their initial value); d_X is in the unit of X over that of the
    parameter, both as declared. Everything else is as in `integrate`, times of output being given. Derivatives are
    exact, from the same generated code, and cover what a parameter does through initial values, steady starts and the
    treatment: bioavailability, lag, modelled rates and durations, doses by covariates. They take part in error
    control: p dX/dp is held to `rtol` of itself or of X, whichever is larger, and to `atol`.

    Equations: the staggered forward method, docs/sensitivities.md. Raises UnknownName for an unknown symbol, BadInput
    for what cannot be meant, Unsupported for events of the model itself, steady states of doses, and parameters that
    an event sets or that change the number or order of events.
    """
    grid = _grid(times, hours)
    if not (0 < rtol < 1 and atol > 0):
        raise BadInput(f"rtol {rtol:g} and atol {atol:g} are not usable", todo="0 < rtol < 1 and atol > 0")
    if dose is not None and events is not None:
        raise BadInput("both a regimen and an event table are given", todo="give one of `dose` and `events`")
    if model.events:
        raise Unsupported("sensitivities of a model with events of its own", where=f"model '{model.name}'")
    apart = set_apart(model, parameters)
    given, labels = _parameters(model, apart.rest)
    labels = apart.labels or labels
    shown = _reported(model, outputs, (), ())
    chosen = _chosen(model, to, given)
    treatment = _Treatment(model, dose, events, given, apart.doses, labels, covariates)
    labels = treatment.labels
    count = len(labels) if labels is not None else 1
    values = {name: np.broadcast_to(value, (count,)) for name, value in {**given, **treatment.start}.items()}
    for name in chosen:
        if name not in model.states:
            values.setdefault(name, np.full(count, model.constants[name]))

    happening = treatment.events(values)
    _refuse_set(happening, chosen)
    constants = {name: value for name, value in values.items() if name not in model.states}
    found = [one for name in chosen if name in constants and (one := event_tangent(treatment.events, constants, name))]
    happening = replace(happening, time=snapped_to(grid, happening.time))
    infused = sorted({happening.names[k] for k in happening.target[happening.action == Action.RATE]})
    simulator = TangentSimulator(model, chosen, list(shown.values()), infused, infused_tangents(happening, found))
    begin = float(min([0.0, grid[0], happening.time.min(initial=0.0)]))
    snapshot = simulator.begin(values, count, begin)
    scales = simulator.scales(snapshot)
    if found:
        by_name = dict(zip(chosen, scales.T, strict=True))
        happening = with_tangents(happening, found, by_name, model.states[0])
    until = max(float(grid[-1]), begin)
    curves, last = simulator.advance(snapshot, happening, until, grid, rtol=rtol, atol=atol, closed=True)
    plain = len(shown)
    dataset = _dataset(model, shown, curves[:, :plain], grid, labels, last)
    derivatives = curves[:, plain:].reshape(count, len(chosen), plain, len(grid)) / scales[:, :, None, None]
    return _with_derivatives(dataset, model, to, chosen, shown, derivatives)


class _Treatment:
    """What is given, as events for any values of the parameters."""

    def __init__(
        self, model: Model, dose: Regimen | str | None, events: Any, given: Mapping[str, Floats], doses: Mapping,
        labels: list[Any] | None, covariates: Literal["locf", "nocb"],
    ) -> None:  # fmt: skip
        self.model, self.covariates, self.doses = model, covariates, doses
        self.dose = Regimen.of(dose) if isinstance(dose, str) else dose
        self.table = None if events is None or isinstance(events, Events) else events
        self.fixed = events if isinstance(events, Events) else Events.none()
        self.labels, self.start = labels, {}
        if self.table is None:
            if doses:
                what = f"'{next(iter(doses))}' is a parameter of an event table's doses, and there is no such table"
                raise BadInput(what, todo="leave it out; a regimen's doses have the parameters of the drug's routes")
            if labels is None and len(self.fixed):
                self.labels = list(range(int(self.fixed.patient[-1]) + 1))
            return
        table = table_of(self.table, model, given, doses, labels, covariates)
        refuse_several_courses(table)
        where = table.columns.where
        if table.steady is not None:
            todo = "write the doses before, with ADDL"
            raise Unsupported("sensitivities of a steady state of doses (SS)", where=where, todo=todo)
        named = table.columns.labels
        self.labels, self.start = None if named is None else list(named), dict(table.start)

    def events(self, values: Mapping[str, Floats]) -> Events:
        """The events of patients with these values, shape (patient,), internal units."""
        if self.dose is not None:
            return self.dose.events(self.model, parameters=dict(values) or None).events
        if self.table is None:
            return self.fixed
        own = {name: value for name, value in values.items() if name not in self.start}
        return in_order(table_of(self.table, self.model, own, self.doses, self.labels, self.covariates).timeline)[0]


def _chosen(model: Model, to: Sequence[str], given: Mapping[str, Floats]) -> list[str]:
    """The ids of the parameters, each a constant or a state whose start is free."""
    if isinstance(to, str) or not len(to):
        raise BadInput("the parameters are not a list of names", where="sensitivities", todo='give ["clearance", ...]')
    found: list[str] = []
    for name in to:
        own = model.resolve(str(name), where="sensitivities")
        if own in found:
            raise BadInput(f"parameter '{name}' is named twice", where="sensitivities", todo="leave one of them")
        if own in model.switches:
            raise BadInput(f"'{name}' is a switch, which events set", where="sensitivities", todo="leave it out")
        if own not in model.constants and own not in model.states:
            what = f"'{name}' is computed by model '{model.name}'"
            todo = "name constants, covariates or states: " + ", ".join(sorted(model.constants)[:20])
            raise BadInput(what, where="sensitivities", todo=todo)
        if own in model.steady and own not in given:
            what = f"the start of '{name}' is solved, it is no parameter"
            raise BadInput(what, where="sensitivities", todo="name what it is solved from, or give its start")
        found.append(own)
    return found


def _refuse_set(events: Events, chosen: Sequence[str]) -> None:
    settings = {events.names[k] for k in events.target[events.action == Action.SET]}
    for name in chosen:
        if name in settings:
            what = f"'{name}' changes in time, set by an event: it is not one number to take a derivative by"
            raise Unsupported(what, where="sensitivities", todo="leave it out of the parameters")


def _with_derivatives(
    dataset: xr.Dataset, model: Model, to: Sequence[str], chosen: Sequence[str], shown: Mapping[str, str],
    derivatives: Floats,
) -> xr.Dataset:  # fmt: skip
    """The dataset with d_X (patient, parameter, time) in declared units."""
    factors = np.array([model.factors.get(name, 1.0) for name in chosen])
    units = [model.units.get(name, "") for name in chosen]
    found = dataset.assign_coords(parameter=("parameter", [str(name) for name in to]))
    found = found.assign_coords(parameter_unit=("parameter", units))
    for k, (name, symbol) in enumerate(shown.items()):
        values = derivatives[:, :, k] * (factors / model.factors.get(symbol, 1.0))[None, :, None]
        axes = dataset[name].dims
        own = values if len(axes) == 2 else values[0]
        found[f"d_{name}"] = ((*axes[:-1], "parameter", axes[-1]), own, {"units": model.units.get(symbol, "")})
    return found
