"""How much memory a run needs that streams to disk: sample, simulate, evaluate, report, in a fresh process each size.

    python benchmarks/memory.py --patients 2000 20000 --to docs/memory.md

Peak memory is what the system says the process ever held (ru_maxrss), after each step.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

STUDY = "dipersio-2009-nhl"
STEPS = ("import", "sample", "simulate", "evaluate", "report")


def measured(patients: int) -> dict[str, Any]:
    """Seconds and peak MB after each step of a run of so many patients in this process."""
    facts: dict[str, Any] = {"patients": patients}
    began = time.perf_counter()

    def note(step: str) -> None:
        # Linux counts in kB, macOS in bytes
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        facts[step] = (round(time.perf_counter() - began, 1), round(peak))

    import unmoor

    study = unmoor.load_study(STUDY)
    note("import")
    people = unmoor.sample(study.population, n=patients, seed=1)
    note("sample")
    with tempfile.TemporaryDirectory() as folder:
        result = unmoor.simulate(study, people, to=Path(folder) / "data", keep=False)
        note("simulate")
        table = unmoor.evaluate(study, result)
        note("evaluate")
        unmoor.report(study, result, table, to=Path(folder) / "report.html")
        note("report")
        facts["disk"] = round(sum(file.stat().st_size for file in Path(folder).rglob("*.parquet")) / 1e6)
    facts["curves"] = round(4 * patients * len(study.arms) * len(study.outputs) * len(study.times) / 1e6)
    facts["shape"] = [len(study.arms), len(study.outputs), len(study.times)]
    return facts


def page(rows: list[dict[str, Any]]) -> str:
    """The table, and what it is of."""
    arms, outputs, times = rows[0]["shape"]
    sizes = " ".join(str(row["patients"]) for row in rows)
    lines = [
        "# Memory of a run that streams to disk",
        "",
        f"Study `{STUDY}`: {arms} arms, {outputs} outputs, {times} times, chunks of the default size (512 patients",
        "on two processors), `keep=False`. Each row is a process of its own; MB are the most it ever held up to the",
        "end of a step (`ru_maxrss`); seconds are of a machine that others used at the same time. What the bound is",
        "made of stands in [long runs](long-runs.md).",
        "",
        f"    python benchmarks/memory.py --patients {sizes} --to docs/memory.md",
        "",
        f"| patients | curves would be, MB | {', MB | '.join(STEPS)}, MB | on disk, MB | seconds |",
        "|" + "---:|" * (len(STEPS) + 4),
    ]
    for row in rows:
        peaks = " | ".join(f"{row[step][1]:,}" for step in STEPS)
        lines.append(
            f"| {row['patients']:,} | {row['curves']:,} | {peaks} | {row['disk']:,} | {row[STEPS[-1]][0]:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each size in a fresh process and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, nargs="+", default=[2000, 20000])
    parser.add_argument("--to", type=Path)
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON")
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measured(asked.patients[0])))
        return
    rows = []
    for patients in asked.patients:
        command = [sys.executable, __file__, "--here", "--patients", str(patients)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        rows.append(json.loads(told.splitlines()[-1]))
        print(rows[-1], file=sys.stderr)
    text = page(rows)
    print(text)
    if asked.to:
        asked.to.write_text(text)


if __name__ == "__main__":
    main()
