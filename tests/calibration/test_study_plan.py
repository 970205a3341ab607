"""Files of fits to studies: read whole or refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.calibration import is_study_plan, load_study_plan

TEXT = """title: Clearance from one study
studies: [macfarland-2010]
people: 50
parameters:
  - {symbol: plerixafor.renal_ratio, start: 0.6, lower: 0.1, upper: 3}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "clearance.yaml"
    path.write_text(text)
    return path


def test_a_plan_says_which_studies_and_parameters(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    plan = load_study_plan(path)
    assert is_study_plan(path)
    assert (plan.name, plan.studies, plan.people) == ("clearance", ("macfarland-2010",), 50)
    assert plan.parameters[0].part == "value"


def test_a_calibration_by_scenarios_is_another_kind() -> None:
    assert not is_study_plan("mobilisation-first")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("start: 0.6", "start: 6", "clearance.yaml:5: start 6 of 'plerixafor.renal_ratio' is not between 0.1 and 3"),
        ("upper: 3}", "upper: 3, prior: 1}", "clearance.yaml:5: 'plerixafor.renal_ratio' has half a prior"),
        ("upper: 3}", "upper: 3, scenarios: [a]}", "names scenarios"),
        ("upper: 3}", "upper: 3}\n  - {symbol: plerixafor.renal_ratio, start: 1, lower: 0.1, upper: 3}", ":6: .*twice"),
        ("people: 50", "people: 5", "clearance.yaml:3"),
        ("studies: [macfarland-2010]", "studies: []", "clearance.yaml:2"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInput, match=message):
        load_study_plan(written(tmp_path, TEXT.replace(old, new)))
