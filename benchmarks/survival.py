"""Kaplan-Meier curves and log-rank tests of many simulated trials, against lifelines in the same run.

python benchmarks/survival.py
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from unmoor.trial.survival import kaplan_meier, two_sample_log_rank

TRIALS, PATIENTS, ROUNDS, THEIRS = 10_000, 100, 5, 50


def seconds(action) -> float:
    """Processor seconds of a call: one core's work, whatever else the machine does."""
    start = time.process_time()
    action()
    return time.process_time() - start


def main() -> None:
    """Print curves and tests per second, the median of interleaved rounds."""
    random = np.random.default_rng(1)
    times = random.exponential(12, (TRIALS, PATIENTS))
    events = times < 24
    times, arm = np.minimum(times, 24), np.arange(PATIENTS) % 2
    tasks = {
        "Kaplan-Meier with medians and bounds": (
            lambda: kaplan_meier(times, events).median,
            lambda: [
                KaplanMeierFitter().fit(t, e).median_survival_time_
                for t, e in zip(times[:THEIRS], events[:THEIRS], strict=True)
            ],
        ),
        "log-rank test of two arms": (
            lambda: two_sample_log_rank(times, events, arm),
            lambda: [
                logrank_test(t[arm == 1], t[arm == 0], e[arm == 1], e[arm == 0]).p_value
                for t, e in zip(times[:THEIRS], events[:THEIRS], strict=True)
            ],
        ),
    }  # fmt: skip
    for name, (ours, theirs) in tasks.items():
        rates = [(TRIALS / seconds(ours), THEIRS / seconds(theirs)) for _ in range(ROUNDS)]
        mine, peer = (statistics.median(side) for side in zip(*rates, strict=True))
        print(f"{name}, {PATIENTS} patients: unmoor {mine:,.0f}/s, lifelines {peer:,.0f}/s, ratio {mine / peer:,.0f}")


if __name__ == "__main__":
    main()
