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
        ("upper: 2}", "upper: 2, part: middle}", BadInput, "part"),
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


def test_a_number_is_fitted_once(tmp_path: Path) -> None:
    again = TEXT + "      - {symbol: plerixafor_renal_ratio, start: 1, lower: 0.1, upper: 2}\n"
    with pytest.raises(BadInput, match="fitted twice"):
        load_plan(plan_of(tmp_path, again))
    assert len(load_plan(plan_of(tmp_path, f"{again[:-2]}, label: other}}\n")).stages[0].parameters) == 2


MORE = """
endpoints:
  - {name: end, label: End, scenario: once, statistic: at, output: plerixafor_concentration, time: 4, unit: ng/mL}
profiles: [plerixafor_renal_ratio]
"""


def test_endpoints_and_profiles_are_read(tmp_path: Path) -> None:
    plan = load_plan(plan_of(tmp_path, TEXT + MORE))
    assert plan.endpoints[0].time == 4
    assert plan.profiles == ("plerixafor_renal_ratio",)
    assert plan.stages[0].parameters[0].part == "value"
    assert plan.stages[0].parameters[0].heading == ":plerixafor_renal_ratio"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scenario: once", "scenario: onec", "did you mean 'once'"),
        ("statistic: at", "statistic: peek", "did you mean 'peak'"),
        ("unit: ng/mL}", "unit: ng/mL, observed: men}", "did you mean 'mean'"),
        ("profiles: [plerixafor_renal_ratio]", "profiles: [plerixafor_renal_ration]", "plerixafor_renal_ratio"),
    ],
)
def test_endpoints_and_profiles_that_cannot_be_meant_are_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(UnknownName, match=message) as caught:
        load_plan(plan_of(tmp_path, TEXT + MORE.replace(old, new)))
    assert "run.yaml:1" in str(caught.value)


@pytest.mark.parametrize("how", ["carries", "again"])
def test_a_stage_refines_earlier_stages_only(tmp_path: Path, how: str) -> None:
    later = f"  - name: more\n    about: more\n    {how}: [onyl]\n"
    with pytest.raises(UnknownName, match="did you mean 'only'"):
        load_plan(plan_of(tmp_path, TEXT + later))
