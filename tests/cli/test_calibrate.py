"""`unmoor calibrate`: what it prints and writes, and how it refuses."""

from pathlib import Path

import pytest

from unmoor.calibration.target import COLUMNS

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


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "rows.csv").write_text(",".join(COLUMNS) + "\n" + ROW)
    (tmp_path / "one.yaml").write_text(PLAN.format(targets=tmp_path / "rows.csv"))
    return tmp_path / "one.yaml"


def test_it_prints_the_fit_and_writes_both_reports(unmoor, plan, tmp_path):
    done = unmoor("calibrate", plan, "--draws", 0, "--to", tmp_path / "one.html", "--page", tmp_path / "one.md")
    assert done.exit_code == 0, done.stderr
    assert "A1" in done.stdout
    assert "plerixafor_renal_ratio" in done.stdout
    assert "only: 1 rows, 1 parameters" in done.stderr
    assert "4 of 4 starts agree" in done.stderr
    assert "calibration report" in (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "# Calibration: one" in (tmp_path / "one.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("mobilisation-secnd",), "did you mean 'mobilisation-second'"),
        (("mobilisation-second", "--to", "report.pdf"), "does not end in .html"),
        (("mobilisation-second", "--page", "report.html"), "does not end in .md"),
        (("mobilisation-second", "--stage", "cells", "--write"), "not that of the calibration"),
        (("mobilisation-second", "--draws", "0", "--sensitivity"), "over their posterior"),
        (("mobilisation-second", "--stage", "celss", "--draws", "0"), "did you mean 'cells'"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_fitted(unmoor, words, message):
    done = unmoor("calibrate", *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "misfit" not in done.stderr


STUDIES = """title: Renal clearance from a study
studies: [macfarland-2010]
people: 40
parameters:
  - {symbol: plerixafor.renal_ratio, start: 0.5, lower: 0.1, upper: 3}
"""


def test_a_fit_to_studies_is_printed_and_has_no_report(unmoor, tmp_path):
    path = tmp_path / "renal.yaml"
    path.write_text(STUDIES)
    done = unmoor("calibrate", path)
    assert done.exit_code == 0, done.stderr
    assert "plerixafor.renal_ratio" in done.stdout
    assert done.stdout.count("macfarland-2010") == 4
    refused = unmoor("calibrate", path, "--to", tmp_path / "renal.html")
    assert refused.exit_code != 0
    assert "shown as text" in refused.stderr
