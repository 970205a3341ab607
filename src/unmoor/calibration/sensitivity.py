"""Global sensitivity: what share of an endpoint's uncertainty each fitted parameter brings, alone and with others."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.base.units import factor
from unmoor.calibration.observation import Observation
from unmoor.calibration.plan import Endpoint, Parameter, Plan
from unmoor.calibration.predict import Held, predict
from unmoor.calibration.sampler import Sample
from unmoor.calibration.target import Target

Floats = NDArray[np.float64]
POINTS = 256  # base points of the design; it has points x (parameters + 2) sets
FEWER = 4  # endpoints of people use a quarter of the points: each of their sets is many patients
SPAN = (0.05, 0.95)  # quantiles of the posterior between which a parameter moves


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of one endpoint: `first` and `total` (parameter,) with the half-widths of their 95% intervals.

    `quantiles` (5, 50 and 95%) are of the endpoint over the design, in its unit.
    """

    endpoint: Endpoint
    parameters: tuple[Parameter, ...]
    first: Floats
    first_error: Floats
    total: Floats
    total_error: Floats
    quantiles: tuple[float, float, float]
    sets: int


def sensitivity(
    plan: Plan,
    sample: Sample,
    *,
    endpoints: Sequence[str] = (),
    points: int = POINTS,
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> tuple[Sensitivity, ...]:
    """Sobol indices of the plan's endpoints (all, or those named) over the fitted parameters.

    Each parameter moves between the 5th and the 95th percentile of its posterior, evenly on the logarithm and
    independently of the others, so that the indices belong to no correlation. Design and estimators of scipy (Saltelli
    et al. 2010, doi:10.1016/j.cpc.2009.09.018); indices are of the endpoint's logarithm, of shares as they are.
    Raises UnknownName for an endpoint that the plan has not, BadInput where it has none.
    """
    if not plan.endpoints:
        raise BadInput(f"calibration '{plan.name}' names no endpoints", where=plan.file, todo="add `endpoints:` to it")
    names = [each.name for each in plan.endpoints]
    for name in endpoints:
        if name not in names:
            raise unknown("endpoint", name, names, where=plan.file)
    found = []
    for endpoint in plan.endpoints:
        if endpoints and endpoint.name not in endpoints:
            continue
        found.append(_indices(plan, endpoint, sample, points // FEWER if endpoint.people else points, seed))
        if progress:
            progress(f"sensitivity of {endpoint.name}: {found[-1].sets:,} sets")
    return tuple(found)


def _indices(plan: Plan, endpoint: Endpoint, sample: Sample, points: int, seed: int) -> Sensitivity:
    from scipy.stats import sobol_indices, uniform

    low, high = np.quantile(sample.logarithms, SPAN, axis=0)
    share = Observation.read(endpoint.observed).counts
    seen: list[Floats] = []

    def scale(logarithms: Floats) -> Floats:
        given = of_endpoint(plan, endpoint, sample.parameters, np.exp(logarithms.T))
        seen.append(given)
        found = given if share else np.log(given)
        if float(np.ptp(found)) < 1e-9:
            raise BadInput(f"no fitted parameter moves endpoint '{endpoint.name}'", where=plan.file)
        return found[None, :]

    spans = [uniform(loc=one, scale=other - one) for one, other in zip(low, high, strict=True)]
    indices = sobol_indices(func=scale, n=points, dists=spans, rng=np.random.Generator(np.random.Philox(seed)))
    with warnings.catch_warnings():
        # a parameter that moves nothing has an index of exactly 0 in every resample, hence no interval
        warnings.simplefilter("ignore")
        intervals = indices.bootstrap(confidence_level=0.95, n_resamples=200)
    widths = [
        np.nan_to_num(np.ravel(each.confidence_interval.high - each.confidence_interval.low) / 2)
        for each in (intervals.first_order, intervals.total_order)
    ]
    every = np.concatenate(seen)
    low_end, middle, high_end = map(float, np.quantile(every, (0.05, 0.5, 0.95)))
    return Sensitivity(
        endpoint, sample.parameters, np.ravel(indices.first_order), widths[0], np.ravel(indices.total_order), widths[1],
        (low_end, middle, high_end), len(every),
    )  # fmt: skip


def of_endpoint(plan: Plan, endpoint: Endpoint, parameters: Sequence[Parameter], values: Floats) -> Floats:
    """The endpoint (set,), in its unit, for `values` (set, parameter) in declared units."""
    from unmoor.calibration.plan import Stage

    factor(endpoint.unit)
    name = " endpoint"  # no stage of a file can be called so
    people = Stage(name=name, about="", people=endpoint.people)
    row = Target(
        endpoint.name, name, endpoint.scenario, ((endpoint.scenario, 1.0),), endpoint.statistic, endpoint.output,
        endpoint.time, endpoint.start, 1.0, 1.0, endpoint.unit, 1.0, "", "", "",
        Observation.read(endpoint.observed), "people" if endpoint.people else "typical",
    )  # fmt: skip
    wider = plan.model_copy(update={"stages": (*plan.stages, people)})
    return predict(wider, [row], parameters, values, Held(), lenient=True)[:, 0]
