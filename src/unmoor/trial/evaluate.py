"""The verb `evaluate`: a result becomes a table, endpoint by endpoint and arm by arm, beside what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.among import Group
from unmoor.trial.association import negative_row
from unmoor.trial.comparison import comparisons
from unmoor.trial.measure import Measure
from unmoor.trial.prediction import LEVEL, NO_TRIALS, TRIALS, draw, seed_of, statistics
from unmoor.trial.row import Published, Row
from unmoor.trial.statistics.cumulative_incidence import cumulative_incidence
from unmoor.trial.statistics.estimate import Estimate
from unmoor.trial.statistics.median_time import median_time
from unmoor.trial.statistics.proportion import wilson
from unmoor.trial.statistics.rank_correlation import rank_correlation
from unmoor.trial.study import Endpoint, Study
from unmoor.trial.summaries import ESTIMATES

if TYPE_CHECKING:
    import pandas as pd


def evaluate(study: Study, result: Result | StoredResult) -> pd.DataFrame:
    """One row per endpoint, arm and, for a time to target, session; then the comparisons the study asks for.

    `estimate`, `lower`, `upper`: the statistic over the virtual patients and its 95% interval, which says how well so
    many virtual patients know it. `predicted_median`, `predicted_lower`, `predicted_upper`: median and central 90% of
    the same statistic in 2000 trials of `predicted_n` patients (the published number, else the arm's) drawn with
    replacement from the virtual patients, both arms independently; they hold the sampling of patients, not the
    uncertainty of parameters. `verdict`: whether the published value lies inside that range. A median time that is not
    reached is inf, above the longest follow-up; an association with `negative_at` has a second row: how many of the
    drawn trials are negative. `n` patients have the endpoint, `n_failed` could not be integrated and count in nothing
    else. `use`: "predicted" where the published value was not used in fitting, else "calibration".
    In a study with `escalation` each endpoint has a row for the arm `trial`: the whole dose-finding trial, each patient
    at the level it was given, its predicted range that of 1000 such trials.
    A stored result is read once, chunk by chunk; every statistic is over all of its patients, none is approximated.
    Raises BadInput when the result is not one of this study.
    """
    import pandas as pd

    check_result(study, result)
    groups = {arm.name: Group.of(arm, result) for arm in study.arms}
    measured = values_by_endpoint(study, result, groups)
    seed = seed_of(study, result)
    whole = None
    if study.escalation is not None:
        from unmoor.trial.escalation.whole_trial import whole_trial  # designs are imported for studies that have them

        whole = whole_trial(study, result)
    rows: list[Row] = []
    for each in study.endpoints:
        rows += _endpoint(study, each, measured[each.name], groups, seed)
        rows += [] if whole is None else whole.rows(study, each, measured[each.name], estimates)
    table = pd.DataFrame([row.cells() for row in rows], columns=Row.columns())
    table = table.astype(dict.fromkeys(("session", "predicted_n", "published_n"), "Int64"))
    table.attrs = {
        "interval": "95% interval of the estimate, from the number of virtual patients",
        "prediction": (
            f"central {LEVEL:.0%} of {TRIALS} trials of the published size drawn from the virtual patients; "
            "sampling of patients only, parameters taken as they are"
        ),
        "complete": result.complete,
    }
    return table


def values_by_endpoint(
    study: Study, result: Result | StoredResult, groups: Mapping[str, Group]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Endpoint -> arm -> its value in every patient, shape (patient,) or (patient, 2); NaN outside the arm."""
    measures = {endpoint.name: study.measure(endpoint) for endpoint in study.endpoints}
    found: dict[str, dict[str, list[NDArray[np.float64]]]] = {
        name: {arm.name: [] for arm in study.arms} for name in measures
    }
    for part in result.parts():
        for name, measure in measures.items():
            for arm in study.arms:
                found[name][arm.name].append(measure.values(part, arm.name))
    joined = {name: {arm: np.concatenate(some) for arm, some in arms.items()} for name, arms in found.items()}
    for arms in joined.values():
        for name, values in arms.items():
            values[~groups[name].inside] = np.nan
    return joined


def check_result(study: Study, result: Result | StoredResult) -> None:
    """Refuses a result that is not one of the study: other arms, or curves that are missing.

    Raises BadInput.
    """
    todo = "simulate the study as it is now"
    if result.arms != tuple(arm.name for arm in study.arms):
        raise BadInput(f"the result has arms {result.arms}, not those of study '{study.name}'", todo=todo)
    missing = [name for name in study.outputs if name not in result.outputs]
    if missing:
        raise BadInput(f"the result has no curves of {', '.join(missing)}", todo=todo)


def _endpoint(
    study: Study,
    endpoint: Endpoint,
    values: dict[str, NDArray[np.float64]],
    groups: Mapping[str, Group],
    seed: int,
) -> Iterator[Row]:
    measure = study.measure(endpoint)
    chosen: dict[str, NDArray[np.int64]] = {}
    for arm in study.arms:
        known = {p.session: p for p in study.published if p.endpoint == endpoint.name and p.arm == arm.name}
        n = next((p.n for p in known.values() if p.n is not None), arm.n)
        group = groups[arm.name]
        if n is not None:
            chosen[arm.name] = draw(seed, arm.name, group.alive, n)
        for session, estimate in estimates(measure, values[arm.name]):
            trials = NO_TRIALS
            if arm.name in chosen:
                trials = statistics(chosen[arm.name], measure, values[arm.name], session)
            part = known.get(session)
            published = Published.of(None if part is not None and part.negative is not None else part)
            yield Row.of(endpoint, measure, arm.name, estimate, group.failed, trials, published, session)
        if measure.kind == "association" and measure.negative_at is not None and arm.name in chosen:
            mine = values[arm.name], chosen[arm.name]
            n = int(np.isfinite(values[arm.name]).all(axis=1).sum())
            yield negative_row(endpoint, measure, arm.name, *mine, group.failed, known.get(None), n)
    if endpoint.compare is not None:
        yield from comparisons(study, endpoint, measure, values, chosen, groups)


def estimates(measure: Measure, values: NDArray[np.float64]) -> Iterator[tuple[int | None, Estimate]]:
    """The statistic over patients; for a time to target one for each session, numbered from 1."""
    if measure.kind == "incidence":
        found = cumulative_incidence(values[:, 0], values[:, 1], measure.sessions)
        n = int(np.count_nonzero(~np.isnan(values[:, 0])))
        for k, session in enumerate(found.session.tolist()):
            bounds = float(found.value[k]), float(found.lower[k]), float(found.upper[k])
            yield session, Estimate(*bounds, n, found.method)
    elif measure.kind == "proportion":
        known = values[~np.isnan(values)]
        yield None, wilson(int(known.sum()), known.size)
    elif measure.kind == "time":
        yield None, median_time(values)
    elif measure.kind == "association":
        yield None, rank_correlation(values)
    else:
        yield None, ESTIMATES[measure.statistic](values)
