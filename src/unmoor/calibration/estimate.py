"""The staged fit: least squares on logarithms, stage after stage, deterministic."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import unknown
from unmoor.calibration.objective import EDGE, Carried, Objective, minimise, positions
from unmoor.calibration.plan import Parameter, Plan, Stage
from unmoor.calibration.predict import Held
from unmoor.calibration.target import Target, read_targets

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One fitted parameter in its declared unit (a CV in %); `error` is the SD of its logarithm, nan on a bound."""

    parameter: Parameter
    value: float
    error: float

    @property
    def on_bound(self) -> bool:
        """Whether the data push the value out of its bounds."""
        return min(abs(math.log(self.value / edge)) for edge in (self.parameter.lower, self.parameter.upper)) < EDGE


@dataclass(frozen=True)
class Outcome:
    """One target beside what the fitted model gives, both in the target's unit."""

    target: Target
    predicted: float

    @property
    def residual(self) -> float:
        """The standardised residual: log(predicted / typical) over the row's error, or the deviance of a share."""
        return float(self.target.residual(np.array([self.predicted]))[0])


@dataclass(frozen=True)
class StageFit:
    """One stage: its estimates, its rows, half the sum of squares with and without the priors.

    `covariance` holds that of the logarithms, row by row; `agreeing` of `starts` came to this optimum.
    """

    stage: Stage
    estimates: tuple[Estimate, ...]
    outcomes: tuple[Outcome, ...]
    cost: float
    covariance: tuple[tuple[float, ...], ...] = ()
    agreeing: int = 1
    starts: int = 1

    @property
    def misfit(self) -> float:
        """Half the sum of squared residuals of the rows alone."""
        return sum(each.residual**2 for each in self.outcomes) / 2


@dataclass(frozen=True)
class Fit:
    """A finished calibration."""

    plan: Plan
    stages: tuple[StageFit, ...]

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Each fitted parameter once, as the last stage that fitted it left it, in the order of first fitting."""
        last = {each.parameter.heading: each for stage in self.stages for each in stage.estimates}
        return tuple(last.values())

    @property
    def held(self) -> Held:
        """All fitted values as a prediction takes them."""
        return Held().join([each.parameter for each in self.estimates], [each.value for each in self.estimates])

    @property
    def used(self) -> frozenset[tuple[str, str]]:
        """(stage, row) of every row that a parameter was fitted to."""
        return frozenset(
            (row.target.stage, row.target.id) for stage in self.stages if stage.estimates for row in stage.outcomes
        )


def calibrate(
    plan: Plan,
    *,
    stages: Collection[str] = (),
    starts: int = 1,
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Fit:
    """Fit the stages of `plan` in order (all, or those named in `stages`); a later one sees the earlier ones' values.

    Residuals are logarithms of predicted over published, each in units of its error, deviances for shares, and
    logarithms of value over prior. Values of a stage that is left out are those of the library's tables.
    Raises UnknownName for a stage that the plan has not.
    """
    names = [stage.name for stage in plan.stages]
    for name in stages:
        if name not in names:
            raise unknown("stage", name, names, where=plan.file)
    targets = read_targets(plan.targets, plan)
    fits: list[StageFit] = []
    for stage in plan.stages:
        if stages and stage.name not in stages:
            continue
        fit = _fit(stage, targets, Fit(plan, tuple(fits)), starts, seed)
        fits.append(fit)
        if progress:
            found = f", {fit.agreeing} of {fit.starts} starts agree" if fit.starts > 1 and fit.estimates else ""
            rows = f"{len(fit.outcomes)} rows, {len(fit.estimates)} parameters"
            progress(f"{stage.name}: {rows}, misfit {fit.misfit:.3g}{found}")
    return Fit(plan, tuple(fits))


def _fit(stage: Stage, targets: tuple[Target, ...], before: Fit, starts: int, seed: int) -> StageFit:
    earlier = {fit.stage.name: fit for fit in before.stages}
    again = [fit for name in stage.again if (fit := earlier.get(name))]
    carried = [fit for name in stage.carries if (fit := earlier.get(name))]
    known = {each.parameter.heading: each.value for each in before.estimates}
    parameters = tuple({each.heading: each for each in _parameters(stage, [*again, *carried])}.values())
    rows = tuple(row for row in targets if row.stage == stage.name or row.stage in stage.again)
    priors = tuple(_carried(fit, parameters) for fit in carried)
    objective = Objective(before.plan, parameters, rows, before.held, priors)
    first = np.log([known.get(each.heading, each.start) for each in parameters])
    # people are dear, and a spread has one optimum: drawn starts are for typical values
    optimum = minimise(objective, starts=1 if stage.people else starts, seed=seed, first=first)
    values, errors = np.exp(optimum.logarithms), np.sqrt(np.diag(optimum.covariance))
    predicted = objective.predictions(optimum.logarithms[None, :])[0]
    return StageFit(
        stage,
        tuple(Estimate(each, float(v), float(e)) for each, v, e in zip(parameters, values, errors, strict=True)),
        tuple(Outcome(row, float(value)) for row, value in zip(rows, predicted, strict=True)),
        optimum.cost if parameters else 0.0,
        tuple(map(tuple, optimum.covariance.tolist())),
        optimum.agreeing,
        len(optimum.costs),
    )  # fmt: skip


def _parameters(stage: Stage, fits: list[StageFit]) -> list[Parameter]:
    return [*(each.parameter for fit in fits for each in fit.estimates), *stage.parameters]


def _carried(fit: StageFit, parameters: tuple[Parameter, ...]) -> Carried:
    """The earlier stage's result as a prior; a value on its bound has no covariance and stays free."""
    kept = [k for k, each in enumerate(fit.estimates) if math.isfinite(each.error)]
    covariance = np.array(fit.covariance)[np.ix_(kept, kept)]
    places = positions([fit.estimates[k].parameter for k in kept], parameters)
    return Carried(places, np.log([fit.estimates[k].value for k in kept]), covariance)
