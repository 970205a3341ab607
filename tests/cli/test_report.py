from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_data_of_a_run_are_reported_again(
    unmoor: Callable[..., Any], done: tuple[Any, Path], tmp_path: Path
) -> None:
    answer, folder = done
    again = unmoor("report", "dipersio-2009-nhl", folder / "data", "--to", tmp_path / "again.html")
    assert again.exit_code == 0, again.stderr
    table = again.stdout[: again.stdout.index("report: ")]
    assert answer.stdout.startswith(table)
    assert "30 virtual patients" in (tmp_path / "again.html").read_text(encoding="utf-8")


def test_a_folder_without_a_run_is_refused(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("report", "dipersio-2009-nhl", tmp_path, "--to", tmp_path / "r.html")
    assert answer.exit_code == 2
    assert "no result in" in answer.stderr
    assert list(tmp_path.iterdir()) == []
