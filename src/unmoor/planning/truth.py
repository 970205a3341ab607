"""Plans on simulated truth: virtual patients whose outcome is known are measured with error, planned, and followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.base.random import normal
from unmoor.planning import rules
from unmoor.planning.advice import plan
from unmoor.planning.course import Courses
from unmoor.planning.forecast import noisy
from unmoor.planning.measurement import cd34 as measured_cd34
from unmoor.planning.options import options_of
from unmoor.planning.patient import Clinic, Count, Patient
from unmoor.planning.world import World
from unmoor.population.formula import Labels

Floats = NDArray[np.float64]
TARGETS = (2.0, 5.0)
DAY4, DAY5 = "day 4 at 08:00", "day 5 at 08:00"


@dataclass(frozen=True, eq=False)
class Truth:
    """Patients who are known: covariates and parameters as sampled; stands where a plan has a Pool."""

    world: World
    columns: dict[str, Any]
    values: dict[str, Floats]

    def covariates(self, n: int, step: int = 0) -> dict[str, Any]:
        """The covariates themselves."""
        return self.columns

    def parameters(self, scores: Floats, columns: dict[str, Any], step: int = 0) -> dict[str, Floats]:
        """The parameters themselves, in internal units."""
        return self.values


@dataclass(frozen=True, eq=False)
class Trial:
    """What was stated and what happened, (patient,) each, by question; `counts` are those measured on days 4 and 5.

    `refused` patients, whom no virtual patient was like, are counted and left out.
    """

    stated: dict[str, Floats]
    happened: dict[str, Floats]
    counts: dict[str, Floats]
    yields: Floats
    ess: Floats
    refused: int


def trial(
    n: int, *, seed: int = 2026, truth: str = "nhl", planned: str = "nhl", count_cv: float | None = None,
    patients: int = 1000, progress: Callable[[int, int], None] | None = None,
) -> Trial:  # fmt: skip
    """Plan `n` patients sampled from population `truth` as if they came from `planned`.

    Each has parameters of another posterior draw, where there is a posterior: what a plan does not know for sure is not
    known of the truth either. Each gives a CD34+ count on day 4 and on day 5 of G-CSF with the error that the clinic
    expects, or one of CV `count_cv`. On day 4 the plan states the chance of 2 and 5 x 10^6/kg in four sessions with
    G-CSF alone and with plerixafor, and in the first session; on day 5, knowing both counts, that of the session of
    that morning.
    """
    from unmoor.model.posterior import posterior_of
    from unmoor.population import load_population, sample, sample_draws

    population: Any = load_population(truth, "mobilisation")
    posterior = posterior_of(population.model)
    people = (
        sample(population, n, seed)
        if posterior is None
        else sample_draws(population, posterior, min(n, len(posterior)), -(-n // len(posterior)), seed)[:n]
    )
    columns: dict[str, Any] = {}
    for each in population.covariates:
        column = people.covariates[each.name]
        columns[each.name] = (
            Labels(column.cat.codes.to_numpy(), each.categories, each.codes)
            if hasattr(column, "cat")
            else column.to_numpy(dtype=np.float64)
        )
    known = Truth(World(population, {}, ""), columns, people.internal(population.model))
    clinic = Clinic()
    told = Clinic() if count_cv is None else Clinic(count_cv=count_cv)
    counts, happened, yields = _followed(known, n, seed, told, clinic)
    stated: dict[str, list[float]] = {name: [] for name in happened}
    ess, planned_rows = [], []
    for row in range(n):
        try:
            said, size = _stated(_patient(known, row, counts, planned, clinic), patients, seed + 1)
        except BadInput:
            continue
        for name, value in said.items():
            stated[name].append(value)
        ess.append(size)
        planned_rows.append(row)
        if progress is not None:
            progress(row + 1, n)
    keep = np.array(planned_rows, dtype=np.int64)
    return Trial(
        stated={name: np.array(values) for name, values in stated.items()},
        happened={name: values[keep] for name, values in happened.items()},
        counts={name: values[keep] for name, values in counts.items()},
        yields=yields[keep],
        ess=np.array(ess),
        refused=n - len(keep),
    )


def _followed(
    known: Truth, n: int, seed: int, told: Clinic, clinic: Clinic
) -> tuple[dict[str, Floats], dict[str, Floats], Floats]:
    """Measured counts, outcomes by question, and the yield of the session on day 5 with G-CSF alone."""
    scores = np.zeros((n, 0))
    shared = {"weight": 70.0, "disease": "non-Hodgkin lymphoma", "clinic": clinic}
    counts, happened = {}, {}
    for day, time in (("day 4", DAY4), ("day 5", DAY5)):
        patient = Patient(**shared, counts=(Count(time, 10.0),))  # type: ignore[arg-type]
        courses = Courses(patient, known)  # type: ignore[arg-type]
        past = courses.past(scores, 0, np.array([patient.hour]))
        true = past.predicted[:, 0]
        error = measured_cd34(1.0, 0.0, told)
        counts[day] = error.unscaled(error.scaled(true) + normal(seed, f"plan truth: {day}", 0, n))
        options = {o.name: o for o in options_of(patient, last_gcsf=courses.gcsf[1], last_plerixafor=None)}  # type: ignore[index]
        for name in ("tomorrow", "plerixafor") if day == "day 4" else ("today",):
            future = courses.future(past, options[name])
            total = np.cumsum(noisy(future.yields, clinic.session_cv, seed + 7), axis=1)
            for target in TARGETS:
                if day == "day 4":
                    happened[f"{name}, {target:g} in four"] = np.asarray(total[:, -1] >= target, dtype=np.float64)
                happened[f"{name}, {target:g} in one"] = np.asarray(total[:, 0] >= target, dtype=np.float64)
            if name == "today":
                yields = total[:, 0]
    return counts, happened, yields


def _patient(known: Truth, row: int, counts: dict[str, Floats], planned: str, clinic: Clinic) -> dict[str, Any]:
    """What the clinic would tell of one of them."""

    def of(name: str) -> Any:
        column = known.columns[name]
        return column.categories[column.index[row]] if isinstance(column, Labels) else float(column[row])

    lines = known.columns["prior_lines"]
    return {
        "weight": of("weight"), "age": of("age"), "sex": of("sex"), "disease": "non-Hodgkin lymphoma",
        "creatinine_clearance": of("creatinine_clearance"), "ancestry": of("ancestry"),
        "prior_lines": int(lines.codes[lines.index[row]]), "prior_radiotherapy": of("prior_radiotherapy") == "yes",
        "prior_lenalidomide": of("prior_lenalidomide") == "yes", "population": planned, "clinic": clinic,
        "counts": (Count(DAY4, float(counts["day 4"][row])), Count(DAY5, float(counts["day 5"][row]))),
    }  # fmt: skip


def _stated(told: dict[str, Any], patients: int, seed: int) -> tuple[dict[str, float], float]:
    """The chances that plans on day 4 and on day 5 state, and the effective sample of the former."""
    found: dict[str, float] = {}
    first, both = told["counts"]
    early = plan(Patient(**{**told, "counts": (first,)}), patients=patients, seed=seed, only=("tomorrow", "plerixafor"))
    late = plan(Patient(**{**told, "counts": (first, both)}), patients=patients, seed=seed, only=("today",))
    for target in TARGETS:
        for name in ("tomorrow", "plerixafor"):
            found[f"{name}, {target:g} in four"] = early.option(name).chance[f"{target:g}"].value
            found[f"{name}, {target:g} in one"] = early.option(name).chance_first[f"{target:g}"].value
        found[f"today, {target:g} in one"] = late.option("today").chance_first[f"{target:g}"].value
    return found, early.ess


def compared(found: Trial) -> list[tuple[str, str, Floats, Floats]]:
    """(question, method, stated, happened) of the plan and the published rules, these also cross-fitted."""
    rows = [(name, "plan", found.stated[name], happened) for name, happened in found.happened.items()]
    day4, day5 = found.counts["day 4"], found.counts["day 5"]
    half = np.arange(len(day4)) % 2 == 0
    for name in ("tomorrow, 2 in one", "tomorrow, 2 in four", "tomorrow, 5 in four"):
        happened = found.happened[name]
        for rule in rules.THRESHOLDS:
            rows.append((name, rule.name, rules.by_threshold(day4, rule), happened))
            fitted = np.empty(len(day4))
            for part in (half, ~half):
                fitted[part] = rules.by_frequency(day4[part], rule, day4[~part], happened[~part])
            rows.append((name, f"{rule.name}, frequencies fitted", fitted, happened))
    for target in TARGETS:
        name = f"today, {target:g} in one"
        happened = found.happened[name]
        rows.append((name, "regression", rules.by_regression(day5, target), happened))
        fitted = np.empty(len(day5))
        for part in (half, ~half):
            residual = found.yields[~part] - (rules.SLOPE * day5[~part] + rules.INTERCEPT)
            fitted[part] = rules.by_regression(day5[part], target, float(np.sqrt(np.mean(residual**2))))
        rows.append((name, "regression, residual fitted", fitted, happened))
    return rows
