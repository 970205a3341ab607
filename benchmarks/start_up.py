"""What a user waits for before the first patient moves, in fresh processes, with an empty and with a full cache."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import cohort as work

PROGRAM = f"""
import json, time
from unmoor.model import load_model
model = load_model({work.MODEL!r})
begin = time.perf_counter()
from unmoor.engine import Simulator, ensemble
imported = time.perf_counter()
simulator = Simulator(model, {list(work.OUTPUTS)!r})
kernel = time.perf_counter()
ensemble.driver()
driver = time.perf_counter()
print(json.dumps(dict(imports=imported - begin, kernel=kernel - imported, driver=driver - kernel)))
"""


def once(cache: Path) -> dict[str, float]:
    """Seconds for importing the engine, for the kernel and for the driver, in one fresh process."""
    environment = os.environ | {"UNMOOR_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(rounds: int = 3) -> dict[str, float]:
    """Medians over `rounds`: kernel build and driver compile with an empty cache, kernel and driver from a full one."""
    cold, warm = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            cold.append(once(Path(folder)))
            warm.append(once(Path(folder)))

    def middle(runs: list[dict[str, float]], *parts: str) -> float:
        return statistics.median(sum(run[part] for part in parts) for run in runs)

    return {
        "kernel": middle(cold, "kernel"),
        "driver": middle(cold, "driver"),
        "cached": middle(warm, "kernel", "driver"),
        "cached with imports": middle(warm, "imports", "kernel", "driver"),
    }
