from __future__ import annotations

import runpy
import sys

import pytest

from unmoor import __version__


def test_the_module_runs_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["unmoor", "--version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("unmoor", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out == f"unmoor {__version__}\n"
