"""plan: one patient and a virtual population; what each option would lead to."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.base.random import uniform
from unmoor.planning.caution import TOO_FEW, cautions
from unmoor.planning.clock import said
from unmoor.planning.condition import condition
from unmoor.planning.course import Courses, Future, Past
from unmoor.planning.forecast import Forecast, forecast, quantiles
from unmoor.planning.measurement import log_likelihood
from unmoor.planning.options import options_of
from unmoor.planning.patient import Patient
from unmoor.planning.patient_file import patient_from, patient_to, read_patient
from unmoor.planning.pool import pool_of
from unmoor.planning.world import load_world, population_of

Floats = NDArray[np.float64]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NOTICE = "Research software, not a medical device."
Z90 = 1.6448536269514722
#: virtual patients followed into the future; more say little more than the effective sample does
FOLLOWED = 1024


@dataclass(frozen=True, eq=False)
class Band:
    """CD34+ in blood over time: `time` (h) and, by fraction, weighted quantiles (time,) in cells/uL."""

    time: Floats
    quantiles: dict[float, Floats]


@dataclass(frozen=True, eq=False)
class Plan:
    """What to expect of one patient: a row an option, bands of CD34+, and how far to trust them.

    `ess` is the effective number of virtual patients after `tried` were computed, `steps` what it was after each
    proposal; `cautions` are sentences; `bands` maps an option's name, or "past", to its curve, and `sessions` to
    its sessions; `points` are measured CD34+ counts, (h, value, and the 90% range of the true one).
    """

    patient: Patient
    population: str
    options: tuple[Forecast, ...]
    bands: dict[str, Band]
    ess: float
    tried: int
    steps: tuple[float, ...]
    failed: int
    cautions: tuple[str, ...]
    doubt: str
    seed: int
    sessions: dict[str, tuple[tuple[float, float], ...]]
    points: tuple[tuple[float, float, float, float], ...]

    def sessions_of(self, name: str) -> tuple[tuple[float, float], ...]:
        """(start, stop) in hours of every session of an option, those of the past before them."""
        return self.sessions["past"] + self.sessions[name]

    def option(self, name: str) -> Forecast:
        """The row of the option called `name`; UnknownName with the nearest where there is none."""
        for each in self.options:
            if each.name == name:
                return each
        raise unknown("option", name, [each.name for each in self.options])

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON values; the schema is in docs/planning.md."""
        return {
            "notice": NOTICE,
            "patient": patient_to(self.patient),
            "now": said(self.patient.hour),
            "population": self.population,
            "seed": self.seed,
            "effective_sample": round(self.ess, 1),
            "patients_tried": self.tried,
            "patients_failed": self.failed,
            "cautions": list(self.cautions),
            "uncertainty": self.doubt,
            "options": [{**dataclasses.asdict(each), "unpriced": list(each.unpriced)} for each in self.options],
            "curves": {
                name: {
                    "hours": [round(float(t), 4) for t in band.time],
                    **{f"p{100 * q:g}": [float(f"{v:.5g}") for v in values] for q, values in band.quantiles.items()},
                }
                for name, band in self.bands.items()
            },
        }


def plan(
    patient: Patient | Mapping[str, Any] | str | os.PathLike[str], *,
    patients: int = 4000, seed: int = 1, only: Collection[str] | None = None,
) -> Plan:  # fmt: skip
    """The chances of each option for `patient`, a Patient, a mapping of its fields or a JSON file.

    `patients` virtual patients of the same disease and covariates are weighted by how likely they would have given the
    measured values (importance sampling; see `unmoor.planning.condition`); more are drawn where few of them count.
    `only` names the options to follow, all where it is None. Raises BadInput for what cannot be, and where no virtual
    patient is like this one.
    """
    if not isinstance(patient, Patient):
        patient = patient_from(patient) if isinstance(patient, Mapping) else read_patient(patient)
    if isinstance(patients, bool) or not isinstance(patients, int) or not 200 <= patients <= 200_000:
        raise BadInput(f"{patients} virtual patients", todo="give a whole number from 200 to 200,000")
    name = population_of(patient)
    world = load_world(name)
    pool = pool_of(patient, world, seed)
    courses = Courses(patient, pool)
    grid = np.unique(np.append(np.arange(0.0, max(patient.hour, 0.0), 2.0), patient.hour))

    def evaluate(scores: Floats, step: int) -> tuple[Floats, Past]:
        past = courses.past(scores, step, grid)
        likelihood = log_likelihood(past.predicted, courses.measured)
        return np.where(past.snapshot.status == 0, likelihood, -np.inf), past

    found = condition(evaluate, pool.dimensions, patients, seed, wanted=0.2 * patients)
    if found.ess < TOO_FEW:
        raise BadInput(
            f"of {found.tried:,} virtual patients of '{name}' no more than {found.ess:.0f} are like this one",
            where="patient",
            todo="check the measured values, their times and the doses; no chance is stated from so few",
        )
    gcsf = courses.gcsf
    options = options_of(
        patient, last_gcsf=None if gcsf is None else gcsf[1], last_plerixafor=courses.last_plerixafor
    )  # fmt: skip
    if only is not None:
        for each in only:
            if each not in [option.name for option in options]:
                raise unknown("option", each, [option.name for option in options])
        options = tuple(option for option in options if option.name in only)
    past, weights, size = _followed(found.evaluated, found.weights, found.ess, seed)
    futures = [courses.future(past, option) for option in options]
    weights = np.where(_whole(futures), weights, 0.0)
    weights = weights / weights.sum()
    rows = [forecast(patient, each, past.collected, weights, size, seed) for each in futures]
    bands = {"past": Band(grid, _bands(past.cd34, weights))}
    bands |= {each.option.name: Band(each.times, _bands(each.cd34, weights)) for each in futures}
    return Plan(
        patient=patient,
        population=name,
        options=tuple(rows),
        bands=bands,
        ess=found.ess,
        tried=found.tried,
        steps=found.steps,
        failed=int(np.sum(found.evaluated.snapshot.status != 0)),
        cautions=tuple(cautions(pool, found, courses.measured, options)),
        doubt=world.doubt,
        seed=seed,
        sessions={"past": tuple((each.hour, patient.end(each)) for each in patient.sessions)}
        | {
            each.name: tuple((start, start + patient.clinic.hours * each.volume) for start in each.sessions)
            for each in options
        },
        points=tuple(
            (each.hour, each.value, *each.range(Z90)) for each in courses.measured if each.what == "CD34+ count"
        ),
    )


def _followed(past: Past, weights: Floats, ess: float, seed: int) -> tuple[Past, Floats, float]:
    """At most FOLLOWED patients that stand for all, by systematic resampling, and the effective sample that is left.

    A patient drawn k times is followed once, with weight k (Carpenter 1999, IEE Proc Radar Sonar Navig 146:2).
    """
    if np.count_nonzero(weights) <= FOLLOWED:
        keep = np.flatnonzero(weights)
        return past.of(keep), weights[keep] / weights[keep].sum(), ess
    points = (np.arange(FOLLOWED) + uniform(seed, "plan: resampling", 0, 1)[0]) / FOLLOWED
    drawn = np.minimum(np.searchsorted(np.cumsum(weights), points), len(weights) - 1)
    keep, times = np.unique(drawn, return_counts=True)
    return past.of(keep), times / FOLLOWED, 1.0 / (1.0 / ess + 1.0 / FOLLOWED)


def _whole(futures: list[Future]) -> NDArray[np.bool_]:
    """Which patients every option could be computed in."""
    return np.all([np.isfinite(each.cd34).all(axis=1) for each in futures], axis=0)


def _bands(curves: Floats, weights: Floats) -> dict[float, Floats]:
    known = np.where(np.isfinite(curves), curves, 0.0)  # only patients of weight zero are not finite
    return dict(zip(QUANTILES, quantiles(known, weights, QUANTILES), strict=True))
