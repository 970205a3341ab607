"""The objective: residuals of rows and priors over the logarithms of parameters, and its minimum."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import UnmoorError
from unmoor.base.random import uniform
from unmoor.calibration.plan import Parameter, Plan
from unmoor.calibration.predict import Held, predict
from unmoor.calibration.target import Target

Floats = NDArray[np.float64]
STEP = 1e-3  # of the logarithm of a value, for the slopes; far above the integrator's error
SPREAD_STEP = 0.02  # of the logarithm of a CV; a sampled spread is a rougher function than a curve
EDGE = 1e-3  # of the logarithm: closer than this a value lies on its bound
SAME = 0.05  # units of log-likelihood within which two starts found one optimum


@dataclass(frozen=True, eq=False)
class Carried:
    """What an earlier stage knows of some parameters: `places` in the list, their logarithms, and the covariance."""

    places: tuple[int, ...]
    centre: Floats
    covariance: Floats


@dataclass(frozen=True, eq=False)
class Objective:
    """Residuals of `targets` and of priors as a function of the logarithms of `parameters`.

    Half the sum of their squares is minus the logarithm of the posterior density, up to a constant.
    """

    plan: Plan
    parameters: tuple[Parameter, ...]
    targets: tuple[Target, ...]
    held: Held = field(default_factory=Held)
    carried: tuple[Carried, ...] = ()

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Logarithms (parameter,) of the lower and the upper bounds."""
        pairs = [(math.log(each.lower), math.log(each.upper)) for each in self.parameters]
        low, high = np.array(pairs, dtype=float).reshape(-1, 2).T
        return low, high

    @property
    def start(self) -> Floats:
        """Logarithms (parameter,) of the stated starts."""
        return np.log([each.start for each in self.parameters])

    def predictions(self, logarithms: Floats, *, lenient: bool = False) -> Floats:
        """What the model gives, (set, target), at `logarithms` (set, parameter)."""
        return predict(self.plan, self.targets, self.parameters, np.exp(logarithms), self.held, lenient=lenient)

    def residuals(self, logarithms: Floats, *, lenient: bool = False) -> Floats:
        """Standardised residuals (set, row and prior) at `logarithms` (set, parameter)."""
        predicted = self.predictions(logarithms, lenient=lenient)
        rows = [target.residual(predicted[:, k]) for k, target in enumerate(self.targets)]
        return np.column_stack([*rows, self.prior_residuals(logarithms)])

    def prior_residuals(self, logarithms: Floats) -> Floats:
        """Standardised residuals (set, prior) of values over their priors."""
        taken = {place for each in self.carried for place in each.places}
        columns = own_priors(self.parameters, logarithms, taken)
        for known in self.carried:
            root = np.linalg.cholesky(known.covariance)
            columns += list(np.linalg.solve(root, (logarithms[:, list(known.places)] - known.centre).T))
        return np.array(columns).T if columns else np.empty((len(logarithms), 0))

    def log_density(self, logarithms: Floats) -> Floats:
        """Logarithm (set,) of the posterior density up to a constant; -inf out of bounds or where integration fails."""
        low, high = self.bounds
        found = np.full(len(logarithms), -np.inf)
        inside = np.all((logarithms > low) & (logarithms < high), axis=1)
        if inside.any():
            squares = (self.residuals(logarithms[inside], lenient=True) ** 2).sum(axis=1)
            found[inside] = np.where(np.isfinite(squares), -squares / 2, -np.inf)
        return found

    def slopes(self, point: Floats) -> Floats:
        """The Jacobian (row and prior, parameter) at `point`, by differences, all points of it in one run."""
        steps = np.array([SPREAD_STEP if each.part == "spread" else STEP for each in self.parameters])
        inward = np.where(point + steps > self.bounds[1], -steps, steps)
        moved = self.residuals(np.vstack([point, point + np.diag(inward)]))
        return np.asarray(((moved[1:] - moved[0]) / inward[:, None]).T)


def own_priors(parameters: Sequence[Parameter], logarithms: Floats, taken: Collection[int] = ()) -> list[Floats]:
    """Standardised residuals (set,) of each parameter that has a prior of its own, except those at places `taken`."""
    return [
        (logarithms[:, k] - math.log(each.prior)) / each.prior_error
        for k, each in enumerate(parameters)
        if each.prior is not None and each.prior_error is not None and k not in taken
    ]


@dataclass(frozen=True, eq=False)
class Optimum:
    """A minimum: logarithms (parameter,), their covariance (nan for a value on its bound), half the sum of squares.

    `costs` are those that each start came to, inf where nothing could be computed.
    """

    logarithms: Floats
    covariance: Floats
    cost: float
    costs: tuple[float, ...]

    @property
    def agreeing(self) -> int:
        """How many starts came to the same optimum."""
        return sum(cost - self.cost < SAME for cost in self.costs)


def minimise(
    objective: Objective, *, starts: int = 1, seed: int = 1, first: Floats | None = None, tolerance: float = 1e-8
) -> Optimum:
    """The best of the minima found from the stated start and from `starts` - 1 drawn ones.

    Each by the trust-region reflective method of scipy `least_squares` (Branch, Coleman and Li 1999,
    doi:10.1137/S1064827595289108), slopes by forward differences. Drawn starts lie uniformly in the middle half of the
    bounds, on logarithms, or where the prior says; they are addressed by `seed`, parameter and number of the start.
    """
    from scipy.optimize import least_squares

    low, high = objective.bounds
    beginning = objective.start if first is None else np.clip(first, low + EDGE / 10, high - EDGE / 10)
    if not objective.parameters:
        return Optimum(np.empty(0), np.empty((0, 0)), _cost(objective, np.empty(0)), (0.0,))
    best, costs = None, []
    for point in [beginning, *(_drawn(objective, seed, k) for k in range(1, starts))]:
        try:
            found = least_squares(
                lambda point: objective.residuals(point[None, :])[0], point, jac=objective.slopes,
                bounds=(low, high), x_scale="jac", max_nfev=100, ftol=tolerance,
            )  # fmt: skip
        except UnmoorError:
            if best is None:
                raise
            costs.append(math.inf)
            continue
        costs.append(float(found.cost))
        # a later start replaces an earlier one only by a real gain, so that the result does not hang on a digit
        if best is None or found.cost < best.cost - SAME:
            best = found
    assert best is not None
    return Optimum(best.x, covariance(best.jac, best.x, low, high), float(best.cost), tuple(costs))


def covariance(jacobian: Floats, point: Floats, low: Floats, high: Floats) -> Floats:
    """The inverse of J'J over the parameters that lie on no bound; nan in the rows and columns of the others."""
    free = (point - low > EDGE) & (high - point > EDGE)
    found = np.full((len(point), len(point)), np.nan)
    square = (jacobian.T @ jacobian)[np.ix_(free, free)]
    found[np.ix_(free, free)] = np.linalg.pinv(square, hermitian=True)
    return found


def _drawn(objective: Objective, seed: int, number: int) -> Floats:
    low, high = objective.bounds
    point = []
    for each, bottom, top in zip(objective.parameters, low, high, strict=True):
        share = float(uniform(seed, f"start {each.key}", number, 1)[0])
        middle, half = (bottom + top) / 2, (top - bottom) / 4
        if each.prior is not None and each.prior_error is not None:
            middle, half = math.log(each.prior), min(each.prior_error, half)
        point.append(min(max(middle + (2 * share - 1) * half, bottom + EDGE), top - EDGE))
    return np.array(point)


def _cost(objective: Objective, point: Floats) -> float:
    return float((objective.residuals(point[None, :]) ** 2).sum() / 2)


def positions(names: Sequence[Parameter], among: Sequence[Parameter]) -> tuple[int, ...]:
    """Where each of `names` stands in `among`."""
    headings = [each.heading for each in among]
    return tuple(headings.index(each.heading) for each in names)
