"""The command as the tests call it: in this process, its two outputs apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from unmoor.cli import app


@pytest.fixture(scope="session")
def unmoor() -> Callable[..., Any]:
    """Call `unmoor` with words; the answer has exit_code, stdout and stderr. An unforeseen error is raised."""

    def call(*words: object) -> Any:
        return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)

    return call


@pytest.fixture(scope="session")
def done(unmoor: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """One small run of the library's study: what it printed, and the folder of its report and its data."""
    folder = tmp_path_factory.mktemp("run")
    words = ("--patients", 30, "--seed", 5, "--to", folder / "report.html", "--out", folder / "data")
    return unmoor("run", "dipersio-2009-nhl", *words), folder
