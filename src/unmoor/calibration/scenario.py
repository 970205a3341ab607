"""Scenarios run for many parameter sets at once: a set is a patient to the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import UnmoorError
from unmoor.base.files import find
from unmoor.calibration.plan import Scenario
from unmoor.calibration.statistic import Curve
from unmoor.dosing import Regimen
from unmoor.dosing.events import Events
from unmoor.engine.simulator import Simulator
from unmoor.model import Model, load_model

SWITCH, PRODUCT, PROCESSED, BLOOD = "apheresis_on", "apheresis_cd34_product", "processed_volume", "cd34_cells_blood"
RTOL = 1e-8  # tight, for the fit's finite differences
LENIENT_RTOL = 1e-5  # enough where no difference is taken


@lru_cache(maxsize=8)
def scenario_model(name: str, population: str | None) -> Model:
    """The model `name` with the parameter table of `population` laid over it."""
    overlay = (find("populations", population, ".csv"),) if population else ()
    return load_model(name, overlay=overlay)


@lru_cache(maxsize=32)
def _simulator(name: str, population: str | None, outputs: tuple[str, ...], infused: tuple[str, ...]) -> Simulator:
    return Simulator(scenario_model(name, population), outputs, infused)


def run_scenario(
    scenario: Scenario,
    outputs: Sequence[str],
    times: Sequence[float],
    parameters: Mapping[str, NDArray[np.float64]],
    sets: int,
    *,
    lenient: bool = False,
) -> dict[str, Curve]:
    """The curve of each output, (set, time) in internal units, on the scenario's grid joined with `times` (h).

    `parameters` gives values (set,) in internal units. Raises UnmoorError for a set that cannot be integrated, or
    leaves its curves nan where `lenient`.
    """
    model = scenario_model(scenario.model, scenario.population)
    covariates = {name: value * model.factors[model.resolve(name)] for name, value in scenario.covariates.items()}
    forced = {name: value * model.factors.get(model.resolve(name), 1.0) for name, value in scenario.set.items()}
    fixed = {name: np.full(sets, value) for name, value in {**covariates, **forced}.items()}
    values = {**fixed, **parameters}
    events, dose = _treatment(scenario, model, values, sets)
    collecting = (PRODUCT, PROCESSED, BLOOD) if scenario.sessions else ()
    wanted = tuple(dict.fromkeys((*map(model.resolve, outputs), *collecting)))
    infused = tuple(sorted({events.names[k] for k in events.target[events.action == 1]}))
    simulator = _simulator(scenario.model, scenario.population, wanted, infused)
    grid = _grid(scenario, times)
    start = simulator.begin(values, sets)
    rtol = LENIENT_RTOL if lenient else RTOL
    curves, end = simulator.advance(start, events, float(grid[-1]), grid, rtol=rtol, closed=True)
    if np.any(end.status) and not lenient:
        raise UnmoorError(
            f"{np.count_nonzero(end.status)} of {sets} parameter sets could not be integrated",
            where=f"scenario of model '{scenario.model}'",
            todo="narrow the bounds of the fitted parameters",
        )
    series = {name: curves[:, k, :] for k, name in enumerate(wanted)}
    more = [series[name] for name in collecting] if collecting else [None, None, None]
    return {name: Curve(grid, series[model.resolve(name)], dose, *more) for name in outputs}


def _treatment(
    scenario: Scenario, model: Model, values: Mapping[str, NDArray[np.float64]], sets: int
) -> tuple[Events, float]:
    """Events of the doses and of the sessions, and the mass given per kg of body weight."""
    import pandas as pd

    tables, dose = [Events.none()], np.nan
    if scenario.doses:
        rows = {name: row.value for name, row in model.rows.items() if row.kind == "covariate"}
        people = pd.DataFrame({**rows, **scenario.covariates}, index=range(sets))
        constants = {name: value for name, value in values.items() if model.resolve(name) in model.constants}
        given = Regimen.of("\n".join(scenario.doses)).events(model, people, constants)
        tables.append(given.events)
        if len(given.doses) == sets:
            mass = float(given.doses["nmol"].iloc[0]) * model.constants[f"{given.doses['drug'].iloc[0]}_molar_mass"]
            dose = mass / float(people["weight"].iloc[0])
    for session in scenario.sessions:
        patients = np.arange(sets)
        tables.append(Events.switch(patients, session.start, SWITCH, 1.0))
        tables.append(Events.switch(patients, session.start + session.hours, SWITCH, 0.0))
    return Events.join(*tables), dose


def _grid(scenario: Scenario, times: Sequence[float]) -> NDArray[np.float64]:
    """The scenario's own times and those asked for, each once."""
    own = np.arange(0.0, scenario.until + scenario.every / 2, scenario.every)
    asked = [time for time in times if np.isfinite(time)]
    grid = np.unique(np.round(np.concatenate([own[own <= scenario.until], asked, [scenario.until]]), 9))
    return np.asarray(grid[grid <= scenario.until])
