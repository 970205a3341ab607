"""How many events and patients a comparison of two survival curves needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.phase_two.group_sequential import Bounds


@dataclass(frozen=True, slots=True)
class SurvivalSize:
    """Events and patients (both arms, not rounded), and each arm's chance of an event by the end."""

    events: float
    patients: float
    control_event: float
    treated_event: float


def survival_size(
    hazard_ratio: float,
    control_median: float,
    accrual: float,
    follow_up: float,
    *,
    alpha: float = 0.025,
    power: float = 0.8,
    bounds: Bounds | None = None,
) -> SurvivalSize:
    """Size of a 1:1 log-rank test, one-sided `alpha`, with exponential survival and uniform accrual.

    Equation (Schoenfeld, Biometrika 1981;68:316): events = 4 (z(1-alpha) + z(power))^2 / log(hazard_ratio)^2, times
    the inflation of group sequential `bounds`; patients = events / mean chance of an event. Times share any unit.
    Raises BadInput for a ratio of 1, times that are not positive, or chances outside (0, 1).
    """
    from scipy.special import ndtri

    where = "survival size"
    fraction("alpha", alpha, where=where)
    fraction("power", power, where=where)
    if not (hazard_ratio > 0 and hazard_ratio != 1 and math.isfinite(hazard_ratio)):
        raise BadInput(f"the hazard ratio is {hazard_ratio:g}", where=where, todo="give a positive ratio other than 1")
    for name, value in (("control_median", control_median), ("accrual", accrual)):
        if not 0 < value < math.inf:
            raise BadInput(f"{name} is {value:g}", where=where, todo="give a positive time")
    if not 0 <= follow_up < math.inf:
        raise BadInput(f"follow_up is {follow_up:g}", where=where, todo="give a time of at least 0")
    spent = alpha if bounds is None else bounds.spent[-1]
    events = 4 * float(ndtri(1 - spent) + ndtri(power)) ** 2 / math.log(hazard_ratio) ** 2
    events *= 1.0 if bounds is None else bounds.inflation(power)
    hazards = math.log(2) / control_median, hazard_ratio * math.log(2) / control_median
    control, treated = (_event_chance(hazard, accrual, follow_up) for hazard in hazards)
    return SurvivalSize(events, 2 * events / (control + treated), control, treated)


def hazard_ratio_at_looks(bounds: Bounds, events: float) -> tuple[float, ...]:
    """The estimated hazard ratio that just crosses at each look of a 1:1 trial with `events` in all.

    exp(-2 z / sqrt(events so far)). Raises BadInput for a number of events that is not positive.
    """
    if not events > 0:
        raise BadInput(f"{events:g} events", where="hazard ratios", todo="give a positive number")
    so_far = events * np.array(bounds.information)
    return tuple(float(ratio) for ratio in np.exp(-2 * np.array(bounds.critical) / np.sqrt(so_far)))


def _event_chance(hazard: float, accrual: float, follow_up: float) -> float:
    """The chance of an event by the end, averaged over uniform entry times."""
    alive = (math.exp(-hazard * follow_up) - math.exp(-hazard * (accrual + follow_up))) / (hazard * accrual)
    return 1 - alive
