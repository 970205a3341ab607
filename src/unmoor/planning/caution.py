"""Where a plan leaves what the virtual population and the model were made for, in sentences for the reader."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmoor.planning.clock import said
from unmoor.planning.condition import Weighted
from unmoor.planning.measurement import Measured, normal_cdf
from unmoor.planning.options import DAY, Option
from unmoor.planning.pool import Pool
from unmoor.population.covariates import Categorical, Derived

Floats = NDArray[np.float64]
LAST_DAY = 8
FEW, TOO_FEW = 200.0, 25.0
RARE = 0.005
FAR = 2.5


def cautions(pool: Pool, weighted: Weighted, measured: tuple[Measured, ...], options: tuple[Option, ...]) -> list[str]:
    """Every reason to trust the plan less, one sentence each; empty where there is none."""
    return [
        *_unknown(pool),
        *_outside(pool),
        *_measured(weighted, measured),
        *_sample(weighted),
        *_late(options),
    ]


def _unknown(pool: Pool) -> list[str]:
    """Covariates that the model uses and nobody told."""
    population = pool.world.population
    uses = [c.name for c in population.covariates if population.model.rows.get(c.name) is not None
            and population.model.rows[c.name].kind == "covariate"]  # fmt: skip
    derived = {c.name for c in population.covariates if isinstance(c, Derived) and c.needs <= pool.known.keys()}
    missing = [name for name in uses if name not in pool.known and name not in derived]
    single = {c.name for c in population.covariates if isinstance(c, Categorical) and len(c.categories) == 1}
    missing = [name for name in missing if name not in single]
    if not missing:
        return []
    words = ", ".join(name.replace("_", " ") for name in missing)
    return [f"Not told, so drawn as population '{population.name}' has it: {words}."]


def _outside(pool: Pool) -> list[str]:
    """Extrapolation: covariates beyond the population's bounds, categories it has not, entry criteria not met."""
    population, found = pool.world.population, []
    for each in population.covariates:
        value = pool.known.get(each.name)
        if value is None:
            continue
        label = each.name.replace("_", " ")
        if isinstance(each, Categorical):
            if not isinstance(value, str) and value not in (each.codes or ()):
                found.append(f"Extrapolation: nobody in '{population.name}' has {label} {value:g}.")
        elif not each.lower <= value <= each.upper:
            unit = f" {each.unit}" if each.unit else ""
            found.append(
                f"Extrapolation: {label} {value:g}{unit} is outside {each.lower:g} to {each.upper:g} of "
                f"'{population.name}'."
            )
    columns = pool.covariates(256)
    for criterion in population.criteria:
        if not all(name in columns for name in criterion.names.values()):
            continue
        # a criterion told by known covariates alone is met by all or by none
        if not np.any(criterion.met(columns, 256)):
            found.append(f"Extrapolation: not met, as in nobody of '{population.name}': {criterion.label}.")
    return found


def _measured(weighted: Weighted, measured: tuple[Measured, ...]) -> list[str]:
    """Values that the population hardly holds, and values that the conditioned patients do not explain."""
    found: list[str] = []
    for k, each in enumerate(measured):
        when = f"{each.what} of {each.value:g} {each.unit} at {said(each.hour)}"
        seen = float(each.scaled(each.value))
        prior = each.scaled(weighted.first.predicted[:, k])
        prior = prior[np.isfinite(prior)]
        # the share of the population that would measure less, errors included
        below = float(np.mean(normal_cdf(seen - prior))) if len(prior) else 0.5
        if not RARE <= below <= 1 - RARE:
            side = "little" if below < RARE else "much"
            rare = min(below, 1 - below)
            more = "less" if below < RARE else "more"
            found.append(f"Extrapolation: {when} is rare in the population: {rare:.1%} would show as {side} or {more}.")
        usable = weighted.weights > 0
        values, weights = each.scaled(weighted.evaluated.predicted[usable, k]), weighted.weights[usable]
        if not len(values):
            continue
        mean = float(weights @ values)
        far = (seen - mean) / np.sqrt(1.0 + float(weights @ (values - mean) ** 2))
        if abs(far) > FAR:
            found.append(
                f"The model does not explain the {when}: patients like this one would have about "
                f"{float(each.unscaled(mean)):.3g}. Check the value, its time and the doses."
            )
    return found


def _sample(weighted: Weighted) -> list[str]:
    if weighted.ess >= FEW:
        return []
    return [
        f"Few virtual patients are like this one: an effective sample of {weighted.ess:.0f} of {weighted.tried:,} "
        "tried. The intervals of the chances are wide for that reason."
    ]


def _late(options: tuple[Option, ...]) -> list[str]:
    latest = max((each.sessions[-1] for each in options if each.sessions), default=0.0)
    if latest < LAST_DAY * DAY:
        return []
    return [
        f"Extrapolation: some sessions would be as late as {said(latest)}; studies that the model was held against end "
        f"on day {LAST_DAY}."
    ]
