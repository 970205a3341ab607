"""What the model gives for targets: for typical people under many parameter sets, and between people under many CVs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import normal
from unmoor.base.units import factor
from unmoor.calibration.plan import Parameter, Plan
from unmoor.calibration.scenario import run_scenario, scenario_model
from unmoor.calibration.statistic import STATISTICS, Curve
from unmoor.calibration.target import Target
from unmoor.population.variability import variability_of

Floats = NDArray[np.float64]
SEED = 1


@dataclass(frozen=True)
class Held:
    """Values, or CVs in %, fitted by earlier stages: (parameter, value), in the order of fitting."""

    entries: tuple[tuple[Parameter, float], ...] = ()

    def join(self, parameters: Sequence[Parameter], values: Sequence[float]) -> Held:
        """The same with the values of one more stage."""
        return Held((*self.entries, *zip(parameters, values, strict=True)))

    def acting(self, scenario: str) -> dict[str, float]:
        """Value by symbol in one scenario; an entry that names the scenario wins over one that names none."""
        chosen: dict[str, float] = {}
        for special in (False, True):
            for parameter, value in self.entries:
                if bool(parameter.scenarios) == special and (not special or scenario in parameter.scenarios):
                    chosen.update(dict.fromkeys((parameter.symbol, *parameter.also), value))
        return chosen


def predict_typical(
    plan: Plan, targets: Sequence[Target], parameters: Sequence[Parameter], values: Floats, held: Held
) -> Floats:
    """What a typical person gives for each target, (set, target) in its unit, for `values` (set, parameter)."""
    sets = len(values)
    curves: dict[str, dict[str, Curve]] = {}
    for name in dict.fromkeys(name for target in targets for name, _ in target.terms):
        scenario = plan.scenarios[name]
        model = scenario_model(scenario.model, scenario.population)
        rows = [held.join(parameters, list(row)).acting(name) for row in values]
        given = {
            symbol: np.array([row[symbol] for row in rows]) * model.factors[symbol]
            for symbol in rows[0]
            if symbol in model.constants
        }
        mine = [target for target in targets if name in dict(target.terms)]
        curves[name] = run_scenario(scenario, _outputs(mine), _times(mine), given, sets)
    columns = []
    for target in targets:
        logarithm = np.zeros(sets)
        for name, weight in target.terms:
            logarithm += weight * np.log(_observe(target, curves[name]))
        columns.append(np.exp(logarithm) / (1.0 if target.relative else factor(target.unit)))
    return np.array(columns).T


def predict_spread(
    plan: Plan,
    targets: Sequence[Target],
    parameters: Sequence[Parameter],
    values: Floats,
    held: Held,
    spreads: Held,
    people: int,
) -> Floats:
    """CV between people of each target, (set, target) in %, for the CVs `values` (set, parameter) in %.

    Draws are addressed, so the people stay the same whatever the CVs and a target's CV is smooth in them. It is the CV
    of a lognormal quantity with the SD of the logarithms: sqrt(exp(SD^2) - 1).
    """
    found = np.empty((len(values), len(targets)))
    for k, row in enumerate(values):
        fitted = spreads.join(parameters, list(row))
        for name in dict.fromkeys(target.scenario for target in targets):
            mine = [target for target in targets if target.scenario == name]
            drawn = _people(plan, name, held.acting(name), fitted.acting(name), people)
            curves = run_scenario(plan.scenarios[name], _outputs(mine), _times(mine), drawn, people)
            for target in mine:
                variance = np.var(np.log(_observe(target, curves)), ddof=1)
                found[k, targets.index(target)] = 100 * np.sqrt(np.expm1(variance))
    return found


def _people(
    plan: Plan, name: str, centres: Mapping[str, float], spreads: Mapping[str, float], people: int
) -> dict[str, Floats]:
    """Parameters (person,) in internal units: fitted centres, drawn where the tables or `spreads` give variability."""
    scenario = plan.scenarios[name]
    model = scenario_model(scenario.model, scenario.population)
    drawn = {
        symbol: np.full(people, value * model.factors[symbol])
        for symbol, value in centres.items()
        if symbol in model.constants
    }
    for each in variability_of(model):
        centre = centres.get(each.name, each.margin.centre)
        margin = replace(each.margin, centre=centre, spread=spreads.get(each.name, each.margin.spread))
        drawn[each.name] = margin.at(normal(SEED, f"calibration {each.name}", 0, people)) * model.factors[each.name]
    return drawn


def _observe(target: Target, curves: Mapping[str, Curve]) -> Floats:
    return STATISTICS[target.statistic](curves[target.output], target.time, target.start)


def _outputs(targets: Sequence[Target]) -> list[str]:
    return list(dict.fromkeys(target.output for target in targets))


def _times(targets: Sequence[Target]) -> list[float]:
    return [time for target in targets for time in (target.time, target.start)]
