"""unmoor against its peers in one run, as a page of Markdown and a plot.

python benchmarks/bench.py --to docs/benchmarks.md     everything (make bench), about six minutes
python benchmarks/bench.py --quick                     a minute: few patients, nothing written, the same code
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import pickle
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import child
import library_model
import plot
import prototype
import two_models
from work_precision import ATOL_SHARE, GOAL, Line, Measured, measure

MODELS = ("mobilisation_20", "receptors_39")
BUILT = (*MODELS, "modules_150")
PICTURE = "images/work-precision.svg"


@dataclass(frozen=True)
class Size:
    """How much is run."""

    rounds: int
    judged: int
    scale: float
    slow: bool
    populations: tuple[int, ...]
    chunk: int
    starts: int


FULL = Size(rounds=3, judged=40, scale=1.0, slow=True, populations=(1, 1_000, 100_000), chunk=5_000, starts=2)
QUICK = Size(rounds=1, judged=4, scale=0.05, slow=False, populations=(1, 100), chunk=50, starts=1)


@dataclass(frozen=True)
class Waits:
    """Seconds before the first patient moves; kernels as (states, wall, processor) by model, driver the last two."""

    kernels: dict[str, tuple[int, float, float]]
    driver: tuple[float, float]
    cached: dict[str, float]
    imports: float


def starts(size: Size) -> Waits:
    """Kernels with an empty cache, the driver, and both from a full cache; medians but for the driver."""
    kernels: dict[str, tuple[int, float, float]] = {}
    for name in BUILT:
        runs = []
        for _ in range(size.starts):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(child.measure("kernel", name, cache=Path(folder)))
        wall, used = (statistics.median(run[key] for run in runs) for key in ("kernel", "kernel used"))
        kernels[name] = int(runs[0]["states"]), wall, used
    cached, imports, driver = {}, [], (0.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        for name in MODELS:
            cold = child.measure("build", name, cache=Path(folder))
            driver = max(driver, (cold["driver"], cold["driver used"]))
            warm = [child.measure("build", name, cache=Path(folder)) for _ in range(size.starts)]
            cached[name] = statistics.median(run["kernel"] + run["driver"] for run in warm)
            imports += [run["imports"] for run in warm]
    return Waits(kernels, driver, cached, statistics.median(imports))


def unmoor_of(one: Measured) -> Line:
    """unmoor's line of a model."""
    return next(line for line in one.lines if line.name == "unmoor")


def choice_table(one: Measured) -> str:
    """Each engine at the tolerance chosen for it."""
    ours = unmoor_of(one).chosen
    head = "engine | rtol | median error | 95th percentile | worst | patients/s, one core | range | unmoor does, times"
    rows = [f"| {head} |", "|---|---|---|---|---|---|---|---|"]
    for line in one.lines:
        rung = line.chosen
        if rung is None:
            tight = min(line.rungs, key=lambda each: each.p95)
            rows.append(
                f"| {line.name} {line.version} | {tight.rtol:g} | {tight.median:.1e} | {tight.p95:.1e} (misses the "
                f"goal) | {tight.worst:.1e} | {tight.rate:,.3g} | {_range(tight.rates)} | - |"
            )
            continue
        ratio = "1" if ours is None or rung is ours else f"{ours.rate / rung.rate:,.0f}"
        rows.append(
            f"| {line.name} {line.version} | {rung.rtol:g} | {rung.median:.1e} | {rung.p95:.1e} | {rung.worst:.1e} "
            f"| {_rate(rung.rate)} | {_range(rung.rates)} | {ratio} |"
        )
    rows += [f"| {name} | not run (not installed, or left out of a quick run) | | | | | | |" for name in one.absent]
    return "\n".join(rows)


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _range(rates: list[float]) -> str:
    return f"{_rate(min(rates))} to {_rate(max(rates))}"


def cores_table(measured: list[Measured]) -> str:
    """One and two threads of unmoor at the chosen tolerance."""
    head = "model | rtol | one thread, s | two threads, s | scaling, median | best | processor time, two over one"
    rows = [f"| {head} |", "|---|---|---|---|---|---|---|"]
    for one in measured:
        line = unmoor_of(one)
        assert line.chosen
        single, both, added = zip(*line.cores, strict=True)
        ratios = [a / b for a, b, _ in line.cores]
        rows.append(
            f"| {one.model} | {line.chosen.rtol:g} | {statistics.median(single):.3f} | {statistics.median(both):.3f} "
            f"| {statistics.median(ratios):.2f} | {max(ratios):.2f} | {statistics.median(added):.2f} |"
        )
    return "\n".join(rows)


def population_tables(measured: list[Measured], size: Size) -> tuple[str, str]:
    """(seconds by number of patients, peak memory) of unmoor in fresh processes; peers from their patients a second."""
    heads = [f"{n:,} patient{'s'[: n > 1]}" for n in size.populations]
    seconds = [
        f"| engine | model | {' | '.join(heads)} |",
        "|---|---|" + "---|" * len(heads),
    ]
    memory = [
        "| model | patients | cores | peak memory, MB | before the run, MB | curves if kept whole, MB |",
        "|---|---|---|---|---|---|",
    ]
    for one in measured:
        rung = unmoor_of(one).chosen
        assert rung
        for threads in (1, 2):
            took = []
            for n in size.populations:
                run = child.measure("stream", one.model, n, size.chunk, rung.rtol, threads)
                took.append(run["seconds"])
                whole = n * len(two_models.OUTPUTS) * len(two_models.TIMES) * 8 / 1e6
                memory.append(
                    f"| {one.model} | {n:,} | {threads} | {run['peak']:,.0f} | {run['before']:,.0f} | {whole:,.0f} |"
                )
            seconds.append(f"| unmoor, {threads} core{'s'[: threads - 1]} | {one.model} | {_seconds(took)} |")
        for line in one.lines:
            if line.name != "unmoor" and line.chosen:
                took = [n / line.chosen.rate for n in size.populations]
                seconds.append(f"| {line.name}, 1 core (extrapolated) | {one.model} | {_seconds(took)} |")
    return "\n".join(seconds), "\n".join(memory)


def _seconds(took: list[float]) -> str:
    return " | ".join(f"{t:,.0f} s" if t >= 10 else f"{t:.3f} s" for t in took)


def rungs_table(measured: list[Measured]) -> str:
    """Every point of the plot."""
    rows = ["| model | engine | rtol | median error | 95th percentile | patients/s |", "|---|---|---|---|---|---|"]
    for one in measured:
        for line in one.lines:
            rows += [
                f"| {one.model} | {line.name} | {r.rtol:g} | {r.median:.1e} | {r.p95:.1e} | {_rate(r.rate)} |"
                for r in line.rungs
            ]
    return "\n".join(rows)


def start_table(waits: Waits, measured: list[Measured]) -> str:
    """Seconds before the first patient moves."""
    rows = ["| wait | seconds | how often |", "|---|---|---|"]
    for name, (states, wall, used) in waits.kernels.items():
        rows.append(f"| unmoor: kernel of {name}, {states} states | {wall:.2f} ({used:.2f}) | once a model |")
    rows.append(f"| unmoor: driver | {waits.driver[0]:.1f} ({waits.driver[1]:.1f}) | once a machine |")
    for name, seconds in waits.cached.items():
        rows.append(f"| unmoor: kernel and driver of {name} from the cache | {seconds:.3f} | each start |")
    rows.append(f"| unmoor: imports of the engine | {waits.imports:.2f} | each start |")
    for one in measured:
        rows += [
            f"| {line.name}: ready to run {one.model} | {line.ready:.1f} | each start |"
            for line in one.lines
            if line.name != "unmoor"
        ]
    return "\n".join(rows)


@dataclass(frozen=True)
class Pieces:
    """Parts of the run, kept in a folder when one is given, so that an interrupted run goes on where it stopped."""

    folder: Path | None = None

    def get(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` measures, or what it measured before the interruption."""
        place = self.folder / f"{name}.pickle" if self.folder else None
        if place and place.exists():
            return pickle.loads(place.read_bytes())
        began = time.perf_counter()
        found = make(), time.perf_counter() - began
        if place:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(pickle.dumps(found))
        return found


def page(
    size: Size, picture: Path | None, reference: tuple[Path, str] | None = None, pieces: Pieces = Pieces()
) -> str:
    """Everything, run now; `reference` is the folder of the prototypes and a Python that runs them."""
    seconds_spent: list[float] = []

    def piece(name: str, make: Callable[[], Any]) -> Any:
        found, spent = pieces.get(name, make)
        seconds_spent.append(spent)
        return found

    measured: list[Measured] = [
        piece(name, lambda name=name: measure(name, size.rounds, size.judged, size.scale, size.slow))  # type: ignore[misc]
        for name in MODELS
    ]
    for one in measured:
        assert one.agreement < 1e-7, f"unmoor and SciPy disagree on {one.model}: {one.agreement:.1e}"
    seconds, memory = piece("populations", lambda: population_tables(measured, size))
    waits = piece("starts", lambda: starts(size))
    own = piece("own", library_model.section) if size is FULL else "Left out of a quick run."
    compared = "Left out: no folder of prototypes was given."
    if reference:
        compared = piece("prototype", lambda: prototype.section(*reference))
    if picture:
        plot.draw(measured, picture)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("llvmlite", "numba", "numpy"))
    models = "; ".join(f"`{name}`, {len(two_models.model(name).states)} states" for name in MODELS)
    agreement = " and ".join(f"{one.agreement:.0e}" for one in measured)
    tables = "\n\n".join(f"Model `{one.model}`:\n\n{choice_table(one)}" for one in measured)
    piece = size.chunk * len(two_models.OUTPUTS) * len(two_models.TIMES) * 8 / 1e6
    return f"""# Benchmarks

All of this page but the notes on mrgsolve is written by one command, `make bench`
(`python benchmarks/bench.py --to docs/benchmarks.md`), in {sum(seconds_spent) / 60:.1f} minutes of measuring on
{library_model.cpu_name()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()},
{versions}. Engines take turns within a model; with `--keep FOLDER` a run that was stopped goes on with the next part (a
model, populations, start-up, library model, prototypes), as this one did. `python benchmarks/bench.py --quick` runs the
same code on few patients in a minute or two.
The peers that `pip install -e .[bench]` adds are optional; an engine that is not installed is listed as not run.

## The work

Two models made for this page, equations in `benchmarks/models/`: {models} and stiff.
21 days, {len(two_models.OUTPUTS)} outputs at {len(two_models.TIMES)} times, {len(two_models.GCSF_AT)} doses of G-CSF,
{len(two_models.PLERIXAFOR_AT)} of plerixafor, two sessions of apheresis switched on and off. Patients
are log-normal with a coefficient of variation of {two_models.VARIABILITY:.0%} in each constant (10 or 20 % in
{len(two_models.NARROW)} exponents and fractions). Every engine computes the same equations, taken from the same text,
for the same patients.

A patient's error is the largest over outputs and times of |x - reference| / (|reference| + {two_models.FLOOR:g} of the
curve's largest value). The reference is SciPy's LSODA at rtol 1e-10 for {size.judged} patients; unmoor at rtol 1e-9 is
within {agreement} of it. atol is {ATOL_SHARE:g} rtol in every engine. Rates are patients a second on one core in
processor time, median of {size.rounds} interleaved rounds, from the start vector to the curves; compiling and loading
are not counted there. Peers are timed on fewer patients (24 to 48, diffrax 4, which is also judged on 4).

## Accuracy against cost

`python benchmarks/bench.py`, from `benchmarks/work_precision.py`.

![Patients a second against error](images/work-precision.svg)

Each engine at the fastest of its tolerances whose 95th percentile error is at most {GOAL:g}:

{tables}

- unmoor: Rodas5P, eight patients side by side, analytic sparse Jacobian.
- numbalsoda: LSODA in C++, right-hand side and loop over patients compiled by Numba, no Jacobian given. Its wheel does
  not exist for this Python; it was built here from its source release (scikit-build, CMAKE_POLICY_VERSION_MINIMUM 3.5).
- libRoadRunner: CVODE, right-hand side compiled from the same SBML.
- SciPy: `odeint`, right-hand side compiled by Numba, no Jacobian given.
- diffrax: Kvaerno5 under `vmap` on the processor, all patients in one compiled call; timed in processor time like the
  rest, though it spreads over cores.

## Against the prototypes

`python benchmarks/bench.py --prototype FOLDER PYTHON`, from `benchmarks/prototype.py`. Before the engine was written,
two throw-away prototypes of its method without its features set the speed to keep: a kernel by llvmlite under a Numba
loop, and one program in C by gcc. Same models, 21 days, 505 times, in rounds with unmoor, each at the fastest of its
tolerances whose 95th percentile error is at most {GOAL:g}.

{compared}

## What was tried for speed, and what each gave

{Path(__file__).with_name("tried.md").read_text(encoding="utf-8").strip()}

## One core, two cores

`python benchmarks/bench.py`; wall time of the same 2,048 patients by one thread and by two, in pairs. A machine that
others use cannot show scaling in wall time; the last column, processor time of two threads over that of one, then still
says how much work the second thread adds (1.00: none, which on idle cores is a scaling of 2).

{cores_table(measured)}

On 28 November 2026 the machine was idle (load 1.1) for `python benchmarks/scaling.py --patients N --pairs 25`:
medians 1.71 (quartiles 1.67 to 1.78; `mobilisation_20`) and 1.82 (1.61 to 1.89; `receptors_39`) with N 2,048, 1.73
(1.70 to 1.77) and 1.73 (1.61 to 1.80) with N 4,096. With N 8,192, whole curves of 99 MB at once, 1.60 and 1.65
(`mobilisation_20`), 1.75 and 1.86 in two runs each: fresh memory is then part of what is timed. While others used the
machine, medians were 1.10 to 1.23.

## One patient, a thousand, a hundred thousand

`python benchmarks/child.py stream MODEL PATIENTS {size.chunk} RTOL CORES` for unmoor: wall time of a fresh process
after start-up, from the drawing of parameters to the last curve, in pieces of {size.chunk:,} patients. Peers are
**extrapolated** from their patients a second above, on one core, and no more than that.

{seconds}

## Memory

The same runs. Curves are handed on in pieces of {size.chunk:,} patients ({piece:,.0f} MB of curves a piece), so memory
follows the piece, not the population.

{memory}

## Start-up

`python benchmarks/child.py kernel MODEL` (empty cache) and `... build MODEL` (empty, then full cache) in fresh
processes, wall time and, for compiling, processor time in brackets. `modules_150` is written by
`benchmarks/coupled_modules.py`: fifteen modules of ten states in a ring. For the peers: from the model read to the
first patient, compilation by Numba or JAX included.

{start_table(waits, measured)}

## The library's own model

{own}

## mrgsolve

**Not run here**: the machine's distribution has R but no package of mrgsolve. Where R has mrgsolve,
`python benchmarks/mrgsolve_files.py out/mrgsolve` writes both models, patients, doses and reference curves, and
`Rscript benchmarks/mrgsolve.R out/mrgsolve` prints the same errors and patients a second.

## Every point of the plot

{rungs_table(measured)}
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, help="write the page here and the plot beside it")
    parser.add_argument("--quick", action="store_true", help="few patients, no plot kept")
    parser.add_argument("--prototype", nargs=2, metavar=("FOLDER", "PYTHON"), help="compare with the prototypes too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep parts here; a run that stopped goes on")
    chosen = parser.parse_args()
    reference = (Path(chosen.prototype[0]), chosen.prototype[1]) if chosen.prototype else None
    with tempfile.TemporaryDirectory() as folder:
        kept = chosen.to and not chosen.quick
        target = chosen.to.parent / PICTURE if kept else Path(folder, "work-precision.svg")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = page(QUICK if chosen.quick else FULL, target, reference, Pieces(chosen.keep))
    print(text)
    if chosen.to:
        chosen.to.write_text(text, encoding="utf-8")
