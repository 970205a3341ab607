"""What the model gives for targets under many parameter sets at once: for a typical person, or for virtual people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
PATIENTS = 16_384  # virtual people integrated at once; enough for all lanes and threads, little enough for memory


@dataclass(frozen=True)
class Held:
    """Fitted values, or CVs in %, each one number or (set,): (parameter, value), in the order of fitting."""

    entries: tuple[tuple[Parameter, float | Floats], ...] = ()

    def join(self, parameters: Sequence[Parameter], values: Iterable[float | Floats]) -> Held:
        """The same with more values, which win over those there are."""
        return Held((*self.entries, *zip(parameters, values, strict=True)))

    def acting(self, scenario: str, part: str = "value") -> dict[str, float | Floats]:
        """Value by symbol in one scenario; an entry that names the scenario wins over one that names none."""
        chosen: dict[str, float | Floats] = {}
        for special in (False, True):
            for parameter, value in self.entries:
                here = scenario in parameter.scenarios if special else not parameter.scenarios
                if here and (parameter.part or "value") == part:
                    chosen.update(dict.fromkeys((parameter.symbol, *parameter.also), value))
        return chosen


def predict(
    plan: Plan,
    targets: Sequence[Target],
    parameters: Sequence[Parameter],
    values: Floats,
    held: Held,
    *,
    lenient: bool = False,
) -> Floats:
    """What the model gives for each target, (set, target) in its unit or in %, for `values` (set, parameter).

    Virtual people are addressed, so they stay the same whatever the values and a prediction is smooth in these. Raises
    UnmoorError for a set that cannot be integrated; `lenient` gives nan for it instead.
    """
    fitted = held.join(parameters, list(np.asarray(values, dtype=float).T))
    found = np.empty((len(values), len(targets)))
    people = {stage.name: stage.people for stage in plan.stages}
    for count in dict.fromkeys(people[target.stage] if target.against == "people" else 0 for target in targets):
        mine = [k for k, row in enumerate(targets) if (people[row.stage] if row.against == "people" else 0) == count]
        rows = [targets[k] for k in mine]
        if count:
            found[:, mine] = _of_people(plan, rows, fitted, len(values), count, lenient)
        else:
            found[:, mine] = _typical(plan, rows, fitted, len(values), lenient)
    return found


def _typical(plan: Plan, targets: Sequence[Target], fitted: Held, sets: int, lenient: bool) -> Floats:
    curves: dict[str, dict[str, Curve]] = {}
    for name in dict.fromkeys(name for target in targets for name, _ in target.terms):
        scenario = plan.scenarios[name]
        model = scenario_model(scenario.model, scenario.population)
        given = {
            symbol: np.broadcast_to(value, sets) * model.factors[symbol]
            for symbol, value in fitted.acting(name).items()
            if symbol in model.constants
        }
        mine = [target for target in targets if name in dict(target.terms)]
        curves[name] = run_scenario(scenario, outputs_of(mine), times_of(mine), given, sets, lenient=lenient)
    columns = []
    for target in targets:
        logarithm = np.zeros(sets)
        for name, weight in target.terms:
            logarithm += weight * np.log(observe(target, curves[name]))
        columns.append(np.exp(logarithm) / (1.0 if target.relative else factor(target.unit)))
    return np.array(columns).T


def _of_people(plan: Plan, targets: Sequence[Target], fitted: Held, sets: int, people: int, lenient: bool) -> Floats:
    found = np.empty((sets, len(targets)))
    at_once = max(1, PATIENTS // people)
    for first in range(0, sets, at_once):
        part = slice(first, min(first + at_once, sets))
        for name in dict.fromkeys(target.scenario for target in targets):
            mine = [target for target in targets if target.scenario == name]
            some = part.stop - part.start
            drawn = people_of(plan, name, _part(fitted, part), some, people)
            curves = run_scenario(
                plan.scenarios[name], outputs_of(mine), times_of(mine), drawn, some * people, lenient=lenient
            )
            for target in mine:
                individuals = observe(target, curves).reshape(some, people)
                unit = 1.0 if target.observed.in_percent or target.relative else factor(target.unit)
                found[part, targets.index(target)] = target.observed.of_people(individuals) / unit
    return found


def _part(fitted: Held, part: slice) -> Held:
    """The held values of some of the sets."""
    return Held(tuple((each, value[part] if np.ndim(value) else value) for each, value in fitted.entries))  # type: ignore[index]


def people_of(plan: Plan, name: str, fitted: Held, sets: int, people: int) -> dict[str, Floats]:
    """Parameters (set x person,) in internal units of scenario `name`: fitted centres and CVs, drawn where they vary.

    Person i of every set has the same standard normal scores.
    """
    scenario = plan.scenarios[name]
    model = scenario_model(scenario.model, scenario.population)
    centres, spreads = fitted.acting(name, "value"), fitted.acting(name, "spread")
    drawn = {
        symbol: np.repeat(np.broadcast_to(value, sets) * model.factors[symbol], people)
        for symbol, value in centres.items()
        if symbol in model.constants
    }
    for each in variability_of(model):
        scores = normal(SEED, f"calibration {each.name}", 0, people)
        middle = np.broadcast_to(centres.get(each.name, each.margin.centre), sets)
        cvs = np.broadcast_to(spreads.get(each.name, each.margin.spread), sets)
        values = [
            replace(each.margin, centre=float(one), spread=float(cv)).at(scores)
            for one, cv in zip(middle, cvs, strict=True)
        ]
        drawn[each.name] = np.concatenate(values) * model.factors[each.name]
    return drawn


def observe(target: Target, curves: Mapping[str, Curve]) -> Floats:
    """The target's statistic (set,) of the curves of one scenario, in internal units."""
    return STATISTICS[target.statistic](curves[target.output], target.time, target.start)


def outputs_of(targets: Sequence[Target]) -> list[str]:
    """The outputs that targets look at, each once."""
    return list(dict.fromkeys(target.output for target in targets))


def times_of(targets: Sequence[Target]) -> list[float]:
    """The times (h) that targets look at."""
    return [time for target in targets for time in (target.time, target.start)]
