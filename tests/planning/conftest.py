"""One plan, made once, and the patient it is of."""

from __future__ import annotations

import pytest

from unmoor.planning import Count, Patient, Plan, plan
from unmoor.planning.advice import population_of
from unmoor.planning.world import World, load_world

TOLD = {
    "weight": 78.0, "age": 61.0, "sex": "male", "disease": "non-Hodgkin lymphoma", "prior_lines": 2,
    "ancestry": "white",
    "prior_radiotherapy": False, "prior_lenalidomide": False, "creatinine_clearance": 80.0,
}  # fmt: skip


@pytest.fixture(scope="session")
def patient() -> Patient:
    """Nine CD34+ cells on day 4 of G-CSF."""
    return Patient(**TOLD, counts=(Count("day 4 at 07:30", 9.0),))


@pytest.fixture(scope="session")
def planned(patient: Patient) -> Plan:
    """The plan of that patient."""
    return plan(patient, patients=800)


@pytest.fixture(scope="session")
def world(patient: Patient) -> World:
    """The population of that patient."""
    return load_world(population_of(patient))
