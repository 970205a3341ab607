"""What `unmoor run` began and a kill, a Ctrl-C or a full disk stopped, `unmoor resume` ends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unmoor.base.result import Result

STUDY = "dipersio-2009-nhl"
PATIENTS, WORDS = 1100, ("--seed", "5", "--threads", "1")


def start(folder: Path, *words: str, **options: Any) -> subprocess.Popen[str]:
    """`unmoor run` in a process of its own, writing into `folder`; chunks of 512 patients."""
    names = ("--to", str(folder / "r.html"), "--out", str(folder / "data"))
    command = [sys.executable, "-m", "unmoor", "run", STUDY, "--patients", str(PATIENTS), *WORDS, *names, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def tables(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.fixture(scope="module")
def whole(unmoor: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of a run that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    words = ("--patients", PATIENTS, *WORDS, "--to", folder / "r.html", "--out", folder / "data")
    assert unmoor("run", STUDY, *words).exit_code == 0
    return folder / "data"


@pytest.mark.parametrize(("number", "words"), [(signal.SIGKILL, ("--workers", "2")), (signal.SIGINT, ())], ids=str)
def test_a_stopped_run_ends_as_if_nothing_had_happened(
    unmoor: Callable[..., Any], whole: Path, tmp_path: Path, number: signal.Signals, words: tuple[str, ...]
) -> None:
    with start(tmp_path, *words) as running:
        assert running.stderr is not None
        manifest = tmp_path / "data" / "result.json"
        for _ in running.stderr:
            if manifest.exists() and ".parquet" in manifest.read_text():
                running.send_signal(number)
                break
        _, told = running.communicate(timeout=120)
    assert running.returncode == (-number if number == signal.SIGKILL else 130), told
    assert (f"go on with: unmoor resume {tmp_path / 'data'}" in told) == (number == signal.SIGINT)
    stopped = tables(tmp_path / "data")
    (tmp_path / "r.html").unlink(missing_ok=True)
    answer = unmoor("resume", tmp_path / "data")
    assert answer.exit_code == 0, answer.stderr
    assert "of 1,100 patients are finished in" in answer.stderr
    assert f"report: {tmp_path / 'r.html'}\n" in answer.stdout
    assert "59.3%" in answer.stdout
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "1,100 virtual patients" in page
    assert "Incomplete." not in page
    ended = tables(tmp_path / "data")
    assert ended == tables(whole)
    assert stopped.items() <= ended.items()
    assert len(stopped) < len(ended)


def test_a_disk_that_was_full_is_continued(unmoor: Callable[..., Any], whole: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="file size limits are a thing of Unix")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))

    with start(tmp_path, preexec_fn=small_files) as running:
        _, told = running.communicate(timeout=120)
    assert running.returncode == 2, told
    assert "cannot write" in told
    assert "go on with: unmoor resume" in told
    answer = unmoor("resume", tmp_path / "data", "--workers", 2, "--to", tmp_path / "other.html")
    assert answer.exit_code == 0, answer.stderr
    assert tables(tmp_path / "data") == tables(whole)
    assert "1,100 virtual patients" in (tmp_path / "other.html").read_text(encoding="utf-8")


def test_a_complete_run_is_only_reported(unmoor: Callable[..., Any], done: tuple[Any, Path], tmp_path: Path) -> None:
    shutil.copytree(done[1] / "data", tmp_path / "data")
    answer = unmoor("resume", tmp_path / "data", "--to", tmp_path / "again.html")
    assert answer.exit_code == 0, answer.stderr
    assert "is complete: nothing to simulate" in answer.stderr
    assert "simulating" not in answer.stderr
    assert done[0].stdout.splitlines()[:10] == answer.stdout.splitlines()[:10]
    assert Result.load(tmp_path / "data").n == 30


def test_what_cannot_be_continued_is_refused(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("resume", tmp_path)
    assert answer.exit_code == 2
    assert "no result in" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_that_is_not_there_is_refused_before_anything(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="dask.distributed is not installed")
    words = ("--patients", 3, "--to", tmp_path / "r.html", "--cluster", "no address")
    answer = unmoor("run", STUDY, *words)
    assert answer.exit_code == 2
    assert "--cluster: no dask scheduler answers at 'no address'" in answer.stderr
