"""Two cores against one, alone: wall time of the same patients by one thread and by two, in pairs.

    python benchmarks/scaling.py [--patients 8192] [--pairs 15]

Only an idle machine can show it; processor time of two threads over one tells how much work the second thread adds.
"""

from __future__ import annotations

import argparse
import os
import statistics

import two_models
from ours import Unmoor
from work_precision import clocked

RTOL = {"mobilisation_20": 1.5e-4, "receptors_39": 1e-4}


def main() -> None:
    """Print one line a model: medians, quartiles and the share of pairs at 1.7 or more."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--patients", type=int, default=8192)
    reader.add_argument("--pairs", type=int, default=15)
    asked = reader.parse_args()
    for model, rtol in RTOL.items():
        engine = Unmoor(two_models.cohort(model, asked.patients))
        clocked(engine, asked.patients, rtol, 2)
        runs = [[clocked(engine, asked.patients, rtol, threads) for threads in (1, 2)] for _ in range(asked.pairs)]
        ratios = [one[0] / two[0] for one, two in runs]
        added = statistics.median(two[1] / one[1] for one, two in runs)
        low, middle, high = statistics.quantiles(ratios, n=4)
        enough = sum(ratio >= 1.7 for ratio in ratios)
        print(
            f"{model}: {asked.patients:,} patients, {asked.pairs} pairs, load {os.getloadavg()[0]:.1f}; scaling median"
            f" {middle:.2f} (quartiles {low:.2f} to {high:.2f}), {enough} of {asked.pairs} at 1.7 or more;"
            f" processor time, two over one: {added:.2f}"
        )


if __name__ == "__main__":
    main()
