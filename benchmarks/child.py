"""Measurements that need a process of their own, each printed as one line of JSON.

    python benchmarks/child.py kernel MODEL                                seconds for the imports and the kernel
    python benchmarks/child.py build MODEL                                 the same and for the driver
    python benchmarks/child.py stream MODEL PATIENTS CHUNK RTOL THREADS    seconds and peak memory of a population

The cache folder is taken from UNMOOR_CACHE.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ATOL_SHARE = 1e-2


def kernel(name: str) -> dict[str, float]:
    """Seconds from a model that is already read to its kernel."""
    import two_models

    model = two_models.model(name)
    outputs = two_models.OUTPUTS if "blood" in model.states else model.states[:3]
    begin = time.perf_counter()
    from unmoor.engine import Simulator

    imports = time.perf_counter() - begin
    wall, used = _clocks()
    Simulator(model, outputs)
    now, spent = _clocks()
    return {"states": len(model.states), "imports": imports, "kernel": now - wall, "kernel used": spent - used}


def build(name: str) -> dict[str, float]:
    """Seconds until a model that is already read can be run."""
    found = kernel(name)
    from unmoor.engine import ensemble

    wall, used = _clocks()
    ensemble.driver()
    now, spent = _clocks()
    return found | {"driver": now - wall, "driver used": spent - used}


def stream(name: str, patients: str, chunk: str, rtol: str, threads: str) -> dict[str, float]:
    """Wall seconds for a population in pieces, and peak memory (MB) after it and before."""
    import numpy as np
    import ours
    import two_models

    tolerance = float(rtol)
    ours.Unmoor(two_models.cohort(name, 1)).run(1, tolerance, tolerance * ATOL_SHARE)
    before = _peak()
    begin = time.perf_counter()
    largest = np.zeros(len(two_models.OUTPUTS))
    pieces = ours.stream(name, int(patients), int(chunk), tolerance, tolerance * ATOL_SHARE, int(threads))
    for curves in pieces:
        largest = np.maximum(largest, curves.max(axis=(0, 2)))
    assert np.isfinite(largest).all()
    return {"seconds": time.perf_counter() - begin, "peak": _peak(), "before": before}


def _clocks() -> tuple[float, float]:
    """Wall and processor seconds."""
    return time.perf_counter(), time.process_time()


def _peak() -> float:
    # ru_maxrss is in kilobytes, on macOS in bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def measure(*arguments: object, cache: Path | None = None) -> dict[str, float]:
    """Run one measurement in a fresh process."""
    environment = os.environ | ({"UNMOOR_CACHE": str(cache)} if cache else {})
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    print(json.dumps({"kernel": kernel, "build": build, "stream": stream}[what](*given)))
