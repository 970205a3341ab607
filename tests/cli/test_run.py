from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unmoor.base.result import Result

STUDY = "dipersio-2009-nhl"


def test_a_run_prints_its_endpoints_and_writes_report_and_data(done: tuple[Any, Path]) -> None:
    answer, folder = done
    assert answer.exit_code == 0, answer.stderr
    assert "At least 5 × 10⁶ CD34+ cells/kg in at most 4 sessions (primary)" in answer.stdout
    assert "59.3%" in answer.stdout
    assert f"report: {folder / 'report.html'}\n" in answer.stdout
    assert "60 courses in" in answer.stdout
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "30 virtual patients" in page
    assert "seed 5" in page
    result = Result.load(folder / "data")
    assert (result.n, result.complete, result.provenance["seed"]) == (30, True, 5)


def test_progress_is_told_on_standard_error(done: tuple[Any, Path]) -> None:
    assert "simulating: 60 of 60 courses" in done[0].stderr
    assert "simulating" not in done[0].stdout


def test_the_seed_of_the_study_is_the_default(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("run", STUDY, "--patients", 4, "--to", tmp_path / "r.html", "--out", tmp_path / "data")
    assert answer.exit_code == 0
    assert Result.load(tmp_path / "data").provenance["seed"] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", STUDY, "--to", "report.pdf"), "not as 'report.pdf'"),
        (("run", STUDY, "--patients", "0"), "greater than or equal to 1"),
        (("run", STUDY, "--seed", "-1"), "greater than or equal to 0"),
        (("run", "no-such-study"), "unknown study 'no-such-study'"),
        (("run", "no/such/file.yaml"), "no file"),
    ],
)
def test_what_cannot_be_meant_is_refused_first(
    unmoor: Callable[..., Any], words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = unmoor(*words)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert "simulating" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_run_is_not_touched(
    unmoor: Callable[..., Any], done: tuple[Any, Path], tmp_path: Path
) -> None:
    data = done[1] / "data"
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    answer = unmoor("run", STUDY, "--patients", 30, "--seed", 6, "--to", tmp_path / "r.html", "--out", data)
    assert answer.exit_code == 2
    assert "holds another run" in answer.stderr
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before


def start(folder: Path, patients: int, **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own, writing into `folder`."""
    words = ["run", STUDY, "--patients", str(patients), "--to", str(folder / "r.html"), "--out", str(folder / "data")]
    command = [sys.executable, "-m", "unmoor", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_ctrl_c_leaves_finished_patients_usable(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    patients = 20_000
    with start(tmp_path, patients) as running:
        assert running.stderr is not None
        told = ""
        for line in running.stderr:
            told += line
            # a manifest that names a chunk: both arms of those patients are finished
            manifest = tmp_path / "data" / "result.json"
            if manifest.exists() and ".parquet" in manifest.read_text():
                running.send_signal(signal.SIGINT)
                break
        out, rest = running.communicate(timeout=120)
    assert running.returncode == 130, told + rest
    finished = int(re.search(r"interrupted: (\d+) of 20000 patients are finished", rest).group(1))  # type: ignore[union-attr]
    assert 0 < finished < patients
    assert f"reporting the {finished:,} finished patients of each arm" in rest
    assert "Incomplete." in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "59.3%" in out
    assert "Traceback" not in rest
    kept = Result.load(tmp_path / "data")
    assert (kept.n, kept.complete) == (finished, False)


def test_a_disk_that_fills_loses_no_finished_patient(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="file size limits are a thing of Unix")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))

    with start(tmp_path, 400, preexec_fn=small_files) as running:
        out, told = running.communicate(timeout=120)
    assert running.returncode == 2, told
    assert "cannot write" in told
    assert "reporting the 400 finished patients of each arm" in told
    assert "59.3%" in out
    assert (tmp_path / "r.html").exists()
    assert "Traceback" not in told
