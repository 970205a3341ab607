"""The staged fit: least squares on logarithms, stage after stage, deterministic."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.calibration.plan import Parameter, Plan, Stage
from unmoor.calibration.predict import Held, predict_spread, predict_typical
from unmoor.calibration.target import Target, read_targets

Floats = NDArray[np.float64]
Prediction = Callable[[Floats], Floats]
STEP = 1e-3  # of the logarithm of a value, for the slopes; far above the integrator's error
SPREAD_STEP = 0.02  # of the logarithm of a CV; a sampled spread is a rougher function than a curve


@dataclass(frozen=True)
class Estimate:
    """One fitted parameter in its declared unit (a CV in %); `error` is the SD of its logarithm, nan on a bound."""

    parameter: Parameter
    value: float
    error: float

    @property
    def on_bound(self) -> bool:
        """Whether the data push the value out of its bounds."""
        return min(abs(math.log(self.value / edge)) for edge in (self.parameter.lower, self.parameter.upper)) < 1e-3


@dataclass(frozen=True)
class Outcome:
    """One target beside what the fitted model gives, both in the target's unit."""

    target: Target
    predicted: float

    @property
    def residual(self) -> float:
        """log(predicted / typical) in units of the row's error."""
        return math.log(self.predicted / self.target.typical) / self.target.error


@dataclass(frozen=True)
class StageFit:
    """One stage: its estimates, its rows, half the sum of squares with and without the priors."""

    stage: Stage
    estimates: tuple[Estimate, ...]
    outcomes: tuple[Outcome, ...]
    cost: float

    @property
    def misfit(self) -> float:
        """Half the sum of squared residuals of the rows alone."""
        return sum(each.residual**2 for each in self.outcomes) / 2


@dataclass(frozen=True)
class Fit:
    """A finished calibration."""

    plan: Plan
    stages: tuple[StageFit, ...]


def calibrate(plan: Plan, *, progress: Callable[[str], None] | None = None) -> Fit:
    """Fit the stages of `plan` in order; a later stage sees the values of the earlier ones.

    Residuals are logarithms of predicted over published, each in units of its error, and of value over prior. Solved
    by the trust-region reflective method of scipy `least_squares`, slopes by forward differences, all perturbed sets
    in one run of the engine.
    """
    targets = read_targets(plan.targets, plan)
    held, spreads = Held(), Held()
    fits = []
    for stage in plan.stages:
        rows = tuple(target for target in targets if target.stage == stage.name)
        fit = _fit(stage, rows, _prediction(plan, stage, rows, held, spreads))
        values = [each.value for each in fit.estimates]
        if stage.people:
            spreads = spreads.join(stage.parameters, values)
        else:
            held = held.join(stage.parameters, values)
        fits.append(fit)
        if progress:
            progress(f"{stage.name}: {len(rows)} rows, {len(values)} parameters, misfit {fit.misfit:.3g}")
    return Fit(plan, tuple(fits))


def _prediction(plan: Plan, stage: Stage, rows: tuple[Target, ...], held: Held, spreads: Held) -> Prediction:
    """From values (set, parameter) to predictions (set, target)."""
    if stage.people:
        return lambda values: predict_spread(plan, rows, stage.parameters, values, held, spreads, stage.people)
    return lambda values: predict_typical(plan, rows, stage.parameters, values, held)


def _fit(stage: Stage, rows: tuple[Target, ...], predict: Prediction) -> StageFit:
    from scipy.optimize import least_squares

    parameters = stage.parameters
    if not parameters:
        predicted = predict(np.empty((1, 0)))[0]
        return StageFit(stage, (), tuple(Outcome(row, float(v)) for row, v in zip(rows, predicted, strict=True)), 0.0)
    typical, errors = np.log([row.typical for row in rows]), np.array([row.error for row in rows])
    priors = [
        (k, math.log(each.prior), each.prior_error)
        for k, each in enumerate(parameters)
        if each.prior is not None and each.prior_error is not None
    ]
    low, high = (np.log([getattr(each, edge) for each in parameters]) for edge in ("lower", "upper"))
    step = SPREAD_STEP if stage.people else STEP

    def residuals(logarithms: Floats) -> Floats:
        against = [(logarithms[:, k] - centre) / error for k, centre, error in priors]
        return np.column_stack([(np.log(predict(np.exp(logarithms))) - typical) / errors, *against])

    def slopes(point: Floats) -> Floats:
        inward = np.where(point + step > high, -step, step)
        moved = residuals(np.vstack([point, point + np.diag(inward)]))
        return np.asarray(((moved[1:] - moved[0]) / inward[:, None]).T)

    found = least_squares(
        lambda point: residuals(point[None, :])[0], np.log([each.start for each in parameters]), jac=slopes,
        bounds=(low, high), x_scale="jac", max_nfev=100,
    )  # fmt: skip
    values = np.exp(found.x)
    free = found.active_mask == 0
    spread = np.full(len(values), np.nan)
    spread[free] = np.sqrt(np.diag(np.linalg.pinv((found.jac.T @ found.jac)[np.ix_(free, free)])))
    return StageFit(
        stage,
        tuple(Estimate(each, float(v), float(s)) for each, v, s in zip(parameters, values, spread, strict=True)),
        tuple(Outcome(row, float(value)) for row, value in zip(rows, predict(values[None, :])[0], strict=True)),
        float(found.cost),
    )
