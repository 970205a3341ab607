"""What an option leads to, over weighted virtual patients: chances, sessions, doses, cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import normal
from unmoor.planning.course import Future
from unmoor.planning.measurement import log_sd
from unmoor.planning.patient import Patient, Prices

Floats = NDArray[np.float64]
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A value and an interval; for a chance, that of the simulation (95%), for others 90% of the patients like this."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Forecast:
    """One option's row: chances by target in all sessions and in the first, and what it takes.

    `first_count` in cells/uL, `first_yield` and `total` in 10^6 cells/kg are medians with 90% of patients; `sessions`,
    `doses` (drug -> expected number) and `mg` (drug -> expected milligrams) count from now to the end of collection;
    `dose_mg` is one dose; `cost` is None without prices, and `unpriced` names what has none.
    """

    name: str
    title: str
    first_session: str
    chance: dict[str, Estimate]
    chance_first: dict[str, Estimate]
    sessions: float
    session_hours: float
    session_volume: float
    first_count: Estimate | None
    first_yield: Estimate | None
    total: Estimate
    doses: dict[str, float]
    mg: dict[str, float]
    dose_mg: dict[str, float]
    cost: Estimate | None
    unpriced: tuple[str, ...]


def share(happens: NDArray[np.bool_], weights: Floats, ess: float) -> Estimate:
    """A weighted share and Wilson's 95% interval (1927, J Am Stat Assoc 22:209) at the effective sample size."""
    p = min(1.0, max(0.0, float(weights @ happens)))
    if math.isinf(ess):
        return Estimate(p, p, p)
    z2 = Z95 * Z95
    centre = (p + z2 / (2 * ess)) / (1 + z2 / ess)
    half = Z95 / (1 + z2 / ess) * math.sqrt(p * (1 - p) / ess + z2 / (4 * ess * ess))
    return Estimate(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def quantiles(values: Floats, weights: Floats, at: tuple[float, ...]) -> Floats:
    """Weighted quantiles along the first axis: `values` (patient, ...) -> (fraction, ...)."""
    flat = values.reshape(len(values), -1)
    order = np.argsort(flat, axis=0)
    ranked = np.take_along_axis(flat, order, axis=0)
    reached = np.cumsum(weights[order], axis=0)
    reached /= reached[-1]
    found = np.empty((len(at), flat.shape[1]))
    for k, fraction in enumerate(at):
        first = np.minimum((reached < fraction - 1e-12).sum(axis=0), len(flat) - 1)
        found[k] = ranked[first, np.arange(flat.shape[1])]
    return found.reshape(len(at), *values.shape[1:])


def spread_of(values: Floats, weights: Floats) -> Estimate:
    """Median and the middle 90%."""
    low, middle, high = quantiles(values, weights, (0.05, 0.5, 0.95))
    return Estimate(float(middle), float(low), float(high))


def noisy(yields: Floats, cv: float, seed: int) -> Floats:
    """Yields (patient, session) as sessions of one patient differ by chance; the mean factor is 1."""
    sd = log_sd(cv / 100)
    noise = [normal(seed, f"plan: session {k}", 0, len(yields)) for k in range(yields.shape[1])]
    return yields * np.exp(sd * np.column_stack(noise) - 0.5 * sd * sd) if noise else yields


def forecast(patient: Patient, future: Future, so_far: Floats, weights: Floats, ess: float, seed: int) -> Forecast:
    """The row of an option; `so_far` (patient,) is what was collected before now."""
    option, targets = future.option, patient.targets
    yields = noisy(future.yields, patient.clinic.session_cv, seed)
    total = so_far[:, None] + np.cumsum(yields, axis=1)
    planned = total.shape[1]
    reached_at_last = total[:, -1] if planned else so_far
    # collection ends with the session in which the highest target is reached
    enough = total >= targets[-1]
    used = np.where(enough.any(axis=1), enough.argmax(axis=1) + 1, planned) if planned else np.zeros(len(so_far), int)
    if planned:
        used = np.where(so_far >= targets[-1], 0, used)
    end = np.where(used > 0, np.array([-np.inf, *option.sessions])[used], -np.inf)
    got = np.where(used > 0, np.concatenate([so_far[:, None], total], axis=1)[np.arange(len(used)), used], so_far)
    # without a session nothing is left to chance but what was not measured
    size = ess if planned or np.ptp(so_far) > 0 else math.inf
    chance = {_key(t): share(reached_at_last >= t, weights, size) for t in targets}
    first = total[:, 0] if planned else so_far
    taken = {each.drug: np.zeros(len(weights)) for each in future.doses}
    mg, cost, unpriced = dict(taken), np.zeros(len(weights)), []
    for each in future.doses:
        given = each.hour <= end
        taken[each.drug] = taken[each.drug] + given
        mg[each.drug] = mg[each.drug] + given * each.mg
        pack = patient.prices.drugs.get(each.drug)
        if pack is not None:
            cost = cost + given * np.ceil(each.mg / pack.mg - 1e-9) * pack.price
        elif each.drug not in unpriced:
            unpriced.append(each.drug)
    if patient.prices.session is not None:
        cost = cost + used * patient.prices.session
    elif planned:
        unpriced.append("session")
    return Forecast(
        name=option.name,
        title=option.title,
        first_session=option.when,
        chance=chance,
        chance_first={_key(t): share(first >= t, weights, size) for t in targets},
        sessions=float(weights @ used),
        session_hours=patient.clinic.hours * option.volume if planned else 0.0,
        session_volume=float(weights @ future.volume) if planned else 0.0,
        first_count=spread_of(future.before[:, 0], weights) if planned else None,
        first_yield=spread_of(yields[:, 0], weights) if planned else None,
        total=spread_of(got, weights),
        doses={drug: float(weights @ count) for drug, count in taken.items()},
        mg={drug: float(weights @ amount) for drug, amount in mg.items()},
        dose_mg={each.drug: float(weights @ each.mg) for each in future.doses},
        cost=_cost(patient.prices, cost, weights),
        unpriced=tuple(unpriced),
    )


def _key(target: float) -> str:
    return f"{target:g}"


def _cost(prices: Prices, cost: Floats, weights: Floats) -> Estimate | None:
    """The expected cost with the middle 90% of patients; None where the user set no price."""
    if prices.session is None and not prices.drugs:
        return None
    low, high = quantiles(cost, weights, (0.05, 0.95))
    return Estimate(float(weights @ cost), float(low), float(high))
