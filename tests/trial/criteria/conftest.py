import pytest


@pytest.fixture
def aml_vectors(vectors):
    return vectors("criteria/aml_response.json")["vectors"]


@pytest.fixture
def imwg_vectors(vectors):
    return vectors("criteria/imwg2016.json")["vectors"]


@pytest.fixture
def recist_vectors(vectors):
    return vectors("criteria/recist.json")


@pytest.fixture
def ctcae_vectors(vectors):
    return vectors("criteria/ctcae_labs.json")
