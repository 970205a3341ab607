"""Virtual patients like one: the patient's covariates as they are known, everything else as the population has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.base.random import normal, uniform
from unmoor.planning.patient import Patient
from unmoor.planning.world import World
from unmoor.population.correlation import mixed
from unmoor.population.covariates import Categorical
from unmoor.population.formula import Labels
from unmoor.population.margin import Margin

Floats = NDArray[np.float64]
FLAGS = ("prior_radiotherapy", "prior_lenalidomide")
NUMBERS = ("weight", "age", "creatinine_clearance", "serum_creatinine")


@dataclass(frozen=True, eq=False)
class Pool:
    """A population seen from one patient: `known` covariates by name (number or category)."""

    world: World
    known: dict[str, Any]
    seed: int

    @property
    def dimensions(self) -> int:
        """How many standard normal scores make a virtual patient's parameters."""
        return len(self.world.population.variability)

    def covariates(self, n: int, step: int = 0) -> dict[str, Any]:
        """Columns (patient,) of every covariate: known ones are the patient's, others are drawn."""
        population = self.world.population
        names = [each.name for each in population.covariates]
        scores = {name: normal(self.seed, f"plan: covariate {name}", 0, n, draw=step) for name in names}
        for block in population.blocks:
            if block.names[0] in scores:
                scores |= mixed(block, scores)
        columns: dict[str, Any] = {}
        for each in population.covariate_order:
            columns[each.name] = _held(each, self.known[each.name], n) if each.name in self.known else each.at(
                scores[each.name], columns
            )  # fmt: skip
        return columns

    def parameters(self, scores: Floats, columns: dict[str, Any], step: int = 0) -> dict[str, Floats]:
        """The model's constants that differ, (patient,) each in internal units, at `scores` (patient, dimension)."""
        population, model, n = self.world.population, self.world.population.model, len(scores)
        found: dict[str, Floats] = {}
        for each in population.covariates:
            row = model.rows.get(each.name)
            if row is not None and row.kind == "covariate":
                found[each.name] = _numbers(each, columns[each.name])
        own = {each.name: scores[:, k] for k, each in enumerate(population.variability)}
        for block in population.blocks:
            if block.names[0] in own:
                own |= mixed(block, own)
        drawn = self._drawn(n, step)
        for each in population.variability:
            centre, spread = drawn.pop((each.name, "value"), None), drawn.pop((each.name, "spread"), None)
            found[each.name] = _at(each.margin, own[each.name], centre, spread)
        found |= {name: values for (name, part), values in drawn.items() if part == "value"}
        return {name: values * model.factors.get(name, 1.0) for name, values in found.items()}

    def _drawn(self, n: int, step: int) -> dict[tuple[str, str], Floats]:
        """One posterior draw for each virtual patient: their spread is what differs and what is not known, together."""
        if not self.world.uncertain:
            return {}
        draws = len(next(iter(self.world.uncertain.values())))
        chosen = (uniform(self.seed, "plan: posterior draw", 0, n, draw=step) * draws).astype(np.int64)
        return {key: values[chosen] for key, values in self.world.uncertain.items()}


def pool_of(patient: Patient, world: World, seed: int) -> Pool:
    """The pool of a patient.

    Raises BadInput for a value that no patient of the model may have, or a category that the population has not.
    """
    population = world.population
    has = {each.name: each for each in population.covariates}
    known: dict[str, Any] = {}
    for name in NUMBERS:
        value = getattr(patient, name)
        if value is not None and name in has:
            known[name] = float(value)
    if patient.serum_creatinine is not None and "serum_creatinine" not in has:
        what = f"population '{population.name}' has no serum creatinine"
        raise BadInput(what, where="patient", todo="give creatinine_clearance in mL/min")
    for name in ("sex", "ancestry"):
        value = getattr(patient, name)
        if value is not None and name in has:
            known[name] = str(value)
    for name in FLAGS:
        value = getattr(patient, name)
        if value is not None and name in has:
            known[name] = float(value)
    if patient.prior_lines is not None and "prior_lines" in has:
        known["prior_lines"] = float(patient.prior_lines)
    disease = has.get("disease")
    if isinstance(disease, Categorical) and patient.disease in disease.categories:
        known["disease"] = patient.disease
    for name, value in known.items():
        _refuse_outside(name, value, world)
    return Pool(world, known, seed)


def _refuse_outside(name: str, value: Any, world: World) -> None:
    row = world.population.model.rows.get(name)
    if isinstance(value, str) or row is None or row.kind != "covariate":
        return
    low = -np.inf if row.lower is None else row.lower
    high = np.inf if row.upper is None else row.upper
    each = next((c for c in world.population.covariates if c.name == name), None)
    if name == "weight" and each is not None and each.lower > 0 and np.isfinite(each.upper):
        # half as much again beyond the population's own bounds is no patient of it
        low, high = max(low, each.lower / 1.5), min(high, each.upper * 1.5)
    if not low <= value <= high:
        what = f"{name} of {value:g} {row.unit} is out of range {low:g} to {high:g} for '{world.population.name}'"
        raise BadInput(what, where="patient", todo="check the value, its unit, and the disease or population")


def _held(each: Any, value: Any, n: int) -> Any:
    """A known covariate as a column."""
    if not isinstance(each, Categorical):
        return np.full(n, float(value))
    codes = each.codes or tuple(range(len(each.categories)))
    if isinstance(value, str):
        if value not in each.categories:
            raise unknown(each.name, value, each.categories, where="patient")
        return Labels(np.full(n, each.categories.index(value)), each.categories, codes)
    if value in codes:
        return Labels(np.full(n, codes.index(value)), each.categories, codes)
    # a number that no category stands for, such as lenalidomide in a population that had none: the model takes it
    return np.full(n, float(value))


def _numbers(each: Any, column: Any) -> Floats:
    if isinstance(column, Labels):
        return np.asarray(column.codes, dtype=np.float64)[column.index]
    return np.asarray(column, dtype=np.float64)


def _at(margin: Margin, scores: Floats, centre: Floats | None, spread: Floats | None) -> Floats:
    """The margin at `scores`, with a posterior draw of its centre and spread for each patient where there is one."""
    if centre is None and spread is None:
        return margin.at(scores)
    if margin.distribution != "lognormal":
        return margin.at(scores) + (0.0 if centre is None else centre - margin.centre)
    middle = margin.centre if centre is None else centre
    sigma = margin.sigma if spread is None else np.sqrt(np.log1p((spread / 100) ** 2))
    return np.asarray(np.clip(middle * np.exp(sigma * scores), margin.low, margin.high))
