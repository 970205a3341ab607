"""Fit parameters to what studies published: every step simulates the same virtual patients through the studies' arms.

A published row weighs as a trial of its size can tell: a share by the deviance of its binomial likelihood, any other
number by the logarithm of simulated over published, in units of its sampling error in drawn trials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.calibration.estimate import Estimate
from unmoor.calibration.objective import covariance, own_priors
from unmoor.calibration.observation import share_residual
from unmoor.calibration.plan import Parameter
from unmoor.calibration.study_plan import StudyPlan
from unmoor.model.numbers import with_numbers
from unmoor.population import Population, sample

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.trial import Study

Floats = NDArray[np.float64]
STEP = 0.08  # of the logarithm, for the slopes: shares of some hundred patients move in steps
FAR = 3.0  # the logarithm of simulated over published where nothing was simulated that could be held against it
NORMAL_90 = 3.2897  # SDs between the 5th and the 95th percentile
STEPS = 12
SHARES = ("proportion", "incidence")  # kinds of endpoint whose statistic is a share of patients


@dataclass(frozen=True, eq=False)
class StudyFit:
    """What a fit to studies came to; `rows` is a table with a row for each published value that was met.

    Its columns: study, endpoint, arm, unit, n, published, start, fitted, residual. `misfit` is half the sum of squared
    residuals, priors included.
    """

    plan: StudyPlan
    estimates: tuple[Estimate, ...]
    rows: pd.DataFrame
    misfit: float
    evaluations: int


def fit_studies(
    plan: StudyPlan, *, seed: int = 1, steps: int = STEPS, progress: Callable[[str], None] | None = None
) -> StudyFit:
    """Least squares over the logarithms of the plan's parameters, slopes by differences; deterministic.

    `steps` bounds the steps of the trust-region method (scipy `least_squares`, Branch, Coleman and Li 1999,
    doi:10.1137/S1064827595289108). Raises UnknownName for a parameter that no study's model has, BadInput for studies
    without a row to meet, Unsupported for a mixture of populations.
    """
    from scipy.optimize import least_squares

    from unmoor.trial import load_study

    studies = [_met(load_study(name)) for name in plan.studies]
    _check(plan, studies)
    low, high = (np.log([getattr(each, side) for each in plan.parameters]) for side in ("lower", "upper"))
    start = np.log([each.start for each in plan.parameters])
    seen: dict[bytes, list[pd.DataFrame]] = {}

    def tables(point: Floats) -> list[pd.DataFrame]:
        key = point.tobytes()
        if key not in seen:
            seen[key] = [_table(study, plan, point, seed) for study in studies]
        return seen[key]

    first = tables(start)
    errors = [_errors(study, table, plan.error) for study, table in zip(studies, first, strict=True)]

    said: set[bytes] = set()

    def residuals(point: Floats) -> Floats:
        found = _residuals(tables(point), errors, plan.parameters, point)
        if progress and point.tobytes() not in said:
            said.add(point.tobytes())
            values = ", ".join(f"{math.exp(each):.4g}" for each in point)
            progress(f"{len(said)}: misfit {float(found @ found) / 2:.4g} at {values}")
        return found

    found = least_squares(
        residuals, start, jac=lambda point: _slopes(residuals, point, high), bounds=(low, high), x_scale="jac",
        max_nfev=steps, ftol=1e-4, xtol=1e-3,
    )  # fmt: skip
    known = np.sqrt(np.diag(covariance(found.jac, found.x, low, high)))
    estimates = tuple(
        Estimate(each, float(np.exp(value)), float(error))
        for each, value, error in zip(plan.parameters, found.x, known, strict=True)
    )
    rows = _rows(studies, first, tables(found.x), errors)
    return StudyFit(plan, estimates, rows, float(found.cost), len(seen))


def _met(study: Study) -> Study:
    """The part of the study that its rows to be met are about."""
    from unmoor.trial.study_part import about

    rows = tuple(part for part in study.published if part.use == "calibration")
    if not rows:
        todo = "mark the published rows that a fit may meet with 'use: calibration'"
        raise BadInput(f"study '{study.name}' has no row to meet", where=study.file, todo=todo)
    if not isinstance(study.population, Population):
        raise Unsupported("a fit to a study of several populations", where=study.file, todo="give it one population")
    return about(study, rows)


def _check(plan: StudyPlan, studies: Sequence[Study]) -> None:
    known = {name for study in studies for name in (*study.model.names, *study.model.aliases)}
    for parameter in plan.parameters:
        for symbol in (parameter.symbol, *parameter.also):
            if symbol not in known and symbol.replace(".", "_") not in known:
                raise unknown("parameter", symbol, known, where=plan.file)


def _table(study: Study, plan: StudyPlan, point: Floats, seed: int) -> pd.DataFrame:
    """What `evaluate` says of the rows to be met, in the order of the study file, at logarithms (parameter,)."""
    from unmoor.trial import evaluate, simulate

    numbers = numbers_in(study, plan.parameters, np.exp(point))
    model = with_numbers(study.model, numbers)
    assert isinstance(study.population, Population)
    population = study.population.over(model)
    changed = replace(study, model=model, population=population)
    result = simulate(changed, sample(population, plan.people, seed))
    table = evaluate(changed, result)
    keys = list(zip(table["endpoint"], table["arm"], table["session"].astype(object), strict=True))
    places = [keys.index(next(key for key in keys if _is(key, part))) for part in study.published]
    return table.iloc[places].reset_index(drop=True)


def _is(key: tuple[Any, ...], part: Any) -> bool:
    import pandas as pd

    session = None if pd.isna(key[2]) else int(key[2])
    return (key[0], key[1], session) == (part.endpoint, part.arm, part.session)


def numbers_in(study: Study, parameters: Sequence[Parameter], values: Floats) -> Mapping[tuple[str, str], float]:
    """(symbol, part) -> value of the parameters that the study's model has."""
    names = study.model.names | study.model.aliases.keys()
    return {
        (symbol.replace(".", "_"), parameter.part or "value"): float(value)
        for parameter, value in zip(parameters, values, strict=True)
        for symbol in (parameter.symbol, *parameter.also)
        if symbol.replace(".", "_") in names
    }


def _errors(study: Study, table: pd.DataFrame, own: float) -> Floats:
    """SD of the logarithm of each row, nan for a share: sampling in trials of its size, and what the law is trusted."""
    share = [study.measure(study.endpoint(part.endpoint)).kind in SHARES for part in study.published]
    ranges = table[["predicted_lower", "predicted_upper"]].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        sampling = np.log(ranges[:, 1] / ranges[:, 0]) / NORMAL_90
    sampling = np.where(np.isfinite(sampling) & (sampling > 0), sampling, 0.5)
    return np.where(share, np.nan, np.hypot(sampling, own))


def _residuals(
    tables: Sequence[pd.DataFrame], errors: Sequence[Floats], parameters: Sequence[Parameter], point: Floats
) -> Floats:
    found = [_against(table, error) for table, error in zip(tables, errors, strict=True)]
    return np.concatenate([*found, *own_priors(parameters, point[None, :])])


def _against(table: pd.DataFrame, error: Floats) -> Floats:
    simulated, published = (table[name].to_numpy(float) for name in ("estimate", "published"))
    n, people = table["published_n"].to_numpy(float, na_value=np.nan), table["n"].to_numpy(float)
    n = np.where(np.isnan(n), table["predicted_n"].to_numpy(float, na_value=np.nan), n)
    found = np.empty(len(table))
    for k in range(len(table)):
        if np.isnan(error[k]):
            # a share that nobody of the virtual patients has is not impossible, they are only so many
            edge = 0.5 / max(people[k], 1.0)
            share = np.array([min(max(simulated[k], edge), 1 - edge)])
            found[k] = share_residual(100 * share, 100 * published[k], n[k])[0]
        else:
            ratio = simulated[k] / published[k]
            apart = math.log(ratio) if 0 < ratio < math.inf else (-FAR if ratio <= 0 else FAR)
            found[k] = max(min(apart, FAR), -FAR) / error[k]
    return found


def _slopes(residuals: Callable[[Floats], Floats], point: Floats, high: Floats) -> Floats:
    middle = residuals(point)
    columns = []
    for k in range(len(point)):
        step = STEP if point[k] + STEP <= high[k] else -STEP
        moved = point.copy()
        moved[k] += step
        columns.append((residuals(moved) - middle) / step)
    return np.array(columns).T


def _rows(
    studies: Sequence[Study], first: Sequence[pd.DataFrame], last: Sequence[pd.DataFrame], errors: Sequence[Floats]
) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for study, before, after, error in zip(studies, first, last, errors, strict=True):
        part = after[["endpoint", "arm", "unit", "published_n", "published"]].copy()
        part.insert(0, "study", study.name)
        part["start"], part["fitted"] = before["estimate"].to_numpy(), after["estimate"].to_numpy()
        part["residual"] = _against(after, error)
        parts.append(part.rename(columns={"published_n": "n"}))
    return pd.concat(parts, ignore_index=True)
