import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[3].parent / "shared" / "evidence" / "reference-vectors" / "criteria"


def vectors(name):
    """A file of the shared reference vectors; the test is skipped where they are not at hand."""
    path = VECTORS / name
    if not path.is_file():
        pytest.skip("the reference vectors are not at hand (../shared/evidence/reference-vectors)")
    return json.loads(path.read_text())


@pytest.fixture
def aml_vectors():
    return vectors("aml_response.json")["vectors"]


@pytest.fixture
def imwg_vectors():
    return vectors("imwg2016.json")["vectors"]


@pytest.fixture
def recist_vectors():
    return vectors("recist.json")


@pytest.fixture
def ctcae_vectors():
    return vectors("ctcae_labs.json")
