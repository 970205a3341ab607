"""A dose-finding study on a real drug: too much plerixafor in plasma is the toxicity, so DLTs can be worked out."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.population import sample
from unmoor.trial import load_study, simulate

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def write_levels(tmp_path_factory):
    """Writes the study, pieces of its text replaced, beside its population; returns the path."""

    def write(*changes: tuple[str, str]) -> Path:
        text = (DATA / "levels.yaml").read_text()
        for old, new in changes:
            assert text.count(old) >= 1, f"the study has no '{old}'"
            text = text.replace(old, new, 1)
        path = tmp_path_factory.mktemp("levels") / "levels.yaml"
        path.write_text(text.replace("population: people.yaml", f"population: {DATA / 'people.yaml'}"))
        return path

    return write


@pytest.fixture(scope="session")
def levels():
    return load_study(DATA / "levels.yaml")


@pytest.fixture(scope="session")
def levels_result(levels):
    return simulate(levels, sample(levels.population, 200, 1))
