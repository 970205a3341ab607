"""What each mechanism of the mobilisation model explains: it is off, the rest is fitted again, and curves are drawn.

`python docs/images/ablation.py` prints the table of docs/mobilisation.md and writes its figure; two to four minutes.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import unmoor
from unmoor.base.files import find
from unmoor.calibration import Plan, calibrate, load_plan
from unmoor.calibration.estimate import StageFit
from unmoor.model import load_model

ROOT = Path(__file__).resolve().parents[2]
CALIBRATION, STAGE = "mobilisation-second", "cells"
OFF: Mapping[str, Mapping[str, float]] = {
    "nothing": {},
    "CXCR4 tether": {"cd34_tether_cxcr4_tether": 0},
    "VLA-4 tether": {"cd34_tether_vla4_tether": 0},
    "slower homing under blockade": {"cd34_tether_homing_floor": 1},
    "fall of CXCL12 under G-CSF": {"cxcl12_suppression": 0},
    "faster maturation under G-CSF": {"cd34_cells_acceleration": 0},
    "exhaustion by activated neutrophils": {"cd34_cells_exhaustion": 0},
    "delay between plasma and niche": {"plerixafor_niche_exchange_rate": 20},
    "neutrophils under blockade": {"neutrophil_tether_cxcr4_tether": 0, "neutrophil_tether_homing_floor": 1},
}
FILGRASTIM = "filgrastim 10 ug/kg sc once daily for 10 days"
TREATMENTS = {
    "plerixafor 240 ug/kg": ("plerixafor 240 ug/kg sc once", np.arange(0, 36.25, 0.5)),
    "G-CSF, ten days": (FILGRASTIM, np.arange(0, 241, 3.0)),
    "G-CSF, plerixafor on day 4": (f"{FILGRASTIM}\nplerixafor 240 ug/kg sc on day 4 at 14:00", np.arange(0, 145, 1.0)),
}
DRAWN = [name for name in OFF if name != "neutrophils under blockade"]


def trimmed(plan: Plan, folder: Path) -> Plan:
    """The plan up to its stage of cells, with the rows of those stages."""
    names = [stage.name for stage in plan.stages]
    kept = plan.stages[: names.index(STAGE) + 1]
    with find("evidence", plan.targets, ".csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = [row for row in reader if row["stage"] in {stage.name for stage in kept}]
    table = folder / "rows.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(reader.fieldnames or ()))
        writer.writeheader()
        writer.writerows(rows)
    return plan.model_copy(update={"stages": kept, "targets": str(table)})


def without(plan: Plan, off: Mapping[str, float]) -> Plan:
    """The plan with symbols held at the values that switch a mechanism off, in every scenario, and not fitted."""
    scenarios = {
        name: each.model_copy(update={"set": {**each.set, **off}}) if each.model == "mobilisation" else each
        for name, each in plan.scenarios.items()
    }
    stages = tuple(
        stage.model_copy(update={"parameters": tuple(each for each in stage.parameters if each.symbol not in off)})
        for stage in plan.stages
    )
    return plan.model_copy(update={"scenarios": scenarios, "stages": stages})


def row_of(name: str, fit: StageFit) -> str:
    """One line of the table: misfit, with priors, and the rows that are missed by more than two errors."""
    missed = sorted((each for each in fit.outcomes if abs(each.residual) > 2), key=lambda each: -abs(each.residual))
    told = ", ".join(f"{each.target.id} ({each.residual:+.1f})" for each in missed[:5])
    more = f" and {len(missed) - 5} more" if len(missed) > 5 else ""
    return f"| {name} | {fit.misfit:.1f} | {fit.cost:.1f} | {told or '-'}{more} |"


def draw(path: Path) -> None:
    """CD34+ in the typical donor under three treatments, whole and with one mechanism off (nothing fitted again)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    model = load_model("mobilisation")
    figure, axes = plt.subplots(1, len(TREATMENTS), figsize=(13, 4.4), constrained_layout=True)
    for axis, (title, (dose, times)) in zip(axes, TREATMENTS.items(), strict=True):
        for k, name in enumerate(DRAWN):
            values = {symbol: [value] for symbol, value in OFF[name].items()}
            curve = unmoor.integrate(model, dose, times=times, parameters=values or None, outputs=["cd34"])["cd34"]
            style = {"color": "black", "linewidth": 2.5} if not k else {"color": f"C{k - 1}", "linewidth": 1.4}
            label = "whole model" if not k else f"without {name}"
            axis.plot(times / 24, np.ravel(curve), label=label, zorder=10 - k, **style)
        axis.set(title=title, xlabel="days", yscale="log", ylim=(1, None))
        axis.grid(alpha=0.3)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("CD34+ cells per uL")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(path, dpi=110)


def main() -> None:
    """Print the table and write the figure."""
    draw(ROOT / "docs" / "images" / "mobilisation-ablation.svg")
    print("| switched off | misfit | with priors | rows missed by more than two errors |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        plan = trimmed(load_plan(CALIBRATION), Path(folder))
        for name, off in OFF.items():
            print(row_of(name, calibrate(without(plan, off)).stages[-1]), flush=True)


if __name__ == "__main__":
    main()
