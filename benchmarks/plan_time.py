"""Time of `unmoor plan` as a user meets it: a new process each time, start-up and imports included.

    python benchmarks/plan_time.py [--repeat 5]

Prints the first run with an empty cache, then the median of the following ones, for the table, JSON and the HTML page.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENT = Path(__file__).parents[1] / "examples" / "clinic-plan" / "patient.json"


def once(arguments: list[str], environment: dict[str, str]) -> float:
    """Seconds that one run of the command takes."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "unmoor", "plan", str(PATIENT), *arguments]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Time the command."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--repeat", type=int, default=5)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"UNMOOR_CACHE": folder}
        print(f"first run, nothing cached: {once([], environment):.2f} s")
        page = str(Path(folder) / "plan.html")
        for title, arguments in (("table", []), ("--json", ["--json"]), ("--to plan.html", ["--to", page])):
            times = [once(arguments, environment) for _ in range(asked.repeat)]
            middle = statistics.median(times)
            print(f"{title}: median {middle:.2f} s of {asked.repeat} ({min(times):.2f} to {max(times):.2f})")


if __name__ == "__main__":
    main()
