"""The command: what it prints, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.calibration.__main__ import main

PLAN = """title: One row
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 24, every: 1}}
stages:
  - name: only
    about: one clearance
    parameters:
      - {{symbol: plerixafor_renal_ratio, start: 1, lower: 0.05, upper: 20}}
"""
ROW = "A1,only,iv,area,plerixafor_concentration,24,0,150,ng h/mL,,,,,,0.1,1,hendrix2000,seen,\n"


def test_it_prints_the_fit_and_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from unmoor.calibration.target import COLUMNS

    (tmp_path / "rows.csv").write_text(",".join(COLUMNS) + "\n" + ROW)
    (tmp_path / "run.yaml").write_text(PLAN.format(targets=tmp_path / "rows.csv"))
    assert main([str(tmp_path / "run.yaml"), "--page", str(tmp_path / "page.md")]) == 0
    shown = capsys.readouterr()
    assert "A1" in shown.out
    assert "only: 1 rows, 1 parameters" in shown.err
    assert "# Calibration: run" in (tmp_path / "page.md").read_text()


def test_an_unknown_name_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mobilisation-frist"]) == 2
    assert "did you mean 'mobilisation-first'" in capsys.readouterr().err
