"""Rewrites requirements.lock (what a run needs) and requirements-test.lock (what the tests add) from pyproject.toml.

Names, versions and hashes of every published file only, so that the locks say nothing about where a package comes from.
Run it with `make lock`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUIET = "--quiet --generate-hashes --strip-extras --no-header --no-annotate --allow-unsafe --no-emit-options"
PINNED = re.compile(r"^(?P<name>[\w.-]+)==\S+ \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE)


def compiled(*options: str, constraint: Path) -> dict[str, str]:
    """Package name -> its lines in a lock, as resolved by pip-compile with `options`."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "lock"
        command = [sys.executable, "-m", "piptools", "compile", *QUIET.split(), *options]
        subprocess.run([*command, "-c", str(constraint), "-o", str(target), "pyproject.toml"], cwd=ROOT, check=True)
        return {found["name"]: found[0] for found in PINNED.finditer(target.read_text() + "\n")}


def write(path: Path, opening: str, pins: dict[str, str]) -> None:
    """Write a lock of `pins`, sorted by name."""
    path.write_text(opening + "".join(pins[name] for name in sorted(pins)))


def main(constraint: Path) -> None:
    """Lock both files, keeping to the versions in `constraint`, a plain requirements file (may be empty)."""
    run = compiled("--all-build-deps", constraint=constraint)
    write(ROOT / "requirements.lock", "# What a run needs; written by `make lock`.\n", run)
    test = compiled("--extra", "test", constraint=ROOT / "requirements.lock")
    added = {name: lines for name, lines in test.items() if name not in run}
    opening = "# What the tests add; written by `make lock`.\n-r requirements.lock\n"
    write(ROOT / "requirements-test.lock", opening, added)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path("/dev/null"))
