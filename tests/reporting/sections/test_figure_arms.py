from __future__ import annotations

from typing import Any

from unmoor.reporting.figures import NEUTRAL, arm_colours
from unmoor.reporting.sections.figure_arms import arm_lines, arm_titles, figure_arms


def test_a_dose_finding_trial_stands_for_its_levels(oncology: Any, study: Any) -> None:
    assert figure_arms(oncology) == ["trial", "once"]
    assert figure_arms(study) == [arm.name for arm in study.arms]


def test_every_arm_has_a_title_and_a_line_of_its_own(oncology: Any) -> None:
    lines = arm_lines(oncology)
    assert lines["trial"][0] == NEUTRAL
    assert {name: lines[name][0] for name in ("low", "once")} == {
        name: arm_colours([arm.name for arm in oncology.arms])[name] for name in ("low", "once")
    }
    assert len({colour for colour, _ in lines.values()}) == 5
    assert arm_titles(oncology)["trial"] == "Whole trial"
