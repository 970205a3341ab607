"""The picture of a plan is an SVG file that opens by itself."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from unmoor.base.errors import BadInput
from unmoor.planning import Count, Patient, plan
from unmoor.reporting import plan_picture


def test_the_picture_opens_and_says_what_it_shows(tmp_path: Path) -> None:
    patient = Patient(weight=78, disease="non-Hodgkin lymphoma", counts=(Count("day 4 at 07:30", 9.0),))
    path = plan_picture(plan(patient, patients=200), tmp_path / "plan.svg")
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "CD34+" in path.read_text()


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="SVG"):
        plan_picture(None, tmp_path / "plan.png")
