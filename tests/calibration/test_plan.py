"""Calibration files: read whole, refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.calibration.plan import load_plan

TEXT = """title: A trial run
targets: mobilisation-targets
scenarios:
  once: {model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 4, every: 1}
stages:
  - name: only
    about: one parameter
    parameters:
      - {symbol: plerixafor_renal_ratio, start: 1, lower: 0.1, upper: 2}
"""


def plan_of(folder: Path, text: str = TEXT) -> Path:
    """A calibration file with `text`."""
    path = folder / "run.yaml"
    path.write_text(text)
    return path


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    plan = load_plan(plan_of(tmp_path))
    assert plan.name == "run"
    assert plan.scenarios["once"].doses == ("plerixafor 1 mg iv once",)
    assert plan.stages[0].parameters[0].key == "plerixafor_renal_ratio"
    assert plan.stages[0].people == 0


def test_the_library_plan_is_read_and_no_phase_three_result_is_a_target() -> None:
    plan = load_plan("mobilisation-first")
    assert [stage.name for stage in plan.stages][:2] == ["plerixafor", "cells"]
    assert "PH3" not in (Path(plan.file).parents[1] / "evidence" / f"{plan.targets}.csv").read_text()


@pytest.mark.parametrize(
    ("old", "new", "kind", "message"),
    [
        ("start: 1,", "start: 3,", BadInput, "start 3 of 'plerixafor_renal_ratio' is not between"),
        ("upper: 2}", "upper: 2, prior: 1}", BadInput, "half a prior"),
        ("upper: 2}", "upper: 2, scenarios: [onec]}", UnknownName, "did you mean 'once'"),
        ("upper: 2}", "uper: 2}", BadInput, "uper"),
        ("start: 1,", "start: -1,", BadInput, "greater than 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, old: str, new: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        load_plan(plan_of(tmp_path, TEXT.replace(old, new)))
    assert "run.yaml:9" in str(caught.value)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="mobilisation-first"):
        load_plan("mobilisation-frist")
