from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unmoor.base.result import Result
from unmoor.cli.outcome import print_outcome
from unmoor.reporting import endpoint_rows
from unmoor.trial import evaluate, load_study


def test_every_endpoint_of_every_arm_is_printed(done: tuple[Any, Path], capsys: pytest.CaptureFixture[str]) -> None:
    study, result = load_study("dipersio-2009-nhl"), Result.load(done[1] / "data")
    rows = evaluate(study, result)
    print_outcome(study, result, rows)
    lines = capsys.readouterr().out.splitlines()
    for row in endpoint_rows(study, rows):
        title = row.label + (" (primary)" if row.primary else "")
        under = lines[lines.index(title) + 1 : lines.index(title) + 6]
        line = next(line for line in under if line.startswith(f"  {row.title} "))
        assert row.text("estimate") in line
        assert row.text("published") in line
        assert row.span("predicted") in line
    assert any("59.3%" in line for line in lines)
    assert any("* used in fitting" in line for line in lines)
    assert not any("failed" in line for line in lines)


def test_failures_are_told(done: tuple[Any, Path], capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    study, result = load_study("dipersio-2009-nhl"), Result.load(done[1] / "data")
    rows = evaluate(study, result).assign(n_failed=3)
    import pandas as pd

    failed = pd.DataFrame({"arm": ["placebo"] * 3, "patient": [1, 2, 3], "reason": ["x"] * 3})
    print_outcome(study, replace(result, failed=failed), rows)
    text = capsys.readouterr().out
    assert "3 of 60 courses failed" in text
    assert "30 (3 failed)" in text
    assert "patients were drawn from 30: ranges and verdicts tell of these few" in text
