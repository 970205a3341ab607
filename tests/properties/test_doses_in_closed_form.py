"""Dose text against the closed form of linear kinetics: the matrix exponential, dose by dose, infusion by infusion."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import expm

from unmoor import integrate, load_model
from unmoor.dosing import Regimen, load_drug

STATES = ("plerixafor.depot", "plerixafor.central", "plerixafor.peripheral")
HOURS = np.array([0.0, 0.25, 1.0, 2.0, 3.5, 12.0, 12.5, 24.0, 36.0, 40.0])
NMOL = 1e6 / load_drug("plerixafor").molar_mass.grams_per_mole


@pytest.fixture(scope="module")
def model():
    return load_model("plerixafor_pk")


def _matrix(constants: dict[str, float], weight: float) -> np.ndarray:
    """d(depot, central, peripheral)/dt, written down here anew from the published structure."""
    value = {name.removeprefix("plerixafor_"): number for name, number in constants.items()}
    size = weight / value["reference_weight"]
    flow, volume = size ** value["clearance_exponent"], size ** value["volume_exponent"]
    clearance = value["nonrenal_clearance"] * flow + value["renal_ratio"] * value["creatinine_clearance"]
    between = value["typical_intercompartmental_clearance"] * flow
    central, peripheral = value["typical_central_volume"] * volume, value["typical_peripheral_volume"] * volume
    absorption = value["absorption_rate"]
    return np.array(
        [
            [-absorption, 0.0, 0.0],
            [absorption, -(clearance + between) / central, between / peripheral],
            [0.0, between / central, -between / peripheral],
        ]
    )


def _after_bolus(matrix, state, nmol, hours):
    return expm(matrix * hours)[:, state] * nmol if hours >= 0 else np.zeros(3)


def _after_infusion(matrix, state, nmol, duration, hours):
    """The response to a constant rate: integral of the bolus response, by the exponential of the augmented matrix."""
    if hours <= 0:
        return np.zeros(3)
    augmented = np.zeros((4, 4))
    augmented[:3, :3] = matrix
    augmented[state, 3] = nmol / duration
    at_end = expm(augmented * min(hours, duration))[:3, 3]
    return expm(matrix * max(hours - duration, 0.0)) @ at_end


@pytest.mark.parametrize(
    ("text", "doses"),
    [
        # doses: (hour, state, mg per kg, hours of infusion; 0 a bolus)
        ("plerixafor 0.24 mg/kg sc once", [(0, 0, 0.24, 0)]),
        ("plerixafor 0.24 mg/kg iv every 12 hours for 3 doses", [(12 * k, 1, 0.24, 0) for k in range(3)]),
        ("plerixafor 80 ug/kg iv over 15 min", [(0, 1, 0.08, 0.25)]),
        (
            "plerixafor 0.1 mg/kg iv over 3 h every 2 hours for 3 doses\nplerixafor 0.24 mg/kg sc twice daily x 2",
            [(0, 1, 0.1, 3), (2, 1, 0.1, 3), (4, 1, 0.1, 3), (0, 0, 0.24, 0), (12, 0, 0.24, 0)],
        ),
        ("plerixafor 0.24 mg/kg sc over 90 min on day 1 at 02:00", [(2, 0, 0.24, 1.5)]),
    ],
)
def test_text_gives_the_curve_of_its_closed_form(model, text, doses):
    people = pd.DataFrame({"weight": [50.0, 70.0, 110.0], "plerixafor.bioavailability": [1.0, 0.87, 0.4]})
    options = {"outputs": STATES, "rtol": 1e-9, "atol": 1e-9}
    curves = integrate(model, Regimen.of(text), parameters=people, times=HOURS, **options)
    found = np.stack([curves[name].values for name in STATES], axis=-1)  # (patient, time, state)
    for k, (weight, fraction) in enumerate(people.to_numpy()):
        matrix = _matrix(dict(model.constants), weight)
        expected = np.zeros((HOURS.size, 3))
        for hour, state, per_kg, duration in doses:
            nmol = per_kg * weight * NMOL * (fraction if state == 0 else 1.0)
            for row, time in enumerate(HOURS):
                expected[row] += (
                    _after_infusion(matrix, state, nmol, duration, time - hour)
                    if duration
                    else _after_bolus(matrix, state, nmol, time - hour)
                )
        assert found[k] == pytest.approx(expected, rel=1e-6, abs=1e-5)


def test_a_table_of_doses_gives_the_curve_of_the_text(model):
    rows = {
        "TIME": [0.0, 2.0],
        "AMT": [10.0, 6.0],
        "CMT": "plerixafor.central",
        "RATE": [0.0, 2.0],
        "ADDL": [2, 0],
        "II": [12.0, 0.0],
    }
    molar = pd.DataFrame(rows).assign(AMT=lambda t: t["AMT"] * NMOL, RATE=lambda t: t["RATE"] * NMOL)
    text = "plerixafor 10 mg iv every 12 hours for 3 doses; plerixafor 6 mg iv over 3 h at 02:00"
    one = integrate(model, text, times=HOURS, outputs=STATES, rtol=1e-9)
    two = integrate(model, events=molar, times=HOURS, outputs=STATES, rtol=1e-9)
    for name in STATES:
        assert one[name].values == pytest.approx(two[name].values, rel=1e-7, abs=1e-6)
