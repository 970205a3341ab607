"""The work-precision plot: what an accuracy costs in each engine."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from work_precision import GOAL, Measured

#: colours that stay apart for colour-blind readers, with a mark each (Okabe and Ito)
LOOKS = {
    "unmoor": ("#0072B2", "o"), "numbalsoda": ("#D55E00", "s"), "libRoadRunner": ("#009E73", "^"),
    "SciPy LSODA": ("#CC79A7", "D"), "diffrax Kvaerno5": ("#000000", "x"),
}  # fmt: skip


def draw(measured: list[Measured], to: Path) -> None:
    """Write the plot as SVG, one panel a model."""
    mpl.rcParams["svg.hashsalt"] = "unmoor"
    mpl.rcParams["font.size"] = 9
    figure, axes = plt.subplots(1, len(measured), figsize=(8.4, 3.8), sharey=True, squeeze=False)
    for panel, one in zip(axes[0], measured, strict=True):
        for line in one.lines:
            colour, mark = LOOKS[line.name]
            rungs = sorted(line.rungs, key=lambda rung: rung.rtol)
            panel.loglog(
                [rung.p95 for rung in rungs], [rung.rate for rung in rungs], color=colour, marker=mark, markersize=4,
                linewidth=1.2, label=line.name,
            )  # fmt: skip
        panel.axvline(GOAL, color="0.6", linewidth=0.8, linestyle=":")
        panel.set_title(one.model, fontsize=9)
        panel.set_xlabel("95th percentile error (relative)")
        panel.grid(True, which="major", color="0.9", linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("patients a second, one core")
    axes[0, 0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(to, metadata={"Date": None})
    plt.close(figure)
