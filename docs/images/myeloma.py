"""The myeloma trial among simulated trials of 33, what was not tried beside it, and the doses three designs choose.

`python docs/images/myeloma.py` writes the figure of docs/myeloma.md and prints how often an arm has 16 responders, and
how many respond where the niche protects nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import unmoor
from unmoor.base.result import Result
from unmoor.trial.escalation import compare_designs
from unmoor.trial.prediction import draw, seed_of, statistics
from unmoor.trial.study import Study
from unmoor.trial.survival import kaplan_meier

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, TRIALS, N = 1000, 1000, 33
RESPONDED, SURVIVAL = 16, 12.6
ARMS = {
    "combination": ("all three", "#1b7a5a", "-"),
    "without-plerixafor": ("no plerixafor", "#7b3f98", "--"),
    "without-dexamethasone": ("no dexamethasone", "#6b6b00", ":"),
    "without-bortezomib": ("no bortezomib", "#b3123f", "-."),
}
DESIGNS = {"3+3": "#333333", "BOIN": "#1f5fa8", "CRM": "#c25a00"}


def responders(study: Study, result: Result, arm: str) -> NDArray[np.int64]:
    """How many respond in each drawn trial of 33, shape (trial,)."""
    measure = study.measure(study.endpoint("response"))
    integrated = np.asarray(result.status.sel(arm=arm).values == 0)
    chosen = draw(seed_of(study, result), arm, integrated, N, TRIALS)
    found = statistics(chosen, measure, measure.values(result, arm)).statistic
    return np.rint(N * np.asarray(found)).astype(int)


def main() -> None:
    """Simulate, print and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    study = unmoor.load_study("ghobrial-2019-phase2")
    patients = unmoor.sample(study.population, n=PEOPLE, seed=1)
    result = unmoor.simulate(study, patients)
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.9), constrained_layout=True)
    free = study.measure(study.endpoint("progression-free"))
    for arm, (label, colour, line) in ARMS.items():
        share = np.bincount(responders(study, result, arm), minlength=N + 1) / TRIALS
        print(f"{label}: {RESPONDED} or more of {N} respond in {share[RESPONDED:].sum():.1%} of trials")
        left.plot(np.arange(N + 1), 100 * share, line, color=colour, label=label)
        times, events = free.values(result, arm).T
        curve = kaplan_meier(times, events.astype(bool))
        months = np.arange(0.0, 36.1, 0.1)
        middle.plot(months, 100 * curve.at(months)[0], line, color=colour, label=label)
    bare = replace(patients, parameters=patients.parameters.assign(protection=1e-9))
    unprotected = unmoor.simulate(study, bare)
    response = study.measure(study.endpoint("response"))
    for arm in ("combination", "without-plerixafor"):
        print(f"no protection, {ARMS[arm][0]}: {np.mean(response.values(unprotected, arm)):.1%} respond")

    escalation = unmoor.load_study("ghobrial-2019-phase1")
    levels = unmoor.simulate(escalation, unmoor.sample(escalation.population, n=PEOPLE, seed=1))
    table = compare_designs(escalation, levels).table()
    for k, (design, colour) in enumerate(DESIGNS.items()):
        rows = table[table["design"] == design]
        right.bar(np.arange(len(rows)) + 0.27 * (k - 1), 100 * rows["selected"], 0.27, color=colour, label=design)
    right.set_xticks(range(len(rows)), ["none", "1", "2", "3", "4", "5", "5b", "6", "7"])

    left.axvline(RESPONDED, color="black", linewidth=1)
    left.text(RESPONDED + 0.4, left.get_ylim()[1] * 0.99, "published: 16", va="top")
    left.set(xlabel="responders among 33", ylabel="% of 1,000 trials", xlim=(0, N), ylim=(0, None))
    left.set_title("Partial response or better", loc="left")
    middle.plot([SURVIVAL, SURVIVAL], [0, 50], color="black", linewidth=1)
    middle.text(SURVIVAL + 0.4, 46, "published median: 12.6")
    middle.axhline(50, color="grey", linewidth=0.5)
    middle.set(xlabel="months", ylabel="% without progression", xlim=(0, 36), ylim=(0, 100))
    middle.set_title("Time to progression", loc="left")
    middle.legend(frameon=False, loc="upper right")
    right.set(xlabel="level; published: 0.32 mg/kg (5 or 5b)", ylabel="% of 1,000 trials of 25")
    right.set_title("Recommended dose", loc="left")
    right.legend(frameon=False)
    for axis in (left, middle, right):
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(ROOT / "docs" / "images" / "myeloma.png", dpi=110)


if __name__ == "__main__":
    main()
