"""Profile likelihoods: how much worse the best fit gets when one parameter is held away from its estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.calibration.estimate import Fit
from unmoor.calibration.objective import Objective, minimise
from unmoor.calibration.plan import Parameter
from unmoor.calibration.predict import Held

Floats = NDArray[np.float64]
POINTS = 4  # to either side of the estimate
TOLERANCE = 1e-3  # of the cost: profiles are read to a tenth
REACH = 2.5  # SDs of the logarithm to either side, as far as the bounds allow


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile of one parameter: `values` (point,) in its unit, increasing, and what holding it there costs.

    `costs` are minus log-likelihood and prior over that of the best fit, all other values fitted again; `rows` the
    part of the rows alone. 1.92 is the 95% limit of one parameter.
    """

    parameter: Parameter
    values: Floats
    costs: Floats
    rows: Floats


def profile(
    fit: Fit, headings: Sequence[str], *, points: int = POINTS, progress: Callable[[str], None] | None = None
) -> tuple[Profile, ...]:
    """Profiles of the parameters called `headings` (keys or headings), all typical rows and priors together.

    Each point starts from its neighbour's optimum (Raue et al. 2009, doi:10.1093/bioinformatics/btp358).
    Raises BadInput for a name that was fitted to no typical row.
    """
    objective, first = joint(fit)
    optimum = minimise(objective, first=first)
    low, high = objective.bounds
    base = np.sum(objective.residuals(optimum.logarithms[None, :])[0] ** 2) / 2
    found = []
    for name in headings:
        places = [k for k, each in enumerate(objective.parameters) if name in (each.key, each.heading)]
        if not places:
            known = ", ".join(each.key for each in objective.parameters)
            raise BadInput(f"'{name}' was fitted to no typical row and has no profile", todo=f"known: {known}")
        place = places[0]
        centre, error = optimum.logarithms[place], np.sqrt(optimum.covariance[place, place])
        reach = REACH * error if np.isfinite(error) else high[place] - low[place]
        sides = {}
        for side, edge in ((-1, low[place]), (1, high[place])):
            others = np.delete(optimum.logarithms, place)
            far = min(reach, 0.999 * abs(edge - centre))
            for step in np.linspace(0, far, points + 1)[1:]:
                others, whole, rows = _held(objective, place, centre + side * step, others)
                sides[side * step] = whole - base, rows
        start = objective.residuals(optimum.logarithms[None, :])[0, : len(objective.targets)]
        sides[0.0] = 0.0, float(np.sum(start**2) / 2)
        steps = np.array(sorted(sides))
        costs, rows_only = np.array([sides[step] for step in steps]).T
        values = np.exp(centre + steps)
        found.append(Profile(objective.parameters[place], values, costs, rows_only - sides[0.0][1]))
        if progress:
            progress(f"profile of {objective.parameters[place].key}: costs up to {costs.max():.2g}")
    return tuple(found)


def joint(fit: Fit) -> tuple[Objective, Floats]:
    """All values fitted to typical people, with all their rows, and the logarithms (parameter,) of the estimates.

    Raises BadInput where nothing was fitted to typical people.
    """
    stages = [each for each in fit.stages if not each.stage.people and each.estimates]
    if not stages:
        raise BadInput("no value was fitted to typical people", todo="fit a stage without people")
    lead = {each.parameter.heading: each for stage in stages for each in stage.estimates}
    rows = {(row.target.stage, row.target.id): row.target for stage in stages for row in stage.outcomes}
    objective = Objective(fit.plan, tuple(each.parameter for each in lead.values()), tuple(rows.values()))
    return objective, np.log([each.value for each in lead.values()])


def _held(objective: Objective, place: int, value: float, others: Floats) -> tuple[Floats, float, float]:
    """The others' best logarithms with one held, half the sum of all squares, and that of the rows' alone."""
    fixed = objective.parameters[place]
    rest = tuple(each for k, each in enumerate(objective.parameters) if k != place)
    part = replace(objective, parameters=rest, held=Held().join([fixed], [float(np.exp(value))]))
    best = minimise(part, first=others, tolerance=TOLERANCE)
    residuals = part.residuals(best.logarithms[None, :])[0]
    own = 0.0
    if fixed.prior is not None and fixed.prior_error is not None:
        own = ((value - np.log(fixed.prior)) / fixed.prior_error) ** 2 / 2
    return best.logarithms, best.cost + float(own), float(np.sum(residuals[: len(part.targets)] ** 2) / 2)
