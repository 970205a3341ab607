"""Stated chances of `unmoor.plan` on simulated truth, beside published rules: docs/planning-truth.md and its figure.

    python benchmarks/plan_truth.py [--patients 120]

Deterministic; one to two seconds a patient. Three runs: as expected, and a third as many with counts worse than thought
and of another population.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import matplotlib
import numpy as np

from unmoor.planning.reliability import brier_interval, reliability, skill
from unmoor.planning.truth import Trial, compared, trial

DOCS = Path(__file__).parents[1] / "docs"
RUNS = {
    "as expected": {},
    "counts with a CV of 30% that the plan takes for 14%": {"count_cv": 30.0},
    "predicted poor mobilisers, planned as average lymphoma": {"truth": "poor-mobiliser-predicted"},
}
QUESTIONS = {
    "tomorrow": "G-CSF alone from day 5",
    "plerixafor": "plerixafor on day 4, from day 5",
    "today": "day 5, both counts",
}  # fmt: skip


def rows(found: Trial) -> list[str]:
    """A Markdown table: question, method, frequency, Brier score with interval, skill."""
    lines = ["| question | method | happened | Brier score (95%) | skill |", "|---|---|---:|---:|---:|"]
    order = list(found.happened)
    for name, method, stated, happened in sorted(compared(found), key=lambda row: order.index(row[0])):
        when, what = name.split(", ")
        target, _, sessions = what.partition(" in ")
        question = f"{QUESTIONS[when]}: {target} x 10^6/kg in {sessions} session{'s' if sessions != 'one' else ''}"
        score, gain = brier_interval(stated, happened), skill(stated, happened)
        gained = "" if np.isnan(gain) else f"{gain:.2f}"
        told = f"{score.value:.3f} ({score.lower:.3f} to {score.upper:.3f})"
        lines.append(f"| {question} | {method} | {happened.mean():.0%} | {told} | {gained} |")
    return lines


def pooled(found: Trial) -> tuple[np.ndarray, np.ndarray]:
    """Every stated chance with its outcome."""
    names = list(found.happened)
    stated, happened = ([table[name] for name in names] for table in (found.stated, found.happened))
    return np.concatenate(stated), np.concatenate(happened)


def draw(trials: dict[str, Trial], to: Path) -> None:
    """Reliability curves, one panel a run."""
    style = {"font.size": 8.5, "axes.spines.top": False, "axes.spines.right": False, "figure.facecolor": "white"}
    from matplotlib.figure import Figure

    with matplotlib.rc_context(style):
        figure = Figure(figsize=(9.4, 3.4), layout="constrained")
        for axes, (title, found) in zip(figure.subplots(1, len(trials)), trials.items(), strict=True):
            bins = reliability(*pooled(found), edges=np.linspace(0, 1, 11))
            axes.plot([0, 100], [0, 100], color="#5c666e", linewidth=0.8)
            for each in bins:
                axes.plot(
                    [100 * each.stated] * 2, [100 * each.happened.lower, 100 * each.happened.upper], color="#1c5d8f"
                )
                axes.plot(100 * each.stated, 100 * each.happened.value, "o", color="#1c5d8f", markersize=4)
                axes.annotate(f"{each.n}", (100 * each.stated, 100 * each.happened.value), (4, -9),
                              textcoords="offset points", fontsize=6.5, color="#5c666e")  # fmt: skip
            axes.set_title("\n".join(_folded(title)), loc="left", fontsize=8.5)
            axes.set_xlabel("stated chance, %")
            axes.set_ylabel("happened, %")
            axes.set_aspect("equal")
        figure.savefig(to, dpi=160)


def _folded(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 34)


def main() -> None:
    """Run the trials and write page and figure."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--patients", type=int, default=120)
    asked = reader.parse_args()
    trials = {}
    for title, how in RUNS.items():
        trials[title] = trial(asked.patients if not how else max(asked.patients // 3, 6), **how)
        print(f"{title}: done", file=sys.stderr)
    lines = [
        "# Plans on simulated truth", "",
        f"Written by `python benchmarks/plan_truth.py --patients {asked.patients}`; about: [planning.md](planning.md).",
        "Patients of whom everything is known are measured with error and planned as a clinic would; then their",
        "outcome is looked up. Skill is 1 - Brier score over that of stating the overall frequency for everyone. A",
        "threshold states 1 or 0; with fitted frequencies it states how often success followed on its side of the",
        "threshold in the other half of the patients.", "",
        "![Stated chances against what happened](images/plan-reliability.png)",
    ]  # fmt: skip
    for title, found in trials.items():
        stated, happened = pooled(found)
        score = brier_interval(stated, happened)
        lines += ["", f"## {title[0].upper()}{title[1:]}", "",
                  f"{len(found.ess)} patients planned, {found.refused} refused; {len(stated):,} chances: Brier score "
                  f"{score.value:.3f}; mean stated {stated.mean():.1%}, happened "
                  f"{happened.mean():.1%}; effective sample {found.ess.min():.0f} to {found.ess.max():.0f}.",
                  ""]  # fmt: skip
        lines += rows(found)
    (DOCS / "planning-truth.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    draw(trials, DOCS / "images" / "plan-reliability.png")


if __name__ == "__main__":
    main()
