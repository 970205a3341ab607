from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unmoor.base.errors import BadInput
from unmoor.population import sample
from unmoor.reporting import study_picture
from unmoor.reporting.sections.curves import published_points
from unmoor.trial import load_study, simulate


@pytest.fixture(scope="module")
def made() -> tuple[Any, Any]:
    study = load_study("macfarland-2010")
    return study, simulate(study, sample(study.population, n=30, seed=1))


def test_a_picture_of_four_arms(made: tuple[Any, Any], tmp_path: Path) -> None:
    png = study_picture(*made, tmp_path / "picture.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert study_picture(*made, tmp_path / "again.png").read_bytes() == png
    assert study_picture(*made, tmp_path / "picture.svg").read_text().startswith("<?xml")
    with pytest.raises(BadInput, match=r"no picture in format '\.gif'"):
        study_picture(*made, tmp_path / "picture.gif")


def test_published_means_stand_at_their_moment_and_spreads_do_not() -> None:
    study = load_study("stroncek-1997")
    points = published_points(study, "cd34", study.arm("gcsf"))
    assert points == ((80.0, 60.7), (104.0, 128.0), (128.0, 107.0), (106.0, 193.0))
    assert published_points(study, "wbc", study.arm("gcsf")) == ((128.0, 43.8),)
    donors = load_study("shortcourse-2005")
    assert published_points(donors, "cd34", donors.arm("gcsf")) == ((72.0, 35.6),)
