"""No file of the repository tells of the machine it was written on, nor where packages are fetched from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# parted, so that this file does not find itself
FORBIDDEN = re.compile("|".join((
    r"(?<![\w.])/" r"work/", r"/" r"root/", r"/" r"home/\w", r"/" r"tmp/bash_jobs", r"/" r"opt/(wheels|pypi)",
    r"pypi\." r"org", r"pythonhosted\." r"org", r"registry\." r"npmjs", r"deb\." r"debian", r"--(extra-)?index-" r"url",
    r"--find-" r"links", r"--trusted-" r"host", r"issues" r" show",
)))


def written() -> list[Path]:
    """Files that git tracks or would add; empty outside a checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def test_nothing_tells_of_a_machine() -> None:
    files = written()
    if not files:
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    found = []
    for path in files:
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if match := FORBIDDEN.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_holds_names_versions_and_hashes_only(name: str) -> None:
    pin, hashed = re.compile(r"[\w.-]+==[\w.]+ \\"), re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = [line for line in (ROOT / name).read_text().splitlines() if not line.startswith("#")]
    plain = [line for line in lines if line != "-r requirements.lock"]
    assert not [line for line in plain if not (pin.fullmatch(line) or hashed.fullmatch(line))]
    assert sum(bool(pin.fullmatch(line)) for line in lines) > 10


@pytest.mark.parametrize("text", ["see /" "work/main", "--index-" "url x", "https://pypi." "org/simple"])
def test_the_rule_sees(text: str) -> None:
    assert FORBIDDEN.search(text)
