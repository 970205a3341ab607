from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import unmoor
import unmoor.model
import unmoor.population
import unmoor.trial

FILES = {
    "__init__.py": "from unmoor.base.lazy import import_on_use\n"
    "__all__ = ['walk', 'run', 'part']\n"
    "import_on_use(__name__, {'walk': 'legs.walk', 'run': 'legs.pace', 'part': 'legs'})\n",
    "walk.py": "def walk(): return 'walks'\n",
    "pace.py": "def run(): return 'runs'\n",
    "part.py": "name = 'a module'\n",
}
USE = """
import sys, legs
assert not [name for name in sys.modules if name.startswith("legs.")]
import legs.walk, legs.pace  # a file called like a public name does not hide it
assert (legs.walk(), legs.run(), legs.part.name) == ("walks", "runs", "a module")
from legs import part, run, walk
assert walk() == "walks"
assert dir(legs) == ["part", "run", "walk"]
assert legs.pace.run is run
try:
    legs.fly
except AttributeError as problem:
    assert str(problem) == "module 'legs' has no attribute 'fly'"
else:
    raise SystemExit("no refusal")
"""


def test_names_are_imported_on_use(tmp_path: Path) -> None:
    (tmp_path / "legs").mkdir()
    for name, text in FILES.items():
        (tmp_path / "legs" / name).write_text(text)
    ran = subprocess.run([sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("package", [unmoor, unmoor.trial, unmoor.model, unmoor.population])
def test_every_public_name_is_there_and_listed(package) -> None:
    assert dir(package) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is getattr(package, name)
