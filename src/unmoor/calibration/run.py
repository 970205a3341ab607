"""A whole calibration: the fit, its posterior, what draws give for every row, profiles and sensitivities."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.calibration.estimate import Fit, calibrate
from unmoor.calibration.plan import Plan
from unmoor.calibration.predict import Held, predict
from unmoor.calibration.profile import Profile, profile
from unmoor.calibration.sampler import Sample, sample_posterior
from unmoor.calibration.sensitivity import Sensitivity, sensitivity
from unmoor.calibration.target import Target

Floats = NDArray[np.float64]
PEOPLE_DRAWS = 40  # of rows about people: each draw is some hundred patients
PROFILES = 6  # parameters profiled where the plan names none


@dataclass(frozen=True, eq=False)
class Calibration:
    """What a calibration came to; `ranges` maps (stage, row) to the 5th and 95th percentile of its predictions.

    `sample` is None and `ranges`, `profiles` and `sensitivities` are empty where no posterior was asked for.
    """

    plan: Plan
    fit: Fit
    sample: Sample | None
    ranges: dict[tuple[str, str], tuple[float, float]]
    profiles: tuple[Profile, ...]
    sensitivities: tuple[Sensitivity, ...]
    command: str


def calibrated(
    plan: Plan,
    *,
    stages: Collection[str] = (),
    draws: int = 400,
    starts: int = 1,
    seed: int = 1,
    profiles: bool = False,
    sensitivities: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Calibration:
    """Fit `plan`, sample its posterior (`draws` of 0: only fit), and on demand profile it and ask for sensitivities.

    Raises what `calibrate`, `sample_posterior`, `profile` and `sensitivity` raise.
    """
    fit = calibrate(plan, stages=stages, starts=starts, seed=seed, progress=progress)
    sample = sample_posterior(fit, draws=draws, seed=seed, progress=progress) if draws else None
    ranges: dict[tuple[str, str], tuple[float, float]] = {}
    found: tuple[Profile, ...] = ()
    asked: tuple[Sensitivity, ...] = ()
    if sample is not None:
        ranges = predicted_ranges(fit, sample)
        if profiles:
            found = profile(fit, plan.profiles or least_known(fit, sample), progress=progress)
        if sensitivities:
            asked = sensitivity(plan, sample, seed=seed, progress=progress)
    options = f" --starts {starts}" if starts != 4 else ""
    options += f" --seed {seed}" if seed != 1 else ""
    options += f" --draws {draws}" if draws != 400 else ""
    options += " --sensitivity" if sensitivities else ""
    return Calibration(plan, fit, sample, ranges, found, asked, f"unmoor calibrate {plan.name}{options}")


def predicted_ranges(fit: Fit, sample: Sample) -> dict[tuple[str, str], tuple[float, float]]:
    """(stage, row) -> 5th and 95th percentile of the row's predictions over the draws, in the row's unit."""
    rows = {(row.target.stage, row.target.id): row.target for stage in fit.stages for row in stage.outcomes}
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for people in (False, True):
        some = {key: row for key, row in rows.items() if (row.against == "people") == people}
        if some:
            values = sample.values[: PEOPLE_DRAWS if people else None]
            predicted = _predicted(fit.plan, list(some.values()), sample, values)
            low, high = np.nanquantile(predicted, (0.05, 0.95), axis=0)
            found |= {key: (float(low[k]), float(high[k])) for k, key in enumerate(some)}
    return found


def _predicted(plan: Plan, rows: Sequence[Target], sample: Sample, values: Floats) -> Floats:
    return predict(plan, rows, sample.parameters, values, Held(), lenient=True)


def least_known(fit: Fit, sample: Sample) -> tuple[str, ...]:
    """Headings of the values that the rows say least about: widest posteriors first, spreads left out."""
    typical = {each.parameter.heading for stage in fit.stages if not stage.stage.people for each in stage.estimates}
    widths = sample.logarithms.std(axis=0)
    order = sorted(range(len(widths)), key=lambda k: -float(widths[k]))
    return tuple(sample.parameters[k].heading for k in order if sample.parameters[k].heading in typical)[:PROFILES]
