"""A small hand-built model whose numbers are chosen to be seen through: two drugs, one with a lag, two covariates."""

from __future__ import annotations

import pytest

from unmoor.dosing.drug import Drug, MolarMass, Route
from unmoor.model.expression import Number
from unmoor.model.model import Model, Row


def _row(name, kind, value, unit):
    return Row(name, kind, value, unit)


@pytest.fixture(scope="session")
def model() -> Model:
    """Drugs plerixafor (F 0.5, lag 0.25 h) and filgrastim; weight in kg, creatinine clearance in L/h."""
    states = ("plerixafor_depot", "plerixafor_central", "filgrastim_depot", "filgrastim_central", "counter")
    constants = {
        "plerixafor_bioavailability": 0.5,
        "plerixafor_lag": 0.25,
        "filgrastim_bioavailability": 1.0,
        "weight": 70.0,
        "creatinine_clearance": 6.0,
    }
    rows = {
        "weight": _row("weight", "covariate", 70.0, "kg"),
        "creatinine_clearance": _row("creatinine_clearance", "covariate", 100.0, "mL/min"),
    }
    return Model(
        name="small",
        states=states,
        rates={state: Number(0.0) for state in states},
        assignments={"plerixafor_computed": Number(0.4)},
        initial={state: Number(0.0) for state in states},
        constants=constants,
        switches=(),
        outputs=(),
        factors={**dict.fromkeys(states, 1.0), "counter": 1e3, "weight": 1.0, "creatinine_clearance": 0.06},
        units={**dict.fromkeys(states, "nmol"), "counter": "umol"},
        rows=rows,
        instances={"plerixafor": "two_compartment", "filgrastim": "target_mediated"},
        drugs={"plerixafor": "plerixafor", "filgrastim": "filgrastim"},
        sbml="",
        aliases={"plerixafor_weight": "weight"},
    )


@pytest.fixture(scope="session")
def lagging() -> Drug:
    """Plerixafor at 500 g/mol, with the lag that the hand-built model has: 1 mg is 2000 nmol."""
    routes = (Route("sc", "depot", "bioavailability", "lag"), Route("iv", "central"))
    return Drug("plerixafor", "test", MolarMass(500.0, "g/mol", "assumed"), routes, "two_compartment")
