"""Every example is a folder with a study or a patient and a script of at most fifteen lines, and the script runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted(path for path in (Path(__file__).parents[2] / "examples").iterdir() if path.is_dir())


def script_of(example: Path) -> Path:
    """The one Python file of an example."""
    (script,) = example.glob("*.py")
    return script


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_a_study_or_a_patient_and_a_short_script(example: Path) -> None:
    assert (example / "study.yaml").is_file() or (example / "patient.json").is_file()
    assert len(script_of(example).read_text().splitlines()) <= 15


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs(example: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(example, tmp_path / example.name))
    before = {path.name for path in copy.iterdir()}
    command = [sys.executable, script_of(copy).name]
    done = subprocess.run(command, cwd=copy, env=os.environ | {"MPLBACKEND": "Agg"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    assert {path.name for path in copy.iterdir()} - before or done.stdout.strip(), "the example shows nothing"
