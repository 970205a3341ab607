"""Accuracy reached against patients a second, for every engine at several tolerances, in interleaved rounds."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import two_models
from ours import Unmoor
from peer_diffrax import Diffrax
from peer_numbalsoda import NumbaLsoda
from peer_roadrunner import RoadRunner
from peer_scipy import SciPy

ATOL_SHARE = 1e-2
GOAL = 1e-4


@dataclass(frozen=True)
class Plan:
    """An engine, the module it needs, its tolerances from loose to tight, and how many patients it is timed on."""

    engine: Any
    needs: str
    tolerances: tuple[float, ...]
    patients: int


PLANS = (
    Plan(Unmoor, "unmoor", (1e-2, 1e-3, 5e-4, 3e-4, 2e-4, 1.5e-4, 1e-4, 5e-5, 1e-5, 1e-6, 1e-7), 2048),
    Plan(NumbaLsoda, "numbalsoda", (1e-3, 1e-4, 5e-5, 3e-5, 2e-5, 1e-5, 1e-6, 1e-7), 48),
    Plan(RoadRunner, "roadrunner", (1e-4, 1e-5, 5e-6, 3e-6, 2e-6, 1e-6, 1e-7), 32),
    Plan(SciPy, "scipy", (1e-3, 1e-4, 5e-5, 3e-5, 2e-5, 1e-5, 1e-6), 24),
    Plan(Diffrax, "diffrax", (1e-4, 1e-5), 4),
)


@dataclass
class Rung:
    """One tolerance of one engine: percentiles of error over the judged patients, patients a second by round."""

    rtol: float
    median: float
    p95: float
    worst: float
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median of the rounds, one core, processor time."""
        return statistics.median(self.rates)


@dataclass
class Line:
    """One engine on one model."""

    name: str
    version: str
    ready: float
    rungs: list[Rung]
    judged: int
    cores: list[tuple[float, float, float]] = field(default_factory=list)
    """rounds of the chosen rung: wall seconds of one thread, of two, and processor time of two over that of one"""

    @property
    def chosen(self) -> Rung | None:
        """The fastest rung whose 95th percentile error meets the goal."""
        return max((rung for rung in self.rungs if rung.p95 <= GOAL), key=lambda rung: rung.rate, default=None)


@dataclass(frozen=True)
class Measured:
    """All engines on one model, in one run; `absent` are those that are not installed."""

    model: str
    lines: list[Line]
    absent: list[str]
    agreement: float


def measure(model: str, rounds: int, judged: int, scale: float = 1.0, slow: bool = True) -> Measured:
    """Interleaved rounds; the reference is SciPy's LSODA at rtol 1e-10, `agreement` its distance from unmoor at 1e-9.

    `scale` shrinks the numbers of patients; without `slow`, engines that take minutes to compile are left out.
    """
    plans = [p for p in PLANS if importlib.util.find_spec(p.needs) and (slow or p.engine is not Diffrax)]
    absent = [p.engine.name for p in PLANS if p not in plans]
    counts = {p: max(int(p.patients * scale), 2) for p in plans}
    cohort = two_models.cohort(model, max(counts.values()))
    peers_cohort = two_models.cohort(model, max(judged, *(counts[p] for p in plans if p.engine is not Unmoor)))
    reference = SciPy(peers_cohort).run(judged, 1e-10, 1e-12)
    engines, lines = {}, {}
    for plan in plans:
        seen = counts[plan] if plan.engine is Diffrax else judged
        given = cohort if plan.engine is Unmoor else peers_cohort
        begin = time.perf_counter()
        engine = plan.engine(two_models.cohort(model, seen) if plan.engine is Diffrax else given)
        ready = time.perf_counter() - begin
        rungs = []
        for rtol in plan.tolerances:
            errors = two_models.error(engine.run(seen, rtol, rtol * ATOL_SHARE), reference[:seen])
            rungs.append(Rung(rtol, *(float(one) for one in np.percentile(errors, [50, 95, 100]))))
        engines[plan] = engine
        lines[plan] = Line(engine.name, importlib.metadata.version(engine.package), ready, rungs, seen)
    for turn in range(rounds):
        # a round of diffrax takes as long as all others together
        for plan in plans if turn == 0 else [p for p in plans if p.engine is not Diffrax]:
            for rung in lines[plan].rungs:
                rung.rates.append(_rate(engines[plan], counts[plan], rung.rtol))
    ours = next(p for p in plans if p.engine is Unmoor)
    chosen = lines[ours].chosen
    for _ in range(rounds + 2 if chosen else 0):
        one, two = (clocked(engines[ours], counts[ours], chosen.rtol, threads) for threads in (1, 2))
        lines[ours].cores.append((one[0], two[0], two[1] / one[1]))
    tight = engines[ours].run(judged, 1e-9, 1e-11)
    return Measured(model, list(lines.values()), absent, float(two_models.error(tight, reference).max()))


def _rate(engine: Any, patients: int, rtol: float) -> float:
    """Patients a second of processor time."""
    begin = time.process_time()
    engine.run(patients, rtol, rtol * ATOL_SHARE)
    return patients / (time.process_time() - begin)


def clocked(engine: Any, patients: int, rtol: float, threads: int) -> tuple[float, float]:
    """Wall and processor seconds of a run."""
    wall, used = time.perf_counter(), time.process_time()
    engine.run(patients, rtol, rtol * ATOL_SHARE, threads)
    return time.perf_counter() - wall, time.process_time() - used
