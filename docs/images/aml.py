"""The leukaemia trial among simulated trials of 28 patients: responses, their duration, and associations.

`python docs/images/aml.py` writes the figure of docs/aml.md and prints how often each arm has ten responders.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

import unmoor
from unmoor.base.result import Result
from unmoor.trial.prediction import draw, seed_of, statistics
from unmoor.trial.study import Study

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, TRIALS, N = 1000, 1000, 28
ARMS = {
    "bid-800": ("800 mg, all three", "#1b7a5a", "-"),
    "no-plerixafor": ("no plerixafor", "#7b3f98", "--"),
    "no-gcsf": ("no G-CSF", "#6b6b00", ":"),
    "sorafenib-alone": ("sorafenib alone", "#b3123f", "-."),
}
MARKERS = {"vla4": ("VLA-4", "#1f5fa8", "-"), "cd44": ("CD44", "#c25a00", "--"), "cxcr4": ("CXCR4", "#333333", ":")}
RESPONDED, DURATION, P = 10, 5.3, 0.002


def drawn(study: Study, result: Result, arm: str, endpoint: str) -> NDArray[np.float64]:
    """The endpoint's statistic in each drawn trial, shape (trial,)."""
    measure = study.measure(study.endpoint(endpoint))
    integrated = np.asarray(result.status.sel(arm=arm).values == 0)
    chosen = draw(seed_of(study, result), arm, integrated, N, TRIALS)
    return statistics(chosen, measure, measure.values(result, arm)).statistic


def furthest(p: float, n: int) -> float:
    """The rank correlation below zero of n pairs that has this P value (Student's t)."""
    value = student.ppf(p / 2, n - 2)
    return float(value / np.sqrt(n - 2 + value**2))


def main() -> None:
    """Simulate, print and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    study = unmoor.load_study("borthakur-2020")
    result = unmoor.simulate(study, unmoor.sample(study.population, n=PEOPLE, seed=1))
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.9), constrained_layout=True)
    counts = np.arange(N + 1)
    for arm, (label, colour, line) in ARMS.items():
        responders = np.rint(N * drawn(study, result, arm, "response")).astype(int)
        share = np.bincount(responders, minlength=N + 1) / TRIALS
        exactly, more = share[RESPONDED], share[RESPONDED:].sum()
        print(f"{label}: {RESPONDED} responders in {exactly:.1%} of trials, as many or more in {more:.1%}")
        left.plot(counts, 100 * share, line, color=colour, label=label)
        months = np.sort(drawn(study, result, arm, "duration"))
        months = months[~np.isnan(months)]
        middle.step(months, 100 * np.arange(1, len(months) + 1) / len(months), line, where="post", color=colour)
    for marker, (label, colour, line) in MARKERS.items():
        rho = drawn(study, result, "bid-800", f"{marker}-association")
        share, edges = np.histogram(rho, bins=np.arange(-1.0, 0.81, 0.05))
        right.stairs(100 * share / TRIALS, edges, color=colour, linestyle=line, label=label, linewidth=1.5)
    left.axvline(RESPONDED, color="black", linewidth=1)
    left.text(RESPONDED + 0.3, left.get_ylim()[1] * 0.97, "published: 10", va="top")
    left.set(xlabel="responders among 28", ylabel="% of 1,000 trials", xlim=(0, N), ylim=(0, None))
    left.set_title("CR, CRp, CRi or PR", loc="left")
    left.legend(frameon=False, loc="upper right", bbox_to_anchor=(1.0, 0.9))
    middle.axvline(DURATION, color="black", linewidth=1)
    middle.text(DURATION + 0.1, 4, "published: 5.3")
    middle.set(xlabel="median duration of response, months", ylabel="% of trials at or below")
    middle.set(xlim=(0, 8), ylim=(0, 100))
    middle.set_title("Duration of response", loc="left")
    bound = furthest(P, N)
    right.axvspan(-1, bound, color="black", alpha=0.07, linewidth=0)
    right.text(-0.53, right.get_ylim()[1] * 0.98, f"shaded: P <= {P:g},\nas published\nfor all three", va="top")
    right.set(xlabel="Spearman's rho, expression and fold", ylabel="% of 1,000 trials", xlim=(-1, 0.9), ylim=(0, None))
    right.set_title("Expression and mobilisation", loc="left")
    right.legend(frameon=False, loc="center right")
    for axis in (left, middle, right):
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(ROOT / "docs" / "images" / "aml.png", dpi=110)


if __name__ == "__main__":
    main()
