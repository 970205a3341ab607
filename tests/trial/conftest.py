"""A study whose outcome can be worked out by hand, on the real engine, and the study of the library."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from unmoor.base.result import Result
from unmoor.population import Patients, sample
from unmoor.trial import Study, load_study, simulate

DATA = Path(__file__).parent / "data"


@pytest.fixture
def write_study(tmp_path):
    """Writes the bag study, pieces of its text replaced, beside its model and population; returns the path."""

    def write(*changes: tuple[str, str], name: str = "bag.yaml") -> Path:
        text = (DATA / "bag.yaml").read_text()
        for old, new in changes:
            assert text.count(old) >= 1, f"the study has no '{old}'"
            text = text.replace(old, new, 1)
        text = text.replace("model: bag.ant", f"model: {DATA / 'bag.ant'}")
        text = text.replace("population: people.yaml", f"population: {DATA / 'people.yaml'}")
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def line_of():
    """The number of the first line of a file that holds a text."""

    def find(path: Path, text: str) -> int:
        return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)

    return find


@pytest.fixture(scope="session")
def bag() -> Study:
    return load_study(DATA / "bag.yaml")


def people(study: Study, speed, **columns) -> Patients:
    """Patients of the bag model with these filling speeds (10^6 cells/kg/h), numbered from 100."""
    n = len(speed)
    table = pd.DataFrame({"weight": 70.0, "creatinine_clearance": 100.0, "speed": speed, **columns}, index=range(n))
    table.index = pd.RangeIndex(100, 100 + n, name="patient")
    return Patients.of(table, study.model)


@pytest.fixture
def some_people():
    return people


@pytest.fixture(scope="session")
def bag_result(bag) -> Result:
    """Speeds such that the bag holds 5 after one, two, three, four sessions and never; the last patient fails."""
    speeds = [2.0, 0.7, 0.45, 0.32, 0.1, 1.0]
    return simulate(bag, people(bag, speeds, breaking=[0.0] * 5 + [0.01]))


@pytest.fixture(scope="session")
def remission() -> Study:
    return load_study(DATA / "remission.yaml")


#: kill and growth (1/day), resistant share, pace (1/day) of the patients of `remission_result`; the last one fails
TUMOURS = pd.DataFrame(
    [
        (0.1, 0.01, 0.01, 0.0),  # remission and relapse
        (0.1, 0.03, 0.01, 0.0),  # a partial response, soon lost
        (0.01, 0.01, 0.01, 0.0),  # slow
        (0.0, 0.01, 0.5, 1 / 30),  # no response; dies after 30 days
        (0.1, 0.005, 0.001, 1 / 290),  # a long response; dies after 290 days
        (0.1, 0.01, 0.01, 0.0),
    ],
    columns=["kill", "growth", "resistant_share", "pace"],
    index=pd.RangeIndex(6, name="patient"),
)


@pytest.fixture(scope="session")
def remission_result(remission) -> Result:
    found = simulate(remission, Patients.of(TUMOURS, remission.model))
    well = found.status["patient"] != 5
    return replace(found, curves=found.curves.where(well), status=found.status.where(well, 3))


@pytest.fixture
def burden():
    """The tumour burden of the patients of `remission_result`, shape (patient, time), by hand, at times in days."""

    def of(days) -> np.ndarray:
        kill, growth, share, _ = (TUMOURS[name].to_numpy()[:, None] for name in TUMOURS)
        return (1 - share) * np.exp(-kill * np.asarray(days)) + share * np.exp(growth * np.asarray(days))

    return of


@pytest.fixture
def write_remission(tmp_path):
    """Writes the remission study, pieces of its text replaced; returns the path."""

    def write(*changes: tuple[str, str]) -> Path:
        text = (DATA / "remission.yaml").read_text()
        for old, new in changes:
            assert text.count(old) >= 1, f"the study has no '{old}'"
            text = text.replace(old, new, 1)
        text = text.replace("model: remission.ant", f"model: {DATA / 'remission.ant'}")
        text = text.replace("population: remission_people.yaml", f"population: {DATA / 'remission_people.yaml'}")
        path = tmp_path / "remission.yaml"
        path.write_text(text)
        return path

    return write


@pytest.fixture(scope="session")
def dipersio() -> Study:
    return load_study("dipersio-2009-nhl")


@pytest.fixture(scope="session")
def dipersio_patients(dipersio) -> Patients:
    return sample(dipersio.population, 40, 3)


@pytest.fixture(scope="session")
def dipersio_result(dipersio, dipersio_patients) -> Result:
    found = simulate(dipersio, dipersio_patients)
    assert np.all(found.status == 0)
    return found


@pytest.fixture(scope="session")
def oncology() -> Study:
    """A dose-finding study with responses, a graded toxicity and folds of three kinds of cell."""
    return load_study(DATA / "oncology.yaml")


@pytest.fixture(scope="session")
def oncology_result(oncology) -> Result:
    return simulate(oncology, sample(oncology.population, 60, 1))


@pytest.fixture(scope="session")
def vectors():
    """Reads a file of the reference vectors beside the checkout, such as "phase1/boin.json"; skips without them."""

    def read(name: str) -> Any:
        path = Path(__file__).parents[3] / "shared" / "evidence" / "reference-vectors" / name
        if not path.is_file():
            pytest.skip(f"the reference vectors are not beside this checkout: {name}")
        return json.loads(path.read_text(encoding="utf-8"))

    return read
