"""The posterior as a sample: many short chains over all typical rows, then spreads by the rows about people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import normal, uniform
from unmoor.calibration.diagnostics import effective_size, memory, split_rhat, weight_size
from unmoor.calibration.estimate import Fit
from unmoor.calibration.objective import EDGE, Objective, minimise
from unmoor.calibration.plan import Parameter
from unmoor.calibration.predict import Held, predict
from unmoor.calibration.profile import joint
from unmoor.model.posterior import Fitted, Posterior

Floats = NDArray[np.float64]
Density = Callable[[Floats], Floats]
Progress = Callable[[str], None]
GROUPS, WALKERS = 4, 128  # walkers of a group; all groups make one batch of the engine
BURN_IN, PARTS = 50, 4  # steps of a part of burning in, and how many parts
BLOCK, LEAST, MOST = 50, 200, 600  # steps kept
ENOUGH, CLOSE = 600.0, 1.01  # effective draws of the worst parameter and the largest R-hat at which walking ends
SIZES = (0.2, 0.4, 0.7)  # of steps around the Gaussian: short ones are accepted in tails, long ones forget faster
CANDIDATES = 4  # spreads tried with each draw of the values, of which the rows about people choose one
WIDER = 1.3  # the proposal of spreads over their Gaussian approximation: wider tails than the target's
FREEDOM = 5


@dataclass(frozen=True, eq=False)
class Walk:
    """Walkers' paths `chains` (group, step, walker, parameter) and the share of moves accepted."""

    chains: Floats
    accepted: float

    @property
    def flat(self) -> Floats:
        """All draws (draw, parameter)."""
        return self.chains.reshape(-1, self.chains.shape[-1])


@dataclass(frozen=True, eq=False)
class Sample:
    """Draws of the posterior: `logarithms` (draw, parameter) of `parameters`, equally weighted, in random order.

    `rhat`, `size` (effective draws) and `time` (memory, steps) (parameter,) are of the walk, nan for spreads;
    `weighed` is the effective number of the `candidates` (several for each draw of the values) that rows about people
    left.
    """

    parameters: tuple[Parameter, ...]
    logarithms: Floats
    rhat: Floats
    size: Floats
    time: Floats
    accepted: float
    steps: int
    walkers: int
    candidates: int
    weighed: float

    @property
    def values(self) -> Floats:
        """Draws (draw, parameter) in declared units."""
        return np.exp(self.logarithms)

    def posterior(self, name: str) -> Posterior:
        """The draws as the library keeps them, a column for every symbol."""
        values = self.values
        pairs = [(heading, values[:, k]) for k, each in enumerate(self.parameters) for heading in each.headings]
        columns = tuple(Fitted.read(heading) for heading, _ in pairs)
        return Posterior(name, columns, np.column_stack([column for _, column in pairs]))


def sample_posterior(
    fit: Fit, *, draws: int = 400, seed: int = 1, walkers: int = WALKERS, candidates: int = CANDIDATES,
    progress: Progress | None = None,
) -> Sample:
    """Draws from the posterior of everything that `fit` fitted, all stages together.

    The values are walked over the rows about typical people (`walk`). For each draw of them, `candidates` spreads are
    then proposed around their estimates and one is drawn by the rows about people: those rows choose spreads and do not
    feed back into the values (a cut posterior, Plummer 2015, doi:10.1007/s11222-014-9503-z), as in the fit, where the
    stages of people come after the values. Raises BadInput where nothing was fitted to typical people.
    """  # fmt: skip
    objective, first = joint(fit)
    parameters = objective.parameters
    optimum = minimise(objective, first=first)
    free = Free(*objective.bounds)
    centre = free.out(np.clip(optimum.logarithms, free.low + EDGE, free.high - EDGE))
    stretch = 1 / free.slope(centre)
    spread = _tamed(_usable(optimum.covariance, objective) * np.outer(stretch, stretch))

    def density(points: Floats) -> Floats:
        return objective.log_density(free.back(points)) + np.log(free.slope(points)).sum(axis=1)

    walked = walk(density, centre, spread, seed=seed, walkers=walkers, progress=progress)
    flat = walked.flat
    chosen = free.back(flat[_spread_out(len(flat), draws, seed)])
    logarithms, more, weighed = _weigh(fit, parameters, np.repeat(chosen, candidates, axis=0), candidates, seed)
    missing = np.full(len(more), np.nan)
    return Sample(
        (*parameters, *more),
        logarithms,
        np.concatenate([split_rhat(walked.chains), missing]),
        np.concatenate([effective_size(walked.chains), missing]),
        np.concatenate([memory(walked.chains), missing]),
        walked.accepted,
        walked.chains.shape[1],
        walked.chains.shape[0] * walked.chains.shape[2],
        len(chosen) * candidates,
        weighed,
    )


def walk(
    density: Density, centre: Floats, covariance: Floats, *, seed: int, walkers: int = WALKERS,
    progress: Progress | None = None,
) -> Walk:
    """Walk four groups of independent chains from the Gaussian around `centre` until they agree and are worth enough.

    `density` gives logarithms (set,) of the density at points (set, parameter); every step is one call for all walkers.
    Steps are differences of two draws of an archive (ter Braak and Vrugt 2008, doi:10.1007/s11222-008-9104-9) or would
    leave a Gaussian unchanged (pCN; Cotter et al. 2013, doi:10.1214/13-STS421). Archive and Gaussian are renewed from
    the walkers while they burn in and stand still after that, so that every chain is a plain Metropolis-Hastings one.
    """  # fmt: skip
    count, dimensions = GROUPS * walkers, len(centre)
    random = np.random.Generator(np.random.Philox(seed))
    root = np.linalg.cholesky(covariance)
    scores = np.column_stack([normal(seed, f"walker {k}", 0, count) for k in range(dimensions)])
    points = _computable(density, centre, scores @ root.T)
    chain = _Chain(density, points, density(points), random, points.copy())
    for part in range(PARTS):
        walked = [chain.step() for _ in range(BURN_IN)]
        if part < PARTS - 1:
            chain.learn(np.concatenate(walked[BURN_IN // 2 :]))
        if progress:
            progress(f"posterior: burning in, {(part + 1) * BURN_IN} of {PARTS * BURN_IN} steps")
    chain.accepted = chain.tried = 0
    kept: list[Floats] = []
    while True:
        kept += [chain.step() for _ in range(BLOCK)]
        chains = np.array(kept).reshape(len(kept), GROUPS, walkers, dimensions).swapaxes(0, 1)
        worst, size = float(split_rhat(chains).max()), float(effective_size(chains).min())
        if progress:
            progress(f"posterior: {len(kept)} steps, R-hat {worst:.3f}, worth {size:,.0f} draws")
        if len(kept) >= (LEAST if size >= ENOUGH and worst <= CLOSE else MOST):
            return Walk(chains, chain.accepted / chain.tried)


class _Chain:
    """All walkers on their way: where they are, how dense it is there, and what proposals are made from."""

    def __init__(
        self, density: Density, points: Floats, logarithms: Floats, random: np.random.Generator, archive: Floats
    ) -> None:
        self.density, self.points, self.logarithms, self.random = density, points, logarithms, random
        self.accepted = self.tried = 0
        self.learn(archive)

    def learn(self, archive: Floats) -> None:
        """Make proposals from these draws (draw, parameter) from now on."""
        dimensions = archive.shape[1]
        self.archive, self.centre = archive, archive.mean(axis=0)
        self.root = np.asarray(np.linalg.cholesky(np.cov(archive.T).reshape(dimensions, dimensions)))

    def step(self) -> Floats:
        """Move every walker once, or leave it; the points (walker, parameter) after that."""
        moved, ratio = self._difference() if self.random.random() < 0.3 else self._around()
        logarithms = self.density(moved)
        taken = np.log(self.random.random(len(moved))) < logarithms - self.logarithms + ratio
        self.points = np.where(taken[:, None], moved, self.points)
        self.logarithms = np.where(taken, logarithms, self.logarithms)
        self.accepted, self.tried = self.accepted + int(taken.sum()), self.tried + len(taken)
        return self.points

    def _difference(self) -> tuple[Floats, Floats]:
        count, dimensions = self.points.shape
        first, second = self.random.integers(0, len(self.archive), (2, count))
        scale = 2.38 / np.sqrt(2 * dimensions) * self.random.choice([0.5, 1.0], count)[:, None]
        noise = 1e-4 * self.random.standard_normal(self.points.shape) @ self.root.T
        return self.points + scale * (self.archive[first] - self.archive[second]) + noise, np.zeros(count)

    def _around(self) -> tuple[Floats, Floats]:
        """Moved points and the logarithm (walker,) of backward over forward proposal density."""
        size = self.random.choice(SIZES)
        fresh = self.random.standard_normal(self.points.shape) @ self.root.T
        moved = self.centre + np.sqrt(1 - size**2) * (self.points - self.centre) + size * fresh
        return moved, self._gaussian(self.points) - self._gaussian(moved)

    def _gaussian(self, points: Floats) -> Floats:
        return np.asarray(-0.5 * (np.linalg.solve(self.root, (points - self.centre).T) ** 2).sum(axis=0))


def _computable(density: Density, centre: Floats, steps: Floats) -> Floats:
    """Starts (walker, parameter) with a density: steps to where there is none are halved until there is."""
    steps = steps.copy()
    for _ in range(30):
        lost = ~np.isfinite(density(centre + steps))
        if not lost.any():
            break
        steps[lost] /= 2
    return np.asarray(centre + steps)


@dataclass(frozen=True, eq=False)
class Free:
    """Coordinates without bounds, in which the posterior is nearly Gaussian: the logit of where a logarithm lies."""

    low: Floats
    high: Floats

    def out(self, logarithms: Floats) -> Floats:
        """Free coordinates of logarithms within the bounds."""
        from scipy.special import logit

        return np.asarray(logit((logarithms - self.low) / (self.high - self.low)))

    def back(self, points: Floats) -> Floats:
        """Logarithms at free coordinates; never on a bound, where the density would be none."""
        from scipy.special import expit

        return np.asarray(self.low + (self.high - self.low) * np.clip(expit(points), 1e-12, 1 - 1e-12))

    def slope(self, points: Floats) -> Floats:
        """The derivative of the logarithm by the free coordinate."""
        from scipy.special import expit

        return np.asarray((self.high - self.low) * expit(points) * expit(-points))


def _usable(covariance: Floats, objective: Objective) -> Floats:
    """The covariance, a sixth of its range standing in for the SD of a value on its bound."""
    low, high = objective.bounds
    found = np.where(np.isfinite(covariance), covariance, 0.0)
    stuck = ~np.isfinite(np.diag(covariance)) | (np.diag(found) <= 0)
    found[stuck, stuck] = ((high - low)[stuck] / 6) ** 2
    # nor wider than the bounds allow, lest most steps be lost
    scale = np.minimum(1.0, (high - low) / 2 / np.sqrt(np.diag(found)))
    return np.asarray(found * np.outer(scale, scale) + 1e-12 * np.eye(len(found)))


def _tamed(covariance: Floats) -> Floats:
    """No wider than 1.5 in any free coordinate: beyond that the Gaussian is mostly on the bounds."""
    scale = np.minimum(1.0, 1.5 / np.sqrt(np.diag(covariance)))
    return np.asarray(covariance * np.outer(scale, scale))


def _weigh(
    fit: Fit, parameters: tuple[Parameter, ...], chosen: Floats, each: int, seed: int
) -> tuple[Floats, tuple[Parameter, ...], float]:
    """Draws (draw, parameter) of values and spreads, the parameters added, what the weighed candidates are worth.

    `chosen` holds every draw of the values `each` times in a row; one of each such block is kept.
    """
    stages = [each for each in fit.stages if each.stage.people and each.estimates]
    known = {each.heading for each in parameters}
    parts: list[Floats] = []
    more: list[Parameter] = []
    weights = np.zeros(len(chosen))
    for number, stage in enumerate(stages):
        new = [k for k, each in enumerate(stage.estimates) if each.parameter.heading not in known]
        priors = Objective(fit.plan, tuple(stage.estimates[k].parameter for k in new), ())
        centre = np.log([stage.estimates[k].value for k in new])
        covariance = _usable(np.array(stage.covariance)[np.ix_(new, new)], priors)
        proposed, against = _proposed(centre, WIDER**2 * covariance, len(chosen), f"{number}", seed)
        weights += priors.log_density(proposed) - against
        known |= {each.heading for each in priors.parameters}
        more += priors.parameters
        parts.append(proposed)
    together = np.column_stack([chosen, *parts])
    everything = (*parameters, *more)
    inside = np.isfinite(weights)
    rows = {(row.target.stage, row.target.id): row.target for stage in stages for row in stage.outcomes}
    if rows:
        found = predict(fit.plan, tuple(rows.values()), everything, np.exp(together[inside]), Held(), lenient=True)
        residuals = np.column_stack([row.residual(found[:, k]) for k, row in enumerate(rows.values())])
        weights[inside] -= np.nan_to_num((residuals**2).sum(axis=1) / 2, nan=np.inf, posinf=np.inf)
    blocks = weights.reshape(-1, each)
    kept = _one_of(blocks, seed) + each * np.arange(len(blocks))
    return together[kept], tuple(more), float(sum(weight_size(block) for block in blocks if np.isfinite(block).any()))


def _proposed(centre: Floats, covariance: Floats, count: int, name: str, seed: int) -> tuple[Floats, Floats]:
    """Points (set, parameter) of a multivariate t, addressed, and the logarithm of its density up to a constant."""
    from scipy.special import chdtri

    dimensions = len(centre)
    scores = np.column_stack([normal(seed, f"spread {name} {k}", 0, count) for k in range(dimensions)])
    # a t is a normal over the root of a chi-square share
    shares = chdtri(FREEDOM, uniform(seed, f"spread {name} tail", 0, count)) / FREEDOM
    stretched = scores / np.sqrt(shares)[:, None]
    density = -(FREEDOM + dimensions) / 2 * np.log1p((stretched**2).sum(axis=1) / FREEDOM)
    return centre + stretched @ np.linalg.cholesky(covariance).T, density


def _one_of(weights: Floats, seed: int) -> NDArray[np.int64]:
    """The number of the candidate drawn in each block, shape (block,), from logarithms of weights (block, candidate).

    A block without any possible candidate keeps one all the same: its values stand, its spreads are the proposal's.
    """
    top = weights.max(axis=1, keepdims=True)
    shares = np.cumsum(np.exp(np.where(np.isfinite(top), weights - top, 0.0)), axis=1)
    points = uniform(seed, "resampling", 0, len(weights)) * shares[:, -1]
    return np.asarray((shares < points[:, None]).sum(axis=1))


def _spread_out(total: int, count: int, seed: int) -> NDArray[np.int64]:
    """`count` of `total` numbers at even distances, in random order; all where there are not so many."""
    chosen = np.linspace(0, total - 1, min(count, total)).round().astype(np.int64)
    return np.asarray(chosen[np.argsort(uniform(seed, "choice", 0, len(chosen)), kind="stable")])
