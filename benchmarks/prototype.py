"""The throw-away prototypes that set the speed to keep, on this machine, in rounds with unmoor.

    python benchmarks/prototype.py FOLDER PYTHON

FOLDER holds a copy of them with the reference curves they were judged by, PYTHON has sympy, numba and llvmlite; gcc for
the one in C. Each at the fastest of its tolerances whose 95th percentile error is at most 1e-4; processor time of one
core for unmoor and C, wall time for the rest.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import two_models
from ours import Unmoor
from work_precision import ATOL_SHARE, GOAL, clocked

PATIENTS, ROUNDS, JUDGED = 2048, 3, 200
TOLERANCES = (2e-4, 1.5e-4, 1.2e-4, 1e-4, 8e-5, 6e-5)
MODELS = {"mobilisation_20": "M1", "receptors_39": "M2"}
_LINE = re.compile(r"(?:pat/s|pat/cpu-s) (\d+).*?p95'?:? ([\d.e-]+)")
Rates = list[tuple[float, float]]


def ours(engine: Unmoor, tight: np.ndarray, threads: int) -> Rates:
    """(patients a second, 95th percentile error) at each tolerance."""
    found = []
    for rtol in TOLERANCES:
        wall, used = clocked(engine, PATIENTS, rtol, threads)
        curves = engine.run(JUDGED, rtol, rtol * ATOL_SHARE)
        error = float(np.percentile(two_models.error(curves, tight), 95))
        found.append((PATIENTS / (used if threads == 1 else wall), error))
    return found


def theirs(folder: Path, python: str, arguments: list[str]) -> Rates:
    """The same of a prototype, from what it prints."""
    told = subprocess.run([python, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [(float(rate), float(error)) for rate, error in _LINE.findall(told)]


def section(folder: Path, python: str) -> str:
    """A table, measured now."""
    rows = ["| engine | model | patients/s, one core | range | 95th percentile error |", "|---|---|---|---|---|"]
    tolerances = ",".join(map(str, TOLERANCES))
    for name, theirs_is in MODELS.items():
        engine = Unmoor(two_models.cohort(name, PATIENTS))
        tight = engine.run(JUDGED, 1e-10, 1e-12)
        runs: dict[str, list[Rates]] = {"unmoor": [], "llvmlite prototype": [], "C prototype": []}
        for _ in range(ROUNDS):
            runs["unmoor"].append(ours(engine, tight, 1))
            runs["llvmlite prototype"].append(
                theirs(folder, python, ["llbench.py", theirs_is, str(PATIENTS), tolerances, "8"])
            )
            runs["C prototype"].append(
                theirs(folder, python, ["measure.py", theirs_is, "gcc", "rodas5p", "8", tolerances, str(PATIENTS)])
            )
        for label, rounds in runs.items():
            best = [max(each for each in one if each[1] <= GOAL) for one in rounds]
            rates = [rate for rate, _ in best]
            rows.append(
                f"| {label} | {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} "
                f"| {best[0][1]:.1e} |"
            )
    return "\n".join(rows)


if __name__ == "__main__":
    print(section(Path(sys.argv[1]), sys.argv[2]))
